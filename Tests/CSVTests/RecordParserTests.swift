import CSV
import CSVTestSupport
import Records
import TestSupport
import Testing

/// Records, positions and faults as a caller sees them.
@Suite("Record parser")
struct RecordParserTests {
    private let wide = BatchLimits(records: 100, bytes: 1 << 16)

    @Test("quoted, escaped and blank fields give their values", arguments: [1, 2, 3, 100])
    func fieldValues(chunkBytes: Int) {
        let text = "a,\"b,\"\"c\"\"\",\r\n\"\",\"\"\"\",\"x\ny\"\na\"b,\" \", z \n"
        let seen = parse(Array(text.utf8), expected: 3, cutting: .every(chunkBytes))
        #expect(
            seen.records.map(\.texts) == [["a", "b,\"c\"", ""], ["", "\"", "x\ny"], ["a\"b", " ", " z "]])
        #expect(seen.records.map(\.position.line) == [1, 2, 4])
        #expect(seen.failure == nil)
    }

    @Test("cells say what lies in them")
    func cellFlags() throws {
        let limits = wide
        var parser = try RecordParser(
            dialect: Dialect(), projection: Projection(columns: [0, 1, 2, 3, 4], expectedFields: 5),
            limits: limits)
        parser.append(ByteChunk(bytes: Array("\"\",a,é,\"b\"\"\",\"\0\"\n".utf8), byteOffset: 0))
        parser.finish()
        parser.lend(RecordParser.makeStorage(limits: limits, planes: 5))
        guard case .batch(let batch) = try parser.advance() else {
            Issue.record("one batch was expected")
            return
        }
        let cells = (0..<5).map { batch.storage.plane($0)[0] }
        #expect(cells.map(\.isBlank) == [true, false, false, false, false])
        #expect(cells.map(\.notPlain) == [false, false, true, false, true])
        #expect(cells.map(\.isEscaped) == [false, false, false, true, false])
        #expect(cells.map(\.length) == [0, 1, 2, 3, 1])
        let unescaped = batch.storage.unescaped(cells[3], Dialect())
        #expect(unescaped.kind == .arena && Array(batch.storage.text(unescaped)) == Array("b\"".utf8))
        #expect(batch.storage.unescaped(cells[1], Dialect()) == cells[1])
    }

    @Test("any cutting gives the same records, places, faults and batches")
    func anyCuttingGivesTheSame() {
        let seed = runSeed("anyCuttingGivesTheSame")
        var numbers = SeededGenerator(seed: seed)
        for round in 0..<250 {
            let bytes =
                round % 2 == 0
                ? nastyBytes(&numbers, count: Int.random(in: 0...500, using: &numbers), quotes: round % 4)
                : tidyBytes(&numbers, records: Int.random(in: 0...30, using: &numbers))
            let limits = BatchLimits(
                records: Int.random(in: 1...9, using: &numbers),
                bytes: Int.random(in: 1...300, using: &numbers))
            let expected = [nil, 1, 2, 3].randomElement(using: &numbers) ?? nil
            let dropped = Int.random(in: 0...2, using: &numbers)
            let held = [40, 200, 1 << 20].randomElement(using: &numbers) ?? 40
            func run(_ cutting: Cutting) -> SeenFile {
                parse(
                    bytes, columns: [0, 2, 3], expected: expected, dropped: dropped, cutting: cutting,
                    limits: limits, maxRecordBytes: 30, maxHeldRecordBytes: held)
            }
            let whole = run(.every(1 << 20))
            for cutting in [
                .every(1), .every(2), .every(3), .every(64), Cutting.random(seed: seed, upTo: 90),
            ] {
                guard run(cutting) != whole else { continue }
                Issue.record("cut \(cutting), \(limits), expected \(String(describing: expected)), \(bytes)")
                return
            }
        }
    }

    @Test("a run resumed at a batch's end goes on as if it had never stopped")
    func resumedRunGoesOn() {
        var numbers = SeededGenerator(seed: runSeed("resumedRunGoesOn"))
        for round in 0..<60 {
            let bytes =
                round % 2 == 0
                ? nastyBytes(&numbers, count: 300, quotes: 0) : tidyBytes(&numbers, records: 25)
            let limits = BatchLimits(
                records: Int.random(in: 1...9, using: &numbers),
                bytes: Int.random(in: 1...300, using: &numbers))
            let whole = parse(bytes, cutting: .every(50), limits: limits)
            for (i, end) in whole.ends.enumerated() {
                let rest = parse(bytes, start: end, cutting: .every(50), limits: limits)
                #expect(rest.ends == Array(whole.ends[(i + 1)...]))
                #expect(rest.records == whole.records.suffix(rest.records.count))
                #expect(rest.records.allSatisfy { $0.position.byteOffset >= end.byteOffset })
                let before = whole.records.filter { $0.position.byteOffset < end.byteOffset }
                #expect(before.count + rest.records.count == whole.records.count)
            }
        }
    }

    @Test("a batch ends after its records, or before the record that would pass its bytes")
    func batchLimits() {
        let bytes = Array("aaa\nbb\n\ncccccccccccc\nd\r\ne\r\nf".utf8)
        let byRecords = parse(bytes, columns: [0], limits: BatchLimits(records: 2, bytes: 1000))
        #expect(byRecords.ends.map(\.byteOffset) == [7, 24, 28])
        #expect(byRecords.ends.map(\.recordIndex) == [2, 5, 7])
        #expect(byRecords.ends.map(\.lineIndex) == [2, 5, 6])
        let byBytes = parse(bytes, columns: [0], limits: BatchLimits(records: 100, bytes: 7))
        #expect(byBytes.ends.map(\.byteOffset) == [7, 8, 21, 28])
        let exact = parse(bytes, columns: [0], limits: BatchLimits(records: 100, bytes: 8))
        #expect(exact.ends.map(\.byteOffset) == [8, 21, 28])
    }

    @Test("CR, LF, CRLF and mixtures end lines alike", arguments: [1, 2, 3, 7, 64])
    func lineEnds(chunkBytes: Int) {
        for (end, bytes) in [("\n", 1), ("\r", 1), ("\r\n", 2)] {
            let text = ["a,b", "\"c\(end)c\",d", "", "e,f"].joined(separator: end)
            let seen = parse(Array(text.utf8), columns: [0], expected: 2, cutting: .every(chunkBytes))
            #expect(seen.records.map(\.position.line) == [1, 2, 5])
            #expect(seen.records.map(\.position.record) == [1, 2, 4])
            #expect(seen.records.map { Int($0.lineEndBytes) } == [bytes, bytes, 0])
            #expect(seen.blankLines == 1)
        }
        let mixed = parse(Array("a\rb\nc\r\nd\n\re\r\r\nf".utf8), columns: [0], cutting: .every(chunkBytes))
        #expect(mixed.records.map(\.texts) == [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]])
        #expect(mixed.records.map(\.position.byteOffset) == [0, 2, 4, 7, 10, 14])
        #expect(mixed.records.map(\.position.lineIndex) == [0, 1, 2, 3, 5, 7])
        #expect(mixed.blankLines == 2)
    }

    @Test("a blank line is a record only where there is one column")
    func blankLines() {
        let bytes = Array("a\n\nb\n\n".utf8)
        let one = parse(bytes, columns: [0], expected: 1)
        #expect(one.records.map(\.texts) == [["a"], [""], ["b"], [""]])
        #expect(one.blankLines == 0)
        let any = parse(bytes, columns: [0])
        #expect(any.records.map(\.texts) == [["a"], ["b"]])
        #expect(any.records.map(\.position.recordIndex) == [0, 2])
        #expect(any.blankLines == 2)
        #expect(parse(Array("\n\r\n\r".utf8), columns: [0]).ends.map(\.recordIndex) == [3])
        #expect(parse(Array(",,\n".utf8), expected: 3).records.map(\.texts) == [["", "", ""]])
    }

    @Test("a byte-order mark is left out at the start only, however it is cut", arguments: [1, 2, 3, 4, 64])
    func byteOrderMark(chunkBytes: Int) {
        let bytes = [0xEF, 0xBB, 0xBF] + Array("\"a\",b\n\u{FEFF}c,d\n".utf8)
        let seen = parse(bytes, columns: [0, 1], cutting: .every(chunkBytes))
        #expect(seen.records.map(\.texts) == [["a", "b"], ["\u{FEFF}c", "d"]])
        #expect(seen.records.map(\.position.byteOffset) == [3, 9])
        let notQuite = parse([0xEF, 0xBB, 0x41, 0x0A], columns: [0], cutting: .every(chunkBytes))
        #expect(notQuite.records.map(\.values) == [[[0xEF, 0xBB, 0x41]]])
        #expect(parse([0xEF], columns: [0], cutting: .every(chunkBytes)).records.map(\.values) == [[[0xEF]]])
        #expect(parse([0xEF, 0xBB, 0xBF], cutting: .every(chunkBytes)).records.isEmpty)
    }

    @Test("too few and too many fields are told with their count and place")
    func fieldCountFaults() {
        let seen = parse(Array("a,b,c\nd,e\nf,g,h,i\n".utf8), expected: 3)
        #expect(seen.records.map(\.fault) == [.none, .fieldCount, .fieldCount])
        #expect(seen.records.map(\.fieldCount) == [3, 2, 4])
        #expect(seen.records.map(\.faultColumn) == [0, 2, 4])
        #expect(seen.records.map(\.faultByte) == [0, 9, 16])
        let any = parse(Array("a,b,c\nd\ne,f,g,h\n".utf8))
        #expect(any.records.map(\.texts) == [["a", "b", "c"], ["d", "", ""], ["e", "f", "g"]])
        #expect(any.records.allSatisfy { $0.fault == .none })
    }

    @Test("text behind a closing quote is a fault with its column and byte")
    func textAfterQuote() {
        let seen = parse(Array("x,\"a\"\"b\"c,d\n\"a\" ,b\nok\"ok,b\n".utf8), columns: [0])
        #expect(seen.records.map(\.fault) == [.textAfterQuote, .textAfterQuote, .none])
        #expect(seen.records.map(\.faultColumn) == [1, 0, 0])
        #expect(seen.records.map(\.faultByte) == [8, 15, 0])
    }

    @Test("a record over the record limit is held whole and flagged")
    func tooLong() {
        let long = String(repeating: ",", count: 3000)
        let seen = parse(
            Array("a,b\n\(long)\n\"\(long)\"\nc,d\n".utf8), expected: 2, limits: wide, maxRecordBytes: 1000)
        #expect(seen.records.map(\.fault) == [.none, .tooLong, .tooLong, .none])
        #expect(seen.records.map(\.fieldCount) == [2, 3001, 1, 2])
        #expect(seen.records.map(\.bytes.count) == [4, 3001, 3003, 4])
        #expect(seen.records[1].faultByte == 1004)
        let exact = parse(Array("12345\n123456\n".utf8), columns: [0], maxRecordBytes: 5)
        #expect(exact.records.map(\.fault) == [.none, .tooLong])
    }

    @Test("a record that cannot be held ends the run, naming what began it", arguments: [1, 7, 5000])
    func recordTooLong(chunkBytes: Int) {
        let filler = String(repeating: "x", count: 500)
        let open = parse(
            Array("a,b\nc,\"d\n\(filler)".utf8), cutting: .every(chunkBytes), maxHeldRecordBytes: 100)
        #expect(open.records.map(\.values.count) == [3])
        #expect(open.failure?.code == .recordTooLong)
        #expect(open.failure?.line == 2 && open.failure?.column == 2 && open.failure?.byteOffset == 6)
        let plain = parse(
            Array("a,b\nc,\(filler)".utf8), cutting: .every(chunkBytes), maxHeldRecordBytes: 100)
        #expect(plain.failure?.line == 2 && plain.failure?.byteOffset == 4)
        #expect(parse(Array("12345\r\n".utf8), maxHeldRecordBytes: 5).failure == nil)
        #expect(parse(Array("123456\r\n".utf8), maxHeldRecordBytes: 5).failure?.code == .recordTooLong)
    }

    @Test("an unclosed quote names the line, column and byte where it opened", arguments: [1, 2, 64])
    func unclosedQuote(chunkBytes: Int) {
        let text = "a,b\n\"1\n2\",c\n\"x\ny\",\"never\n\"\"closed\n"
        let seen = parse(Array(text.utf8), columns: [0], cutting: .every(chunkBytes))
        #expect(seen.records.map(\.texts) == [["a"], ["1\n2"]])
        #expect(seen.failure?.code == .unclosedQuote)
        #expect(seen.failure?.line == 5 && seen.failure?.column == 2 && seen.failure?.byteOffset == 18)
        #expect(seen.failure?.failure.message.contains("line 5, column 2, byte 18") == true)
    }

    @Test("leading columns of a reject file are not part of the record")
    func droppedLeadingColumns() {
        let text = "1,2,a,b\n\"3\n\",4,c,d\r\n5,6\n7\n\n8,9,\"e\"x,f\n"
        let seen = parse(Array(text.utf8), columns: [0, 1], expected: 2, dropped: 2)
        #expect(seen.records.map(\.texts) == [["a", "b"], ["c", "d"], [], [], []])
        #expect(seen.records.map(\.fault) == [.none, .none, .fieldCount, .fieldCount, .textAfterQuote])
        #expect(seen.records.map(\.fieldCount) == [2, 2, 0, 0, 2])
        #expect(
            seen.records.map { String(decoding: $0.bytes, as: UTF8.self) }.prefix(2) == ["a,b\n", "c,d\r\n"])
        #expect(seen.records.last?.faultColumn == 0)
        #expect(seen.blankLines == 1)
    }

    @Test("without a quote, quotes are data")
    func quoteNone() {
        let seen = parse(
            Array("\"a,b\"\nc\"\"d,\"\n".utf8), Dialect(quote: nil), columns: [0, 1], expected: 2)
        #expect(seen.records.map(\.texts) == [["\"a", "b\""], ["c\"\"d", "\""]])
    }

    @Test("a dialect that cannot be told from the data is refused")
    func badDialect() {
        let dialects = [
            Dialect(delimiter: 34), Dialect(delimiter: 10), Dialect(quote: 13), Dialect(delimiter: 0xA7),
            Dialect(delimiter: 92, escape: .backslash), Dialect(quote: 110, escape: .backslash),
        ]
        for dialect in dialects {
            #expect(parse([], dialect).failure?.code == .badDialect)
            #expect(scanError { () throws(CSVError) in try scan([], dialect) }?.code == .badDialect)
        }
    }
}
