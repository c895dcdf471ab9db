internal import Store

extension Engine {
    /// What happened to one record, the newest first, as far as the journal of changes knows.
    ///
    /// `key` is a value of one of its keys, `FIELD=VALUE`, or `id=N`: by its id a deleted record is found, too.
    ///
    /// - Throws: `unknown_type`, `bad_record_name`, `unknown_record`.
    package func history(of typeName: String, _ key: String) throws -> (type: RecordType, RecordHistory) {
        let catalogue = try catalogue()
        let type = try catalogue.type(named: typeName)
        let reader = try StoreReader(paths: paths)
        let name = try RecordName(key, of: type)
        guard let id = try name.id ?? reader.rowID(of: name),
            let history = try reader.history(of: id, type, catalogue)
        else {
            var failure = name.unknown
            failure.hint = "The history of a record that was deleted is found by its id: id=N."
            throw failure
        }
        return (type, history)
    }
}
