import CSV
import CSVTestSupport
import Foundation
import Records
import TestSupport
import Testing

/// Files that are written otherwise than RFC 4180 says.
@Suite("Dialects")
struct DialectTests {
    private let lenient = Dialect(allowsTextAfterQuote: true)
    private let backslashes = Dialect(escape: .backslash)

    private func values(_ text: String, _ dialect: Dialect, _ chunkBytes: Int) -> [[String]] {
        let seen = parse(
            Array(text.utf8), dialect, expected: 3, cutting: .every(chunkBytes),
            limits: BatchLimits(records: 2, bytes: 40))
        #expect(seen.failure == nil)
        #expect(seen.records.allSatisfy { $0.fault == .none })
        return seen.records.map(\.texts)
    }

    @Test("lenient quotes take text behind a closing quote as it is", arguments: [1, 2, 3, 7, 1000])
    func lenientQuotes(chunkBytes: Int) {
        let lines = [
            #""a"b,c,d"#, #"a,"b" "c","d""#, #"a,b,"c""d"e"f""g"#, "\"é\"\0,\"x\ny\"z,\"\"\"\",\"\"",
        ]
        let text = lines.joined(separator: "\n")
        let seen = parse(Array(text.utf8), lenient, cutting: .every(chunkBytes))
        #expect(
            seen.records.map(\.texts) == [
                ["ab", "c", "d"], ["a", "b \"c\"", "d"], ["a", "b", "c\"de\"f\"\"g"], ["é\0", "x\nyz", "\""],
            ])
        #expect(seen.records.map(\.fault) == [.none, .none, .none, .none])
        #expect(seen.records.map(\.position.line) == [1, 2, 3, 4])
        #expect(seen.records.map(\.fieldCount) == [3, 3, 3, 4])
    }

    @Test("lenient quotes change nothing but records with text behind a closing quote")
    func lenientIsStrictElsewhere() {
        var numbers = SeededGenerator(seed: runSeed("lenientIsStrictElsewhere"))
        var freed = 0
        for round in 0..<400 {
            let bytes = nastyBytes(
                &numbers, count: Int.random(in: 0...300, using: &numbers), quotes: round % 6)
            let dropped = round % 3
            let expected = [nil, 1, 3].randomElement(using: &numbers) ?? nil
            func run(_ dialect: Dialect) -> SeenFile {
                parse(
                    bytes, dialect, columns: [0, 1, 3], expected: expected, dropped: dropped,
                    maxRecordBytes: 60)
            }
            let (strict, free) = (run(Dialect()), run(lenient))
            #expect(strict.failure == free.failure && strict.ends == free.ends)
            for (old, new) in zip(strict.records, free.records) where old != new {
                #expect(old.fault == .textAfterQuote && old.bytes == new.bytes)
                #expect(
                    new.fault
                        == (Int(new.fieldCount) == expected ?? Int(new.fieldCount) ? .none : .fieldCount))
                freed += 1
            }
            #expect(free.records.allSatisfy { $0.fault != .textAfterQuote })
        }
        #expect(freed > 100)
    }

    @Test("the field count is looked at in a record with text behind a closing quote, too")
    func lenientFieldCount() {
        let seen = parse(Array("\"a\"b,c\n\"a\"b\n\"a\"b,c,d\n".utf8), lenient, columns: [0, 1], expected: 2)
        #expect(seen.records.map(\.fault) == [.none, .fieldCount, .fieldCount])
        #expect(seen.records.map(\.fieldCount) == [2, 1, 3])
    }

    @Test("a quote that is never closed is refused, lenient or not")
    func lenientUnclosedQuote() {
        let seen = parse(Array("\"a\"b,c\nx,\"never\n".utf8), lenient, columns: [0, 1])
        #expect(seen.records.map(\.texts) == [["ab", "c"]])
        #expect(seen.failure?.code == .unclosedQuote && seen.failure?.byteOffset == 9)
    }

    @Test("a backslash makes the next byte data, in quotes and outside", arguments: [1, 2, 3, 7, 1000])
    func backslashEscapes(chunkBytes: Int) {
        // A raw text: what is shown is what lies in the file.
        let text = #"""
            a\,b,"c\"d","e\\"
            \"a\",""",""\\","b""c"
            a\nb\rc\td,\x\y,"\n"
            \N,"\N",x\N
            a\
            b,"c\
            d",e
            a,b,c

            """#
        #expect(
            values(text, backslashes, chunkBytes) == [
                ["a,b", "c\"d", "e\\"], ["\"a\"", "\",\"\\", "b\"c"], ["a\nb\rc\td", "xy", "\n"],
                ["", "N", "xN"], ["a\nb", "c\nd", "e"], ["a", "b", "c"],
            ])
        let seen = parse(Array(text.utf8), backslashes, cutting: .every(chunkBytes))
        #expect(seen.records.map(\.position.line) == [1, 2, 3, 4, 5, 8])
    }

    @Test("a CR and a LF behind one backslash are data", arguments: [1, 2, 3, 1000])
    func backslashCRLF(chunkBytes: Int) {
        let text = "a\\\r\nb,\"c\\\r\nd\",e\r\nx,y,z\\\r\r\n"
        let seen = parse(Array(text.utf8), backslashes, expected: 3, cutting: .every(chunkBytes))
        #expect(seen.records.map(\.texts) == [["a\r\nb", "c\r\nd", "e"], ["x", "y", "z\r"]])
        #expect(seen.records.map(\.position.line) == [1, 4])
    }

    @Test("a field of a backslash and N is blank only where it is all, and not quoted")
    func noValue() throws {
        var parser = try RecordParser(
            dialect: backslashes, projection: Projection(columns: [0, 1, 2], expectedFields: 3),
            limits: BatchLimits(records: 5, bytes: 100))
        parser.append(ByteChunk(bytes: Array(#"\N,"\N",\0"#.utf8), byteOffset: 0))
        parser.finish()
        parser.lend(RecordParser.makeStorage(limits: BatchLimits(records: 5, bytes: 100), planes: 3))
        guard case .batch(let batch) = try parser.advance() else {
            Issue.record("one batch was expected")
            return
        }
        let cells = (0..<3).map { batch.storage.unescaped(batch.storage.plane($0)[0], backslashes) }
        #expect(cells.map(\.isBlank) == [true, false, false])
        #expect(cells.map { Array(batch.storage.text($0)) } == [[], [78], [0]])
        // A NUL that was made has to be looked at like one that lay there.
        #expect(cells.map(\.notPlain) == [false, false, true])
    }

    @Test("without a quote, backslashes alone escape", arguments: [1, 2, 1000])
    func backslashWithoutQuote(chunkBytes: Int) {
        let dialect = Dialect(delimiter: 1, quote: nil, escape: .backslash)
        let text = "a\\\u{1}b\u{1}\"c\"\"\u{1}\\\"\n\\N\u{1}\\\\N\u{1}\\\n\n"
        #expect(values(text, dialect, chunkBytes) == [["a\u{1}b", "\"c\"\"", "\""], ["", "\\N", "\n"]])
    }

    @Test("a file that ends behind a backslash is refused with its place", arguments: [1, 2, 1000])
    func unfinishedEscape(chunkBytes: Int) {
        let bytes = Array("a,b\nc,d\\".utf8)
        let seen = parse(bytes, backslashes, columns: [0, 1], cutting: .every(chunkBytes))
        #expect(seen.records.map(\.texts) == [["a", "b"]])
        let error = scanError { () throws(CSVError) in
            try scan(bytes, backslashes, cutting: .every(chunkBytes))
        }
        for error in [seen.failure, error] {
            #expect(error?.code == .unfinishedEscape)
            #expect(error?.line == 2 && error?.column == 2 && error?.byteOffset == 7)
        }
        let quoted = parse(Array("\"a\\".utf8), backslashes, columns: [0])
        #expect(quoted.failure?.code == .unclosedQuote)
    }

    @Test("text behind a closing quote is found behind escaped quotes")
    func backslashTextAfterQuote() {
        let text = #"x,"a\"\\"b"# + "\n"
        let strict = parse(Array(text.utf8), backslashes, columns: [0, 1])
        #expect(strict.records.map(\.fault) == [.textAfterQuote])
        #expect(strict.records.map(\.faultColumn) == [1] && strict.records.map(\.faultByte) == [9])
        var dialect = backslashes
        dialect.allowsTextAfterQuote = true
        let free = parse(Array(#"x,"a\"\\"b\,c"d"#.utf8), dialect, columns: [0, 1])
        #expect(free.records.map(\.texts) == [["x", "a\"\\b,c\"d"]])
    }

    @Test("header and first record have the same values as the parser gives")
    func scannedValues() throws {
        let bytes = Array([#"na\,me,"a"b"#, #"\N,"x""y\"z""#, ""].joined(separator: "\n").utf8)
        let summary = try scan(bytes, backslashes)
        #expect(summary.header == ["na,me", "ab"])
        #expect(summary.firstRecord == [[], Array("x\"y\"z".utf8)])
    }

    @Test("a dialect that was kept before a setting was known is read as it was meant")
    func decodesEarlierForms() throws {
        let earlier = #"{"delimiter":59,"quote":39,"hasHeader":false,"skippedLines":2}"#
        let dialect = try JSONDecoder().decode(Dialect.self, from: Data(earlier.utf8))
        #expect(dialect == Dialect(delimiter: 59, quote: 39, hasHeader: false, skippedLines: 2))
        let bare = #"{"delimiter":44,"hasHeader":true,"skippedLines":0}"#
        #expect(try JSONDecoder().decode(Dialect.self, from: Data(bare.utf8)) == Dialect(quote: nil))
        let full = Dialect(
            delimiter: 1, quote: nil, hasHeader: false, skippedLines: 1, escape: .backslash,
            allowsTextAfterQuote: true)
        #expect(try JSONDecoder().decode(Dialect.self, from: JSONEncoder().encode(full)) == full)
    }
}
