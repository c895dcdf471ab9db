import CSV
import CSVTestSupport
import Records
import TestSupport
import Testing

/// What is written is what is read.
@Suite("Record formatter")
struct RecordFormatterTests {
    private func text(_ fields: [String], _ dialect: Dialect = Dialect()) throws -> String {
        var output = Array(">".utf8)
        try RecordFormatter(dialect: dialect).append(fields, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("a field is quoted only where it must be")
    func quotesWhereNeeded() throws {
        #expect(try text(["a", " b ", "", "é"]) == ">a, b ,,é")
        #expect(try text(["a,b", "c\"d", "e\rf", "g\nh"]) == ">\"a,b\",\"c\"\"d\",\"e\rf\",\"g\nh\"")
        #expect(try text(["a,b", "c;d"], Dialect(delimiter: 59)) == ">a,b;\"c;d\"")
        #expect(try text([""]) == ">\"\"" && text(["", ""]) == ">,")
        #expect(try text(["a\"b", ""], Dialect(quote: nil)) == ">a\"b,")
    }

    @Test("what a dialect without quotes cannot say is told by its column, and nothing is written")
    func notRepresentable() throws {
        for field in ["b,c", "b\nc", "b\r"] {
            var output = Array(">".utf8)
            #expect {
                try RecordFormatter(dialect: Dialect(quote: nil)).append(["a", field], to: &output)
            } throws: { error in
                let error = error as? CSVError
                return error?.code == .notRepresentable && error?.column == 2
            }
            #expect(output == Array(">".utf8))
        }
    }

    @Test("what is formatted is parsed as it was")
    func parseOfFormatIsIdentity() throws {
        var numbers = SeededGenerator(seed: runSeed("parseOfFormatIsIdentity"))
        let dialects = [
            Dialect(), Dialect(delimiter: 59, quote: 39), Dialect(delimiter: 9), Dialect(quote: 124),
        ]
        for round in 0..<300 {
            let dialect = dialects[round % dialects.count]
            let columns = Int.random(in: 1...5, using: &numbers)
            let records = (0..<Int.random(in: 0...12, using: &numbers)).map { _ in
                (0..<columns).map { _ in
                    nastyBytes(&numbers, count: [0, 1, 3, 80].randomElement(using: &numbers) ?? 0)
                }
            }
            var output: [UInt8] = []
            for record in records {
                try RecordFormatter(dialect: dialect).append(record, to: &output)
                output += [Array("\n".utf8), Array("\r\n".utf8), [13]][round % 3]
            }
            let seen = parse(
                output, dialect, columns: Array(0..<columns), expected: columns,
                cutting: .random(seed: UInt64(round), upTo: 70))
            #expect(seen.records.map(\.values) == records)
            #expect(seen.records.allSatisfy { $0.fault == .none } && seen.failure == nil)
        }
    }
}
