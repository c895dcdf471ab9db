import CSV
import Records
import TestSupport
import Testing

@testable import InputFilters

@Suite("Fixed-width files")
struct FixedWidthTests {
    private static let line: [Unicode.Scalar] = [
        "a", "B", "7", " ", " ", "\t", "\u{A0}", "é", "😀", "\u{301}", "\u{3000}", ",", "\"", "\u{0}",
    ]
    private static let spaces = Set("\t \u{A0}\u{3000}".unicodeScalars)

    /// One line: its bytes, and its scalars where it is UTF-8.
    private struct Line {
        var bytes: [UInt8]
        var scalars: [Unicode.Scalar]?
    }

    private static func line(_ random: inout SeededGenerator) -> Line {
        let isPlain = random.chance(40)
        let scalars = (0..<Int.random(in: 0...14, using: &random)).map { _ in
            (isPlain ? line[Int.random(in: 0..<5, using: &random)] : line.randomElement(using: &random))
                ?? "a"
        }
        var bytes = scalars.flatMap { Array(String($0).utf8) }
        guard random.chance(8) else { return Line(bytes: bytes, scalars: scalars) }
        let fault: UInt8 = random.chance(60) ? 0xFF : 0xC3
        bytes.insert(fault, at: Int.random(in: 0...bytes.count, using: &random))
        let text = String(validating: bytes, as: UTF8.self)
        return Line(bytes: bytes, scalars: text.map { Array($0.unicodeScalars) })
    }

    private static func value(_ slice: Slice, _ scalars: [Unicode.Scalar]) -> String? {
        var part = Array(scalars.dropFirst(slice.start).prefix(slice.length))
        while let last = part.last, spaces.contains(last) { part.removeLast() }
        var text = ""
        text.unicodeScalars.append(contentsOf: part.drop(while: spaces.contains))
        return text.isEmpty ? nil : text
    }

    /// The fate of every record of a file: its values, or the code it is rejected with.
    private func fates(
        _ file: [UInt8], _ document: InputFilterDocument, chunkBytes: Int, batch: Int
    ) throws -> [(values: [String?], code: String?)] {
        let map = try FieldMap(
            document: document, type: Types.account, columns: FileColumns(firstRecord: ["any"]))
        let mapper = FieldMapper(map)
        let limits = BatchLimits(records: batch, bytes: 4096)
        var parser = try RecordParser(
            dialect: document.dialect, projection: map.projection, limits: limits)
        var fates: [(values: [String?], code: String?)] = []
        var used = 0
        while true {
            switch try parser.advance() {
            case .needsStorage: parser.lend(RecordParser.makeStorage(limits: limits, planes: 1))
            case .needsBytes:
                let end = min(file.count, used + chunkBytes)
                if used == end {
                    parser.finish()
                } else {
                    parser.append(ByteChunk(bytes: Array(file[used..<end]), byteOffset: UInt64(used)))
                }
                used = end
            case .end: return fates
            case .batch(let batch):
                let mapped = mapper.map(batch)
                let codes = Dictionary(
                    uniqueKeysWithValues: mapped.rejects.map { ($0.record, $0.issues.first?.code) })
                for record in 0..<batch.count {
                    let cells = document.columns.map { rule -> String? in
                        guard let plan = mapped.fields.first(where: { $0.field.name == rule.field }) else {
                            return nil
                        }
                        let cell = batch.storage.plane(plan.plane)[record]
                        return cell.isBlank ? nil : String(decoding: batch.storage.text(cell), as: UTF8.self)
                    }
                    fates.append((cells, codes[record] ?? nil))
                }
            }
        }
    }

    @Test("slices are as a model cuts them, whatever the line ends, characters, chunks and batches")
    func sameAsModel() throws {
        var random = SeededGenerator.printingSeed("sameAsModel")
        for _ in 0..<200 {
            let slices = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                Slice(
                    start: Int.random(in: 0...12, using: &random),
                    length: Int.random(in: 1...6, using: &random))
            }
            let recordLength = random.chance(30) ? Int.random(in: 1...14, using: &random) : nil
            let document = InputFilterDocument(
                name: "model", recordType: "account",
                dialect: Dialect(fixedWidth: FixedWidth(recordLength: recordLength)),
                columns: zip(["originalId", "name", "city", "state"], slices).map {
                    ColumnRule(field: $0, source: .column(.slice($1)))
                })
            let lines = (0..<Int.random(in: 0...30, using: &random)).map { _ in Self.line(&random) }
            let lineEnd = ["\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
            var file = Array(lines.map(\.bytes).joined(separator: Array(lineEnd.utf8)))
            if random.chance(50) { file += Array(lineEnd.utf8) }
            let found = try fates(
                file, document, chunkBytes: Int.random(in: 1...40, using: &random),
                batch: Int.random(in: 1...9, using: &random))
            // A line without a byte is no record.
            let records = lines.filter { !$0.bytes.isEmpty }
            #expect(found.count == records.count)
            for (found, line) in zip(found, records) {
                let code: String? =
                    line.scalars.map { recordLength ?? $0.count == $0.count ? nil : "record_length" }
                    ?? "invalid_utf8"
                #expect(found.code == code)
                let values = slices.map { slice in
                    code == nil ? line.scalars.flatMap { Self.value(slice, $0) } : nil
                }
                // By bytes: strings are equal over normal forms.
                #expect(
                    found.values.map { $0.map { Array($0.utf8) } } == values.map { $0.map { Array($0.utf8) } }
                )
            }
        }
    }

    @Test("a line of another length tells both, one in another encoding the byte")
    func messages() throws {
        let document = InputFilterDocument(
            name: "test", recordType: "account", dialect: Dialect(fixedWidth: FixedWidth(recordLength: 3)),
            columns: [ColumnRule(field: "name", source: .column(.slice(Slice(start: 0, length: 3))))])
        let map = try FieldMap(
            document: document, type: Types.account, columns: FileColumns(firstRecord: ["any"]))
        let limits = BatchLimits(records: 10, bytes: 4096)
        var parser = try RecordParser(dialect: document.dialect, projection: map.projection, limits: limits)
        parser.append(ByteChunk(bytes: Array("é123\nab".utf8) + [0xFF, 0x0A], byteOffset: 0))
        parser.finish()
        parser.lend(RecordParser.makeStorage(limits: limits, planes: 1))
        guard case .batch(let batch) = try parser.advance() else {
            Issue.record("no batch")
            return
        }
        let rejects = FieldMapper(map).map(batch).rejects
        #expect(rejects.map(\.record) == [0, 1])
        let words = rejects.compactMap(\.issues.first?.message)
        #expect(words.first == "the line has 4 characters, and recordLength is 3")
        #expect(words.last?.hasPrefix("invalid UTF-8 at byte 8 of the source") == true)
    }

    @Test("slices join, split, feed two fields, and name their first character as the column")
    func withOtherRules() throws {
        let document = try InputFilterDocument(
            document: "test.yaml",
            yaml: """
                name: test
                recordType: account
                file: {format: fixedWidth}
                columns:
                  - {field: originalId, from: {start: 1, length: 4}, required: true}
                  - {field: accountNumber, from: {start: 1, length: 4}, transform: uppercase}
                  - {field: address1, join: [{start: 15, length: 3}, {start: 5, length: 10}]}
                  - {field: city, from: {start: 5, length: 10}, split: {separator: " ", part: last}}
                  - {field: agentTeam, constant: north}
                """, recordTypes: Types.all)
        let map = try FieldMap(
            document: document, type: Types.account, columns: FileColumns(firstRecord: ["any"]))
        #expect(map.fields.map(\.sourceColumn) == [0, 0, 4, 14, nil])
        let found = try fates(Array("  abMain st    7b\n".utf8), document, chunkBytes: 3, batch: 5)
        #expect(found.map(\.values) == [["ab", "AB", "7b Main st", "st", "north"]])
    }

    /// Settings of a file, a column, the code of the refusal, and words of its message.
    static let refused: [(String, String, String, String)] = [
        ("format: fixed", "{start: 1, length: 2}", "bad_document", "delimited, fixedWidth"),
        (
            "format: fixedWidth, delimiter: \";\"", "{start: 1, length: 2}", "bad_document",
            "'delimiter' has no use"
        ),
        ("format: fixedWidth, quote: none", "{start: 1, length: 2}", "bad_document", "'quote' has no use"),
        (
            "format: fixedWidth, escape: doubled", "{start: 1, length: 2}", "bad_document",
            "'escape' has no use"
        ),
        ("format: fixedWidth, recordLength: 0", "{start: 1, length: 2}", "bad_document", "1 to 1048576"),
        ("format: delimited, recordLength: 8", "A", "bad_document", "belongs to format: fixedWidth"),
        ("format: fixedWidth", "A", "wrong_format", "no columns to name or count"),
        ("format: fixedWidth", "3", "wrong_format", "no columns to name or count"),
        ("format: fixedWidth, header: true", "[A, B]", "wrong_format", "no columns to name or count"),
        ("header: false", "{start: 1, length: 2}", "wrong_format", "this one is delimited"),
        ("format: fixedWidth", "{start: 0, length: 2}", "bad_position", "counted from 1"),
        ("format: fixedWidth", "{start: 1, length: 0}", "bad_position", "one character or more"),
        ("format: fixedWidth", "{start: 1, length: 9999999999}", "bad_position", "at most 1048576"),
        ("format: fixedWidth", "{start: 1}", "bad_document", "'length' is missing"),
        ("format: fixedWidth", "{start: 1, length: 2, end: 3}", "bad_document", "unknown key 'end'"),
        (
            "format: fixedWidth, recordLength: 8", "{start: 7, length: 3}", "bad_position",
            "ends with character 9"
        ),
        (
            "format: fixedWidth", "{start: 1, length: 2}, optional: true", "bad_document",
            "'optional' has no use"
        ),
    ]

    @Test("what does not go with the format is refused with its line", arguments: refused)
    func refusals(file: String, from: String, code: String, words: String) throws {
        let yaml =
            "name: a\nrecordType: account\nfile: {\(file)}\ncolumns:\n  - {field: name, from: \(from)}\n"
        let refusal = try #require(failure { try read(yaml) })
        #expect(refusal.code == code)
        #expect(refusal.message.contains(words), "\(refusal.message)")
        #expect(refusal.message.hasPrefix("test.yaml, line "), "\(refusal.message)")
    }

    @Test("a fixed-width file has no header unless told, and knows no unknown columns")
    func settings() throws {
        let rest = "columns: [{field: name, from: {start: 1, length: 2}}]"
        let base = "name: a\nrecordType: account\nfile: {format: fixedWidth"
        #expect(try read("\(base)}\n\(rest)").dialect == Dialect(fixedWidth: FixedWidth()))
        let full = try read("\(base), header: true, skipLines: 2, recordLength: 9}\n\(rest)").dialect
        #expect(full == Dialect(fixedWidth: FixedWidth(recordLength: 9), hasHeader: true, skippedLines: 2))
        let refusal = failure { try read("\(base)}\nunknownColumns: refuse\n\(rest)") }
        #expect(refusal?.message.contains("'unknownColumns' has no use") == true)
    }
}
