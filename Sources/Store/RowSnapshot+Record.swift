internal import GRDB
package import Records

extension RowSnapshot {
    /// The id of the record that is named; `nil` where none is.
    package func rowID(of name: RecordName) throws(StoreError) -> Int64? {
        try read("look for the record") { db in try name.rowID(db) }
    }

    /// How many records of each kind a row is linked to, by plural or role.
    package func linkCounts(of id: Int64, _ links: LinkedRows) throws(StoreError) -> [LinkCount] {
        try read("count the links") { db in try links.allCounts(of: id, db) }
    }
}
