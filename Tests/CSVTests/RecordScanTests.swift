import CSV
import CSVTestSupport
import Records
import TestSupport
import Testing

/// What the first pass finds out, and what it refuses.
@Suite("Record scan")
struct RecordScanTests {
    private static let cuttings = [1, 2, 3, 7, 64, 4096]

    @Test("header, counts and the place where data begin", arguments: cuttings)
    func summaryOfFile(chunkBytes: Int) throws {
        let text = "\u{FEFF}skipped \"line\r\nid,\"na\"\"me\"\r\n1,a\r\n\r\n2,\"b\nc\"\r\n"
        let summary = try scan(Array(text.utf8), Dialect(skippedLines: 1), cutting: .every(chunkBytes))
        #expect(summary.header == ["id", "na\"me"])
        #expect(summary.headerBytes == Array("id,\"na\"\"me\"\r\n".utf8))
        #expect(summary.records == 3 && summary.blankLines == 1 && summary.lines == 6)
        #expect(summary.firstRecord == [[49], [97]] && summary.firstRecordFields == 2)
        #expect(summary.bodyStart == Position(byteOffset: 31, lineIndex: 2))
        #expect(summary.decompressedBytes == UInt64(text.utf8.count))
        #expect(summary.expectedFields == 2 && !summary.rejectPrefix)
    }

    @Test(
        "a line of a fixed-width file is one field, and one without a byte is no record", arguments: cuttings)
    func fixedWidth(chunkBytes: Int) throws {
        let dialect = Dialect(fixedWidth: FixedWidth(), hasHeader: true, skippedLines: 1)
        let bytes = Array("top\r\nNAME,\"X\r\n1,\"é\r\n\r\n2".utf8) + [0xFF, 0x33, 0x0D, 0x0A]
        let cutting = Cutting.every(chunkBytes)
        let summary = try scan(bytes, dialect, cutting: cutting)
        #expect(summary.header == ["NAME,\"X"])
        #expect(summary.headerBytes == Array("NAME,\"X\r\n".utf8))
        #expect(summary.records == 3 && summary.blankLines == 1)
        #expect(summary.firstRecord == [Array("1,\"é".utf8)])
        let seen = parse(
            bytes, dialect, columns: [0], expected: nil, start: summary.bodyStart, cutting: cutting)
        #expect(seen.records.map(\.bytes.count) == [5 + 2, 3 + 2] && seen.blankLines == 1)
        #expect(seen.records.map(\.fieldCount) == [1, 2])
    }

    @Test("a fixed-width file has neither delimiter nor quote")
    func fixedWidthDialect() {
        var dialect = Dialect(fixedWidth: FixedWidth())
        dialect.quote = 34
        let error = scanError { () throws(CSVError) in try scan([65], dialect, cutting: .every(1)) }
        #expect(error?.code == .badDialect)
    }

    @Test("the parser reads from there what the scan counted", arguments: cuttings)
    func parserAgrees(chunkBytes: Int) throws {
        var numbers = SeededGenerator(seed: runSeed("parserAgrees"))
        for round in 0..<200 {
            let dialect = Dialect(hasHeader: round % 2 == 0, skippedLines: round % 3)
            let bytes =
                round % 4 < 2
                ? nastyBytes(&numbers, count: Int.random(in: 0...300, using: &numbers), quotes: round % 5)
                : tidyBytes(&numbers, records: 12)
            let cutting = Cutting.every(chunkBytes)
            do throws(CSVError) {
                let summary = try scan(bytes, dialect, cutting: cutting, maxHeldRecordBytes: 150)
                let seen = parse(
                    bytes, dialect, columns: [0], expected: summary.expectedFields, start: summary.bodyStart,
                    cutting: cutting, maxHeldRecordBytes: 150)
                #expect(seen.failure == nil)
                #expect(UInt64(seen.records.count + seen.blankLines) == summary.records, "\(bytes)")
                #expect(UInt64(seen.blankLines) == summary.blankLines, "\(bytes)")
                #expect((seen.ends.last?.byteOffset ?? summary.bodyStart.byteOffset) == UInt64(bytes.count))
            } catch {
                let whole = scanError { () throws(CSVError) in
                    try scan(bytes, dialect, cutting: .every(1 << 20), maxHeldRecordBytes: 150)
                }
                #expect(error == whole, "\(bytes)")
                guard !dialect.hasHeader && dialect.skippedLines == 0 else { continue }
                let seen = parse(bytes, dialect, cutting: cutting, maxHeldRecordBytes: 150)
                #expect(error.code == .emptyFile || seen.failure == error, "\(bytes)")
            }
        }
    }

    @Test("without bytes, or with a mark alone, or nothing behind the skipped lines, a file is empty")
    func emptyFile() {
        let headerless = Dialect(hasHeader: false)
        for dialect in [Dialect(), headerless, Dialect(hasHeader: false, skippedLines: 1)] {
            for text in ["", "\u{FEFF}"] {
                #expect(
                    scanError { () throws(CSVError) in try scan(Array(text.utf8), dialect) }?.code
                        == .emptyFile)
            }
        }
        for text in ["a", "a\n", "a\r\n"] {
            let error = scanError { () throws(CSVError) in
                try scan(Array(text.utf8), Dialect(hasHeader: false, skippedLines: 1))
            }
            #expect(error?.code == .emptyFile)
            #expect(error?.message == "nothing stands behind the lines to skip, which are 1")
        }
    }

    @Test("a header alone is a file of no records")
    func headerOnly() throws {
        for text in ["a,b", "a,b\n", "a,b\r", "\n\na,b\r\n"] {
            let summary = try scan(Array(text.utf8))
            #expect(summary.header == ["a", "b"] && summary.records == 0 && summary.firstRecord == nil)
            #expect(summary.bodyStart.byteOffset == UInt64(text.utf8.count))
        }
    }

    @Test("in a one-column file lines without a byte are records")
    func oneColumn() throws {
        let named = try scan(Array("a\n\n\n".utf8))
        #expect(named.records == 2 && named.blankLines == 0 && named.expectedFields == 1)
        let nameless = try scan(Array("\n1\n\n".utf8), Dialect(hasHeader: false))
        #expect(nameless.records == 3 && nameless.blankLines == 0 && nameless.expectedFields == 1)
        let two = try scan(Array("\n1,2\n\n".utf8), Dialect(hasHeader: false))
        #expect(two.records == 3 && two.blankLines == 2)
    }

    @Test("one record over the limit is refused, blank lines not counted", arguments: cuttings)
    func tooManyRecords(chunkBytes: Int) throws {
        let bytes = Array("a,b\n1,\"\n\"\n\n2,2\n\n3,3\n".utf8)
        let cutting = Cutting.every(chunkBytes)
        #expect(try scan(bytes, cutting: cutting, maxRecords: 3).records == 5)
        let error = scanError { () throws(CSVError) in try scan(bytes, cutting: cutting, maxRecords: 2) }
        #expect(error?.code == .tooManyRecords && error?.line == 7 && error?.byteOffset == 16)
    }

    @Test("one byte over the limit is refused", arguments: cuttings)
    func fileTooLarge(chunkBytes: Int) throws {
        let bytes =
            Array("a,b\n".utf8) + Array(repeating: Array("1,\"2\n\"\n".utf8), count: 40).flatMap { $0 }
        let cutting = Cutting.every(chunkBytes)
        #expect(try scan(bytes, cutting: cutting, maxBytes: UInt64(bytes.count)).records == 40)
        let error = scanError { () throws(CSVError) in try scan(bytes, cutting: cutting, maxBytes: 151) }
        #expect(error?.code == .fileTooLarge && error?.line == 44 && error?.byteOffset == 151)
    }

    @Test("a limit told in bytes of the source counts where it lies in the text")
    func limitOfTheSource() throws {
        var scan = try RecordScan(dialect: Dialect())
        try scan.consume(ByteChunk(bytes: Array("a,b\n1,2\n".utf8), byteOffset: 0))
        scan.limit(toSourceBytes: 22, at: 11)
        do {
            try scan.consume(ByteChunk(bytes: Array("3,4\n5,6\n".utf8), byteOffset: 8))
            Issue.record("the file is too large")
        } catch {
            #expect(error.code == .fileTooLarge && error.message.contains("22 bytes"))
            #expect(error.byteOffset == 11 && error.line == 3)
        }
    }

    @Test("a header that is not UTF-8 is refused with its column, and UTF-16 is told for what it seems to be")
    func headerEncoding() {
        let error = scanError { () throws(CSVError) in try scan(Array("a,".utf8) + [0xE9, 10]) }
        #expect(error?.code == .headerEncoding && error?.column == 2 && error?.line == 1)
        #expect(error?.hint?.contains("--encoding windows-1252") == true)
        let low = scanError { () throws(CSVError) in try scan([0x61, 0, 0x62, 0, 10, 0]) }
        #expect(low?.code == .headerEncoding && low?.hint?.contains("--encoding utf-16le") == true)
        let high = scanError { () throws(CSVError) in try scan([0, 0x61, 0, 0x62, 0, 10]) }
        #expect(high?.code == .headerEncoding && high?.hint?.contains("--encoding utf-16be") == true)
    }

    @Test("UTF-16 is told for what it seems to be behind skipped lines, too", arguments: cuttings)
    func headerEncodingBehindSkippedLines(chunkBytes: Int) {
        let units = Array("of today\na,b\n1,2\n".utf16)
        let low = units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let high = units.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        for (bytes, name) in [(low, "utf-16le"), (high, "utf-16be")] {
            let error = scanError { () throws(CSVError) in
                try scan(bytes, Dialect(skippedLines: 1), cutting: .every(chunkBytes))
            }
            #expect(error?.code == .headerEncoding && error?.hint?.contains("--encoding \(name)") == true)
        }
    }

    @Test("an unclosed quote and a record too long to hold are refused", arguments: cuttings)
    func unclosedQuote(chunkBytes: Int) {
        let bytes = Array("a,b\n\"1\n\",\"2\nnever\nclosed".utf8)
        let cutting = Cutting.every(chunkBytes)
        let open = scanError { () throws(CSVError) in try scan(bytes, cutting: cutting) }
        #expect(open?.code == .unclosedQuote)
        #expect(open?.line == 3 && open?.column == 2 && open?.byteOffset == 9)
        let long = scanError { () throws(CSVError) in
            try scan(bytes, cutting: cutting, maxHeldRecordBytes: 12)
        }
        #expect(long?.code == .recordTooLong)
        #expect(long?.line == 3 && long?.column == 2 && long?.byteOffset == 9)
    }

    @Test(
        "a reject file gives the source's header, and its lines to skip are not skipped", arguments: cuttings)
    func rejectFile(chunkBytes: Int) throws {
        let names = "sluice_line;sluice_column;sluice_field;sluice_code;sluice_message"
        for dialect in [Dialect(delimiter: 59, skippedLines: 2), Dialect(delimiter: 59, hasHeader: false)] {
            let bytes = Array("\u{FEFF}\(names);id;name\r\n1;2;f;c;m;7;x\r\n\r\n".utf8)
            let summary = try scan(bytes, dialect, cutting: .every(chunkBytes))
            #expect(summary.rejectPrefix && summary.droppedLeadingColumns == 5)
            #expect(summary.header == ["id", "name"] && summary.headerBytes == Array("id;name\r\n".utf8))
            #expect(summary.firstRecord == [Array("7".utf8), Array("x".utf8)])
            #expect(summary.records == 2 && summary.blankLines == 1)
            let bare = try scan(Array("\(names)\n1;2;f;c;m;7\n".utf8), dialect, cutting: .every(chunkBytes))
            #expect(bare.rejectPrefix && bare.header == nil && bare.headerBytes.isEmpty)
            #expect(bare.records == 1 && bare.expectedFields == 1)
            #expect(try scan(Array(names.utf8), dialect, cutting: .every(chunkBytes)).rejectPrefix)
        }
        let other = try scan(
            Array("\(names)s;id\n".utf8), Dialect(delimiter: 59), cutting: .every(chunkBytes))
        #expect(!other.rejectPrefix && other.header?.count == 6)
        #expect(try !scan(Array("\(names);id\n".utf8), cutting: .every(chunkBytes)).rejectPrefix)
    }
}
