import Records
import Testing

@testable import InputFilters

@Suite("Mapping batches")
struct FieldMapperTests {
    /// Maps rows of a file with these header names.
    private func map(
        _ names: [String], _ columns: [String], _ rows: [[RawCell]], faults: [Int: RecordPlace] = [:],
        settings: String = ""
    ) throws -> MappedBatch {
        let rules = columns.map { "  - {\($0)}\n" }.joined()
        let yaml = "name: test\nrecordType: account\n\(settings)\ncolumns:\n\(rules)"
        let document = try read(yaml)
        let map = try FieldMap(document: document, type: Types.account, columns: FileColumns(names: names))
        return FieldMapper(map).map(makeBatch(rows, map.projection, faults: faults))
    }

    private func cells(_ texts: String...) -> [RawCell] {
        texts.map { RawCell($0) }
    }

    @Test("a column that passes on as it is keeps its plane and its cells")
    func passThrough() throws {
        let rows = [cells("1", "x", " Ada "), cells("2", "y", "")]
        let batch = try map(
            ["Id", "X", "Name"], ["field: originalId, from: Id", "field: name, from: Name"], rows)
        #expect(batch.fields.map(\.plane) == [0, 1])
        #expect(try values(batch, "name") == [" Ada ", nil])
        #expect(batch.records.storage.arenaCount == 0)
        #expect(batch.rejects.isEmpty)
    }

    @Test("doubled quotes are undone, whatever else is done")
    func doubledQuotes() throws {
        let rows = [
            [RawCell(" A \"\"B\"\" ", isEscaped: true), RawCell("\"\"", isEscaped: true)],
            [RawCell("\"\"\"\"", isEscaped: true), RawCell("plain")],
        ]
        let columns = [
            "field: name, from: A", "field: city, from: A, transform: [trim, lowercase]",
            "field: state, from: B",
        ]
        let batch = try map(["A", "B"], columns, rows)
        #expect(try values(batch, "name") == [" A \"B\" ", "\"\""])
        #expect(try values(batch, "city") == ["a \"b\"", "\"\""])
        #expect(try values(batch, "state") == ["\"", "plain"])
    }

    @Test("where formulas are guarded, one apostrophe is taken off before anything else is done")
    func guardedFormulas() throws {
        let rows = [
            cells("'=1", "'+A"), cells("''-x", "'@b"), cells("'a", "'"),
            [RawCell("'=\"\"Q\"\"", isEscaped: true), RawCell("+14155550100")],
        ]
        let columns = [
            "field: name, from: A", "field: city, from: B, transform: lowercase, map: {\"+a\": plus}",
            "field: state, join: [A, B], separator: \"|\"",
        ]
        let batch = try map(["A", "B"], columns, rows, settings: "file: {formulas: guarded}")
        #expect(try values(batch, "name") == ["=1", "'-x", "'a", "=\"Q\""])
        #expect(try values(batch, "city") == ["plus", "@b", "'", "+14155550100"])
        #expect(try values(batch, "state") == ["=1|+A", "'-x|@b", "'a|'", "=\"Q\"|+14155550100"])
        let plain = try map(["A", "B"], columns, rows)
        #expect(try values(plain, "name").prefix(3) == ["'=1", "''-x", "'a"])
    }

    @Test("the quote that is doubled is the document's")
    func otherQuote() throws {
        let rows = [[RawCell("it''s \"\"", isEscaped: true)]]
        let batch = try map(["A"], ["field: name, from: A"], rows, settings: "file: {quote: \"'\"}")
        #expect(try values(batch, "name") == ["it's \"\""])
    }

    @Test("backslashes are undone where the document has them, with or without a quote")
    func backslashes() throws {
        let rows = [
            [
                RawCell(#" A \"B\" "#, isEscaped: true), RawCell(#"\N"#, isEscaped: true),
                RawCell(#"\\N"#, isEscaped: true),
            ],
            [RawCell(#"x\ny"#, isEscaped: true), RawCell("plain"), RawCell(#"\,"#, isEscaped: true)],
        ]
        let columns = [
            "field: name, from: A, transform: [trim, lowercase]", "field: city, from: B",
            "field: state, from: C",
        ]
        for quote in ["none", "'\"'"] {
            let batch = try map(
                ["A", "B", "C"], columns, rows, settings: "file: {escape: backslash, quote: \(quote)}")
            #expect(try values(batch, "name") == ["a \"b\"", "x\ny"])
            #expect(try values(batch, "city") == [nil, "plain"])
            #expect(try values(batch, "state") == ["\\N", ","])
        }
    }

    @Test("one column feeds several fields, each with its own treatment")
    func severalFields() throws {
        let rows = [cells(" Ada "), cells("")]
        let columns = [
            "field: name, from: A, transform: uppercase", "field: city, from: A",
            "field: state, from: A, transform: trim",
        ]
        let batch = try map(["A"], columns, rows)
        #expect(Set(batch.fields.map(\.plane)).count == 3)
        #expect(try values(batch, "name") == [" ADA ", nil])
        #expect(try values(batch, "city") == [" Ada ", nil])
        #expect(try values(batch, "state") == ["Ada", nil])
    }

    @Test("the source bytes are never changed")
    func sourceStays() throws {
        let row = [RawCell(" MiXeD \"\"É\"\" ", isEscaped: true), RawCell("ABCDEFGHIJ")]
        let columns = [
            "field: name, from: A, transform: [trim, lowercase]",
            "field: city, from: B, transform: lowercase",
        ]
        let batch = try map(["A", "B"], columns, [row])
        let storage = batch.records.storage
        #expect(
            Array(UnsafeBufferPointer(start: storage.source, count: storage.sourceCount))
                == row.flatMap(\.bytes))
        #expect(try values(batch, "name") == ["mixed \"é\""])
        #expect(try values(batch, "city") == ["abcdefghij"])
    }

    @Test("a value map knows trimmed values and blanks, and leaves others as they are")
    func valueMaps() throws {
        let rows = [
            cells("Y"), cells(" N "), cells("y"), cells(""), cells("  "), cells(" other"), cells("N/A"),
        ]
        let mapped = try map(
            ["A"], ["field: name, from: A, map: {Y: yes, N: no, \"\": unknown, N/A: \"\"}"], rows)
        #expect(try values(mapped, "name") == ["yes", "no", "y", "unknown", "unknown", " other", nil])
        let untouched = try map(["A"], ["field: name, from: A, map: {Y: yes}"], rows)
        #expect(try values(untouched, "name") == ["yes", " N ", "y", nil, "  ", " other", "N/A"])
        #expect(untouched.rejects.isEmpty)
        let folded = try map(
            ["A"], ["field: name, from: A, transform: [trim, uppercase], map: {Y: yes}"], rows)
        #expect(try values(folded, "name") == ["yes", "N", "yes", nil, nil, "OTHER", "N/A"])
    }

    @Test("a value map may reject what it does not know, told with column and field")
    func rejectingMaps() throws {
        let rows = [cells("Y", "1"), cells("", ""), cells("maybe", "2"), cells("Y", "Y")]
        let columns = [
            "field: city, from: B, map: {1: one}, otherwise: reject",
            "field: name, from: A, map: {Y: yes}, otherwise: reject",
        ]
        let batch = try map(["A", "B"], columns, rows, faults: [1: RecordPlace(fault: .tooLong)])
        #expect(batch.rejects.map(\.record) == [1, 2, 3])
        #expect(batch.rejects[1].issues.map(\.code) == ["value_not_mapped", "value_not_mapped"])
        #expect(batch.rejects[1].issues.map(\.column) == [1, 2])
        #expect(batch.rejects[1].issues.map(\.field) == ["name", "city"])
        #expect(batch.rejects[1].issues[0].message == "'maybe' is none of 'Y'")
        #expect(batch.rejects[2].issues.map(\.field) == ["city"])
    }

    @Test("a large value map finds every key and nothing else")
    func largeMaps() throws {
        let entries = (0..<3000).map { ValueMap.Entry(key: "key \($0)", value: "value \($0)") }
        let table = ValueTable(ValueMap(entries))
        for (number, entry) in entries.enumerated() {
            #expect(Array(entry.key.utf8).withUnsafeBufferPointer(table.entry) == number)
        }
        for text in ["", "key", "key 3000", "key 1 and more than any key has", "Key 1"] {
            #expect(Array(text.utf8).withUnsafeBufferPointer(table.entry) == nil)
        }
    }

    @Test("joins leave out blank parts with their separator")
    func joins() throws {
        let rows = [
            cells("Reno", "NV", "1"), cells("", "NV", "1"), cells("Reno", " ", ""), cells("", "", ""),
            cells(" Fall  River ", "ma", "Ünder"),
        ]
        let columns = [
            "field: name, join: [City, State, X], separator: \", \", transform: trim",
            "field: city, from: City",
            "field: address1, join: [X, City], separator: \" – \", transform: uppercase",
        ]
        let batch = try map(["City", "State", "X"], columns, rows)
        #expect(try values(batch, "name") == ["Reno, NV, 1", "NV, 1", "Reno", nil, "Fall  River, ma, Ünder"])
        #expect(try values(batch, "city") == ["Reno", nil, "Reno", nil, " Fall  River "])
        #expect(try values(batch, "address1") == ["1 – RENO", "1", "RENO", nil, "ÜNDER –  FALL  RIVER "])
        let plan = try #require(batch.fields.first { $0.field.name == "address1" })
        // The separator's bytes past 127 are told, so that Validation looks at the characters.
        #expect(batch.records.storage.plane(plan.plane)[0].notPlain)
        #expect(plan.sourceColumn == 2)
    }

    @Test("constants cost one text a batch")
    func constants() throws {
        let rows = (0..<100).map { cells("\($0)") }
        let batch = try map(["A"], ["field: originalId, from: A", "field: name, constant: nightly"], rows)
        #expect(try values(batch, "name") == Array(repeating: "nightly", count: 100))
        #expect(batch.records.storage.arenaCount == 7)
    }

    @Test("records of a bad shape are rejects, and blank in every plane")
    func faults() throws {
        let rows = [cells("1", "a"), cells("2", "b"), cells("3", "c"), cells("4", "d")]
        let columns = [
            "field: originalId, from: A", "field: name, from: B, transform: uppercase",
            "field: city, from: B",
            "field: state, constant: NV", "field: address1, join: [A, B]",
            "field: country, from: B, map: {\"\": none}",
        ]
        let faults = [
            0: RecordPlace(fault: .fieldCount, faultColumn: 1, fieldCount: 1),
            2: RecordPlace(fault: .textAfterQuote, faultColumn: 1, fieldCount: 2),
            3: RecordPlace(fault: .tooLong, fieldCount: 2),
        ]
        let batch = try map(["A", "B"], columns, rows, faults: faults)
        #expect(batch.rejects.map(\.record) == [0, 2, 3])
        let issues = batch.rejects.flatMap(\.issues)
        #expect(issues.map(\.code) == ["field_count", "text_after_quote", "record_too_long"])
        #expect(issues[0].message == "has 1 field, the header has 2")
        #expect(issues[1].column == 2 && issues[1].field == "name")
        #expect(issues[1].message.contains("column 2 ('B')"))
        for field in ["originalId", "name", "city", "state", "address1", "country"] {
            let found = try values(batch, field)
            #expect(found[0] == nil && found[1] != nil && found[2] == nil && found[3] == nil, "\(field)")
        }
    }

    @Test("cells of a bad record are not looked at, wherever they point")
    func wildCells() throws {
        let document = try read(
            "name: a\nrecordType: account\ncolumns: [{field: name, from: A, transform: [trim, uppercase]}, {field: city, join: [A, B]}]"
        )
        let map = try FieldMap(
            document: document, type: Types.account, columns: FileColumns(names: ["A", "B"]))
        let batch = makeBatch(
            [cells("a", "b"), cells("c", "d")], map.projection,
            faults: [0: RecordPlace(fault: .fieldCount, fieldCount: 9)])
        for plane in 0..<2 {
            batch.storage.plane(plane)[0] = .source(
                offset: 0xFFFF_FFFF, length: 0xFF_FFFF, notPlain: true, escaped: true)
        }
        let mapped = FieldMapper(map).map(batch)
        #expect(try values(mapped, "name") == [nil, "C"])
        #expect(try values(mapped, "city") == [nil, "c d"])
        #expect(mapped.rejects[0].issues[0].message == "has 9 fields, the header has 2")
    }

    @Test("an empty batch maps to an empty batch, and a storage is used again")
    func reuse() throws {
        let document = try read(
            "name: a\nrecordType: account\ncolumns: [{field: name, from: A}, {field: city, from: A}]")
        let map = try FieldMap(document: document, type: Types.account, columns: FileColumns(names: ["A"]))
        let mapper = FieldMapper(map)
        #expect(mapper.map(makeBatch([], map.projection)).rejects.isEmpty)
        let batch = makeBatch([cells("Ada")], map.projection)
        #expect(try values(mapper.map(batch), "city") == ["Ada"])
        batch.storage.reset()
        #expect(try values(mapper.map(batch), "city") == ["Ada"])
        #expect(batch.storage.planeCount == 2)
    }
}
