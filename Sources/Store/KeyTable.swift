internal import FoundationEssentials
internal import GRDB
package import Records

/// The rows of `sluice_keys`: which keys a database's values are sealed by, as far as it may know.
enum KeyTable {
    /// The keys in use; none where the database was made before there were any.
    static func read(_ db: Database) throws -> [KeyMark] {
        guard try db.tableExists("sluice_keys") else { return [] }
        return try Row.fetchAll(
            db, sql: "SELECT id, check_value FROM sluice_keys WHERE retired_at IS NULL ORDER BY used_since"
        ).map { row in KeyMark(id: row["id"], check: [UInt8](row["check_value"] as Data)) }
    }

    /// Notes that values are sealed by a key from now on.
    static func add(_ mark: KeyMark, at moment: Timestamp, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO sluice_keys (id, check_value, used_since) VALUES (?, ?, ?) "
                + "ON CONFLICT DO UPDATE SET retired_at = NULL",
            arguments: [mark.id, Data(mark.check), moment.milliseconds])
    }
}

extension KeyRing {
    /// Makes sure that these are a database's keys: each that is in use there is at hand, and the same.
    ///
    /// - Throws: `wrong_key`, `key_missing`.
    package func check(against stored: [KeyMark]) throws(Failure) {
        for mark in stored {
            guard let own = marks.first(where: { $0.id == mark.id }) else {
                throw Failure(
                    .refused, code: "key_missing",
                    message:
                        "the key file lacks the key \(mark.id), by which values of this database are sealed",
                    hint: "Name the database's own key file. A key may be taken out of it once "
                        + "'sluice keys rotate' has sealed every value by a newer one.")
            }
            guard own.check == mark.check else {
                throw Failure(
                    .refused, code: "wrong_key",
                    message:
                        "the key \(mark.id) of the key file is not the one by which this database is sealed",
                    hint: "Name the database's own key file.")
            }
        }
    }
}

extension StoreReader {
    /// The keys by which values of the database are sealed.
    package func keyMarks() throws(StoreError) -> [KeyMark] {
        try read("read the keys in use") { db in try KeyTable.read(db) }
    }
}

extension StoreWriter {
    /// Checks keys against those in use, and notes that values are sealed by the first of them from now on.
    ///
    /// - Throws: `wrong_key`, `key_missing`, with nothing written.
    package func takeIntoUse(_ ring: any KeyRing) throws {
        try transaction("note the key in use") { db -> Result<Void, Failure> in
            let stored = try KeyTable.read(db)
            do throws(Failure) {
                try ring.check(against: stored)
            } catch {
                return .failure(error)
            }
            if let mark = ring.marks.first, !stored.contains(where: { $0.id == mark.id }) {
                try KeyTable.add(mark, at: .now(), db)
            }
            return .success(())
        }.get()
    }
}
