import Records
import Testing

@testable import Store

/// One example for each rule that the model found hard to keep.
@Suite("The rules of the bulk write, by example")
struct ImportRuleTests {
    /// An import of texts, `-` for a blank, in one batch and in batches of one: what both come to.
    private func run(
        _ type: RecordType, _ columns: String, match: [[Int]], mode: ImportMode = .upsert,
        duplicates: DuplicatePolicy = .last, clears: Bool = false, _ rows: String...
    ) -> ImportCase {
        let fields = columns.split(separator: " ").enumerated().compactMap { index, name in
            type.field(named: String(name)).map { field in
                FieldPlan(
                    field: field, plane: index, sourceColumn: index, blank: clears ? .clear : .keep)
            }
        }
        let records = rows.map { row in
            SampleRecord(
                values: row.split(separator: " ").enumerated().map { index, text in
                    if text == "-" { return nil }
                    return fields[index].field.kind.isStoredAsInteger
                        ? Int64(text).map(Value.integer) : .text(String(text))
                })
        }
        return ImportCase(
            type: type, fields: fields, match: match, mode: mode, duplicates: duplicates, records: records)
    }

    /// Runs the imports one after the other, cut in each way; gives what the last one came to.
    private func result(_ imports: ImportCase...) throws -> ImportResult {
        var results: [ImportResult] = []
        for (most, interruptions, loads) in [
            (1000, 0, false), (1, 0, false), (1, 50, false), (2, 30, false), (1000, 0, true), (1, 0, true),
            (2, 30, true),
        ] {
            var history = History(imports: imports)
            for index in history.imports.indices {
                history.imports[index].course = .init(
                    seed: 5, mostInBatch: most, commits: 100, interruptions: interruptions, loads: loads)
            }
            #expect(try history.disagreement() == nil)
            var runner = try ImportRunner(imports[0].type)
            let found = try history.imports.map { try runner.run($0).result }
            results += found.suffix(1)
        }
        #expect(results.dropFirst().allSatisfy { $0 == results[0] })
        return results[0]
    }

    private let account = SampleTypes.account
    private let ids = "originalId accountNumber name"

    @Test("an account whose number is another's is rejected, and is no earlier record for the next")
    func rejectedIsNotSeen() throws {
        let before = run(account, ids, match: [[0], [1]], "A N1 x", "B N2 x")
        for (policy, mode) in [
            (DuplicatePolicy.first, ImportMode.upsert), (.reject, .update), (.last, .update),
        ] {
            let after = try result(
                before,
                run(account, ids, match: [[0], [1]], mode: mode, duplicates: policy, "A N2 y", "A N1 z"))
            #expect(after.rejects == [.init(record: 0, code: "account_number_taken", field: "accountNumber")])
            #expect(after.updated == 1)
            #expect(after.duplicates.isEmpty)
        }
    }

    @Test("a new account with a number that another has is rejected")
    func newWithTakenNumber() throws {
        let after = try result(
            run(account, ids, match: [[0], [1]], "A N1 x"),
            run(account, ids, match: [[0], [1]], "C N1 y", "- N1 z"))
        #expect(after.rejects.map(\.code) == ["account_number_taken"])
        #expect(after.updated == 1, "one without an original id finds it by the number")
    }

    @Test("an account without any key is created each time, and told")
    func keyless() throws {
        let work = run(account, ids, match: [[0], [1]], "- - x", "- - x", "A - x")
        let again = try result(work, work)
        #expect(again.created == 2)
        #expect(again.keyless == 2)
        #expect(again.unchanged == 1)
        let create = run(account, ids, match: [[0], [1]], mode: .create, "- - x", "A - y")
        #expect(try result(work, create).skipped == 1)
        let update = run(account, ids, match: [[0], [1]], mode: .update, "- - x")
        #expect(try result(work, update).skipped == 1)
    }

    @Test("of two taken values the first is told, for a new row and for one that is there")
    func firstTaken() throws {
        let member = SampleTypes.member
        let before = run(member, "memberNumber badge mail", match: [[0]], "1 1 a", "2 2 b", "3 3 c")
        for number in ["1", "4"] {
            let after = try result(
                before, run(member, "mail badge memberNumber", match: [[2]], "c 2 \(number)"))
            #expect(after.rejects == [.init(record: 0, code: "badge_taken", field: "badge")])
        }
    }

    @Test("a blank that keeps half of a key may not make the row another's")
    func keptHalfOfAKey() throws {
        let type = SampleTypes.seat
        let before = run(type, "serial row place", match: [[0], [1, 2]], "1 a 1", "2 a 2")
        let kept = try result(before, run(type, "serial row place", match: [[0], [1, 2]], "2 - 1", "2 - 3"))
        #expect(kept.rejects == [.init(record: 0, code: "row_taken", field: "row")])
        #expect(kept.updated == 1)
        let unmapped = try result(before, run(type, "serial place", match: [[0]], "2 1", "2 3"))
        #expect(unmapped.rejects == [.init(record: 0, code: "place_taken", field: "place")])
        #expect(unmapped.updated == 1)
    }

    @Test("mode update sees the keys as the records before left them")
    func movedKeys() throws {
        let before = run(account, ids, match: [[0], [1]], "A N1 x")
        let after = try result(
            before,
            // The first gives the row another number: the second has no row any more, the third has.
            run(account, ids, match: [[0], [1]], mode: .update, "A N2 y", "- N1 z", "- N2 w", "- N1 v"))
        #expect(after.updated == 1)
        #expect(after.skipped == 1)
        #expect(after.duplicates == [2, 3])
        #expect(after.created == 0)
    }

    @Test("mode update remembers a key whose row has gone to another, also after a resume")
    func rememberedKeys() throws {
        let after = try result(
            run(account, ids, match: [[0], [1]], "A N1 x"),
            run(
                account, ids, match: [[0], [1]], mode: .update, duplicates: .reject, "- N1 y", "- N3 y",
                "- N3 z"))
        #expect(after.updated == 1)
        #expect(after.skipped == 1)
        #expect(after.rejects == [.init(record: 2, code: "duplicate_in_file", field: "accountNumber")])
        let gone = try result(
            run(account, ids, match: [[0], [1]], "A N1 x"),
            run(account, ids, match: [[0], [1]], mode: .update, "- N1 y", "A N2 y", "- N1 z"))
        #expect(gone.duplicates == [1, 2])
        #expect(gone.skipped == 0)
    }

    @Test("mode update sees that a blank has cleared a key")
    func clearedKey() throws {
        let after = try result(
            run(account, ids, match: [[0], [1]], "A N1 x"),
            run(account, ids, match: [[0], [1]], mode: .update, clears: true, "A - y", "- N1 z"))
        #expect(after.updated == 1)
        #expect(after.skipped == 1)
    }

    @Test("mode update does not remember the key of a rejected record")
    func rejectedIsNotRemembered() throws {
        let type = SampleTypes.seat
        let columns = "serial row place ticket"
        let after = try result(
            run(type, columns, match: [[0], [1, 2]], "1 a 1 t1", "2 b 2 t2"),
            run(type, columns, match: [[0], [1, 2]], mode: .update, "- a 1 t2", "1 c 1 -", "- a 1 -"))
        #expect(after.rejects == [.init(record: 0, code: "ticket_taken", field: "ticket")])
        #expect(after.updated == 1)
        #expect(after.skipped == 1)
        #expect(after.duplicates.isEmpty)
    }

    @Test("mode create leaves what was there alone, and applies the file's later records to its own rows")
    func create() throws {
        let contact = SampleTypes.contact
        let before = run(contact, "contactNumber firstName", match: [[0]], "1 Ada")
        let work = run(
            contact, "contactNumber firstName", match: [[0]], mode: .create, "1 Bob", "2 Cyd", "1 Dan",
            "2 Eve")
        let after = try result(before, work)
        #expect(after.skipped == 1)
        #expect(after.created == 1)
        #expect(after.duplicates == [2, 3])
        #expect(
            try result(before, work, run(contact, "contactNumber firstName", match: [[0]], "1 Ada", "2 Eve"))
                .unchanged == 2)
    }

    @Test("a blank keeps or clears, as its column says, and what changes nothing is unchanged")
    func blanks() throws {
        let contact = SampleTypes.contact
        let columns = "contactNumber firstName balance"
        let before = run(contact, columns, match: [[0]], "1 Ada 5")
        #expect(try result(before, run(contact, columns, match: [[0]], "1 - -")).unchanged == 1)
        let cleared = run(contact, columns, match: [[0]], clears: true, "1 Ada -")
        #expect(try result(before, cleared).updated == 1)
        #expect(try result(before, cleared, cleared).unchanged == 1)
    }

    @Test("a file that has only blank lines, or only rejects, writes nothing and counts all")
    func nothingToWrite() throws {
        var work = run(SampleTypes.contact, "contactNumber", match: [[0]], "1", "2")
        work.records[0].isInvalid = true
        work.records[1].isInvalid = true
        work.blankLinesAtEnd = 2
        let all = try result(work)
        #expect(all.rejects.count == 2)
        #expect(all.skipped == 2)
        work.records = []
        #expect(try result(work).skipped == 2)
    }

    @Test("an import of more fields than one SQL function takes finds what differs in each of them")
    func manyFields() throws {
        let names = (0..<130).map { "f\($0)" }
        let type = RecordType(
            name: "wide", plural: "wides",
            fields: [Field(name: "key", kind: .identifier, isUnique: true)]
                + names.map { Field(name: $0, kind: .text) },
            keys: [["key"]], allowsNoKey: false, limit: .records(10))
        let columns = "key " + names.joined(separator: " ")
        let plain = [String](repeating: "v", count: 130)
        for changed in [0, 98, 99, 100, 129] {
            var texts = plain
            texts[changed] = "w"
            let after = try result(
                run(type, columns, match: [[0]], "1 " + plain.joined(separator: " ")),
                run(type, columns, match: [[0]], "1 " + texts.joined(separator: " ")))
            #expect(after.updated == 1, "field \(changed)")
        }
    }
}
