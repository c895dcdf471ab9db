import Foundation
import SluiceEngine
import Testing

// These tests see what is public, as programs outside of the package do.

@Suite("Changing records by the library")
struct LibraryChangeTests {
    private let folder: Folder
    private let database: SluiceDatabase

    init() throws {
        folder = try Folder()
        let keyFile = folder.file("keys")
        try SluiceDatabase.createKeyFile(at: keyFile)
        database = SluiceDatabase(at: folder.file("crm.db"), keyFile: keyFile)
    }

    /// Imports a file's text, and gives the task.
    @discardableResult
    private func importing(_ text: String, as type: String = "contacts") async throws -> TaskSnapshot {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("in.csv")))
        var request = FileImport(of: folder.file("in.csv"), as: type, requestedBy: "ada")
        request.createsDatabase = true
        return try await database.run(request)
    }

    /// The error that work ends with.
    private func error(_ work: () async throws -> some Any) async -> SluiceError? {
        do {
            _ = try await work()
            return nil
        } catch {
            return error as? SluiceError
        }
    }

    private func change(_ records: ChosenRecords, _ action: BulkChange.Action) -> BulkChange {
        BulkChange(of: "contacts", records, action, requestedBy: "ada")
    }

    private static let three = "contactNumber,lastName,state\n1,Ann,CA\n2,Bob,CA\n3,Cy,NV\n"

    @Test("many records are counted, changed and deleted, and what stays as it is is told")
    func bulk() async throws {
        try await importing(Self.three)
        var request = change(.matching("state = 'CA'"), .set(["group=west", "paymentBalance=5"]))
        let outlook = try database.outlook(of: request)
        #expect(outlook.count == 2 && outlook.firstNames == ["1", "2"])
        request.isDryRun = true
        #expect(try await database.run(request).counts.updated == 2)
        #expect(try database.record(of: "contacts", "1")["group"] == nil)
        request.isDryRun = false
        let task = try await database.run(request)
        #expect(task.kind == .change && task.state == .completed && task.counts.updated == 2)
        #expect(task.changes == ["group=west", "paymentBalance=5"] && task.listFilter == "state = 'CA'")
        #expect(try database.record(of: "contacts", "1")["group"] == "west")
        let added = try await database.run(change(.all, .set(["paymentBalance+=1"])))
        #expect(added.counts.updated == 2 && added.counts.rejected == 1)
        #expect(try database.leftRecords(ofTask: added.id).map(\.key) == ["3"])
        #expect(try database.leftRecords(ofTask: added.id).first?.code == "blank_value")
        #expect(try database.leftRecords(ofTask: added.id, limit: 0).isEmpty)
        var chosen = ChosenRecords.ids([1, 3])
        chosen.listFilter = "state = 'NV'"
        let gone = try await database.run(change(chosen, .delete))
        #expect(gone.kind == .delete && gone.counts.deleted == 1)
        #expect(await error { try database.record(of: "contacts", "3") }?.code == "unknown_record")
        #expect(await error { try await database.run(change(.list("no"), .delete)) }?.code == "unknown_list")
    }

    @Test(
        "no more records are changed or purged than somebody was told of, and an empty change deletes nothing"
    )
    func guards() async throws {
        try await importing("contactNumber,retentionDays\n1,0\n2,0\n")
        var request = change(.all, .delete)
        request.mostRecords = 1
        let refused = try await database.run(request)
        #expect(refused.state == .failed && refused.failure?.code == "more_records")
        let nothing = await error { try await database.run(change(.all, .set([]))) }
        #expect(nothing?.code == "bad_assignment")
        let twice = await error { try database.outlook(of: change(.all, .set(["contactNumber=7"]))) }
        #expect(twice?.code == "unique_field")
        #expect(try database.record(of: "contacts", "2").id == 2)
        request.mostRecords = 2
        #expect(try await database.run(request).counts.deleted == 2)
    }

    @Test(
        "records whose days are over are counted for any day, and taken away for good, but not before their time"
    )
    func purging() async throws {
        try await importing("contactNumber,retentionDays\n1,0\n2,3\n")
        #expect(try database.outlook(ofPurging: "contacts").count == 0)
        let later = try database.outlook(ofPurging: "contacts", on: "2999-12-31")
        #expect(later.count == 2 && later.firstNames == ["1", "2"])
        let early = await error {
            try await database.purge("contacts", on: "2999-12-31", requestedBy: "ada")
        }
        #expect(early?.code == "purge_in_future")
        #expect(await error { try database.outlook(ofPurging: "accounts") }?.code == "no_retention")
        #expect(
            await error { try database.outlook(ofPurging: "contacts", on: "soon") }?.code == "bad_purge_date")
        let task = try await database.purge("contacts", mostRecords: 0, requestedBy: "ada")
        #expect(task.kind == .purge && task.state == .completed && task.counts.read == 0)
    }

    @Test("single records are made, shown, changed and deleted, and their history and notes told")
    func single() async throws {
        try await importing(Self.three)
        let made = try database.createRecord(
            of: "contacts", ["contactNumber": "9", "Last Name": "King=Lee"], requestedBy: "bob")
        #expect(made.kind == .change && made.counts.created == 1 && made.requestedBy == "bob")
        let record = try database.record(of: "contact", "contactNumber=9", fields: ["lastName", "title"])
        #expect(record.values.map(\.field) == ["lastName", "title"] && record["title"] == nil)
        #expect(record["lastName"] == "King=Lee" && record.recordType == "contact")
        #expect(record.links.map(\.kind) == ["accounts"] && record.links.map(\.count) == [0])
        try database.updateRecord(of: "contacts", "9", ["lastName": "", "title": "Dr"], requestedBy: "bob")
        let changed = try database.record(of: "contacts", "9")
        #expect(changed["lastName"] == nil && changed["title"] == "Dr" && changed.id == record.id)
        let wrong = await error {
            try database.updateRecord(
                of: "contacts", "9", ["email": "no", "phone1": "5"], requestedBy: "bob")
        }
        #expect(wrong?.isRefusal == true && wrong?.problems.map(\.field) == ["email", "phone1"])
        let name = await error {
            try database.updateRecord(of: "contacts", "9", ["title=x": "y"], requestedBy: "bob")
        }
        #expect(name?.code == "unknown_field")
        #expect(try database.record(of: "contacts", "9")["title"] == "Dr")
        try database.addNote(on: "contacts", "9", "Called back.", requestedBy: "bob")
        let notes = try database.notes(on: "contacts", "9")
        #expect(notes.map(\.text) == ["Called back."] && notes.first?.createdBy == "bob")
        #expect(try database.record(of: "contacts", "9").notes == 1)
        #expect(try database.notes(on: "contacts", "9", limit: 0).isEmpty)
        let gone = try database.deleteRecord(of: "contacts", "9", requestedBy: "bob")
        #expect(gone.kind == .delete && gone.counts.deleted == 1)
        let history = try database.history(of: "contacts", "id=\(record.id)")
        #expect(history.map(\.kind) == [.deleted, .changed, .created])
        #expect(history.last?.taskID == made.id && history.last?.requestedBy == "bob")
        let title = try #require(history[1].changes.first { $0.field == "title" })
        #expect(title.old == nil && title.new == "Dr" && title.isNewKnown)
    }

    @Test("a dry undo tells what would be left, and takes nothing back")
    func dryUndo() async throws {
        let task = try await importing(Self.three)
        try database.updateRecord(of: "contacts", "2", ["title": "Dr"], requestedBy: "bob")
        let dry = try await database.undo(task.id, requestedBy: "bob", isDryRun: true)
        #expect(dry.isDryRun && dry.counts.deleted == 2 && dry.counts.skipped == 1)
        #expect(try database.leftRecords(ofTask: dry.id).map(\.code) == ["edited_since"])
        #expect(try database.task(task.id).state == .completed)
        let undo = try await database.undo(task.id, requestedBy: "bob")
        #expect(undo.counts == dry.counts)
    }

    @Test("encrypted fields are written and shown with the key file alone, and sealed anew by another key")
    func encrypted() async throws {
        try await importing("contactNumber,ssn\n1,078-05-1120\n")
        let open = SluiceDatabase(at: database.path)
        #expect(database.keyFile != nil && open.keyFile == nil)
        #expect(try open.record(of: "contacts", "1")["ssn"] == "****")
        let blind = await error { try open.record(of: "contacts", "1", showsEncrypted: true) }
        #expect(blind?.code == "key_needed")
        #expect(
            await error { try open.updateRecord(of: "contacts", "1", ["ssn": "5"], requestedBy: "b") }?.code
                == "key_needed")
        #expect(
            try database.record(of: "contacts", "1", showsEncrypted: true)["ssn"] == "078-05-1120")
        var export = FileExport(of: "contacts", to: folder.file("out.csv"), requestedBy: "ada")
        export.columns = ["ssn"]
        _ = try await database.run(export)
        #expect(try folder.read("out.csv") == "ssn\n****\n")
        export.showsEncrypted = true
        export.overwritesFile = true
        _ = try await database.run(export)
        #expect(try folder.read("out.csv") == "ssn\n078-05-1120\n")
        let old = try database.keys()
        #expect(old.map(\.isInUse) == [true] && old.map(\.seals) == [true])
        let new = try SluiceDatabase.addKey(toFile: #require(database.keyFile))
        let task = try await database.rotateKeys(requestedBy: "ada")
        #expect(task.kind == .rotate && task.state == .completed && task.counts.updated == 1)
        #expect(try database.keys().map(\.id) == [new.id, old[0].id])
        #expect(try database.keys().map(\.isInUse) == [true, false])
        #expect(
            try database.record(of: "contacts", "1", showsEncrypted: true)["ssn"] == "078-05-1120")
        #expect(await error { try await open.rotateKeys(requestedBy: "ada") }?.code == "key_needed")
    }

    @Test("rejects with encrypted fields are written with masks, and byte for byte where that is asked for")
    func encryptedRejects() async throws {
        let task = try await importing("contactNumber,ssn,email\n1,078-05-1120,bad\n")
        let path = folder.file("rejects.csv")
        #expect(try database.writeRejects(ofTask: task.id, to: path) == 1)
        #expect(try !folder.read("rejects.csv").contains("078"))
        #expect(
            try database.writeRejects(ofTask: task.id, to: path, overwrites: true, showsEncrypted: true) == 0)
        #expect(try folder.read("rejects.csv").contains("1,078-05-1120,bad"))
        var request = FileImport(of: folder.file("in.csv"), as: "contacts", requestedBy: "ada")
        request.rejectsPath = path
        request.overwritesFiles = true
        request.showsEncrypted = true
        _ = try await database.run(request)
        #expect(try folder.read("rejects.csv").contains("1,078-05-1120,bad"))
    }

    @Test(
        "an import of notes takes the ways of notes, a file over its limit is refused, and pairs are unlinked"
    )
    func imports() async throws {
        try await importing(Self.three)
        let note = "recordType,record,text,createdAt\ncontact,1,Hello,2026-01-02T03:04:05Z\n"
        #expect(try await importing(note, as: "notes").counts.created == 1)
        #expect(try await importing(note, as: "notes").counts.skipped == 1)
        try await importing("originalId,name\nA,Acme\n", as: "accounts")
        #expect(try await importing("A,1\nA,2\n", as: "links").counts.created == 2)
        var unlink = FileImport(of: folder.file("in.csv"), as: "links", requestedBy: "ada")
        unlink.unlinks = true
        #expect(try await database.run(unlink).counts.deleted == 2)
        try Data(Self.three.utf8).write(to: URL(fileURLWithPath: folder.file("in.csv")))
        var limited = FileImport(of: folder.file("in.csv"), as: "contacts", requestedBy: "ada")
        limited.maxRecords = 2
        #expect(try await database.run(limited).failure?.isRefusal == true)
        limited.maxRecords = nil
        limited.maxBytes = 10
        #expect(try await database.run(limited).failure?.isRefusal == true)
    }
}
