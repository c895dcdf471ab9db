internal import GRDB
package import Records

// Saved lists: documents whose text is a definition.

extension SavedList {
    fileprivate init(_ document: SavedDocument) throws {
        self.init(
            name: document.name, version: document.version,
            definition: try TaskTable.decode(ListDefinition.self, document.text), savedAt: document.savedAt,
            savedBy: document.savedBy)
    }
}

extension StoreReader {
    /// Every saved list in its latest version, by name.
    package func latestLists() throws(StoreError) -> [SavedList] {
        try read("list the saved lists") { db in try DocumentKind.list.latest(db).map(SavedList.init) }
    }

    /// All versions of a saved list, from the first.
    package func versions(ofList name: String) throws(StoreError) -> [SavedList] {
        try read("read the saved list") { db in
            try DocumentKind.list.versions(of: name, db).map(SavedList.init)
        }
    }
}

extension StoreWriter {
    /// Saves a definition as the next version of its name, unless the latest one says the same.
    ///
    /// - Returns: the version that the definition has, and whether it is new.
    package func save(
        _ definition: ListDefinition, list name: String, _ signature: Signature
    ) throws(StoreError) -> (version: Int, isNew: Bool) {
        try transaction("save the list") { db in
            try DocumentKind.list.save(
                TaskTable.json(definition), as: name, recordType: nil, shipped: nil, signature, db)
        }
    }

    /// Deletes all versions of a saved list.
    ///
    /// - Returns: how many there were; 0 where there is no such list.
    package func deleteList(_ name: String, _ signature: Signature) throws(StoreError) -> Int {
        try transaction("delete the list") { db in try DocumentKind.list.delete(name, signature, db) }
    }
}
