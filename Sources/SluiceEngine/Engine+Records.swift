internal import Store

extension Engine {
    /// One record with its values, found by a value of one of its keys, `FIELD=VALUE` or `id=N`.
    ///
    /// `showsEncrypted` as in an export.
    ///
    /// - Throws: `unknown_type`, `bad_record_name`, `unknown_record`, `unknown_field`; `key_needed`.
    package func record(
        _ typeName: String, _ key: String, columns: [String]?, showsEncrypted: Bool = false
    ) throws -> RecordView {
        let catalogue = try catalogue()
        let type = try catalogue.type(named: typeName)
        let name = try RecordName(key, of: type)
        let snapshot = try snapshot(for: prepared(RecordView.plan(type, ids: nil, columns)))
        guard let id = try snapshot.rowID(of: name) else { throw name.unknown }
        return try RecordView(
            id, of: type, columns: columns, catalogue: catalogue, over: snapshot,
            ring: showingKeys(if: showsEncrypted))
    }

    /// Makes a record of values such as `lastName=Lovelace`; the user task says what came of it.
    ///
    /// - Throws: all that speaks against it.
    package func createRecord(
        _ typeName: String, _ assignments: [String], requestedBy: String
    ) throws -> UserTask {
        try editor(requestedBy).create(typeName, assignments)
    }

    /// Sets values of a record; an empty one clears its field.
    ///
    /// - Throws: `append_only`, `unknown_record`; all that speaks against it.
    package func changeRecord(
        _ typeName: String, _ key: String, _ assignments: [String], requestedBy: String
    ) throws -> UserTask {
        try editor(requestedBy).change(typeName, key, assignments)
    }

    /// Makes sure that there is a record to delete, before anybody is asked whether that is meant.
    ///
    /// - Throws: `append_only`, `bad_record_name`, `unknown_record`.
    package func expectDeletable(_ typeName: String, _ key: String) throws {
        let type = try catalogue().type(named: typeName)
        try type.expectMutable()
        let name = try RecordName(key, of: type)
        guard try StoreReader(paths: paths).rowID(of: name) != nil else { throw name.unknown }
    }

    /// Deletes a record, and the links that it has.
    ///
    /// - Throws: `append_only`, `unknown_record`, `record_linked`.
    package func deleteRecord(_ typeName: String, _ key: String, requestedBy: String) throws -> UserTask {
        try editor(requestedBy).delete(typeName, key)
    }

    /// Writes a note on a record.
    ///
    /// - Throws: `unknown_record`; what is wrong with the text.
    package func addNote(
        _ typeName: String, _ key: String, text: String, requestedBy: String
    ) throws -> UserTask {
        try editor(requestedBy).note(typeName, key, text: text)
    }

    /// The notes on a record, the newest first, at most `limit` of them; also on one that is not there any more.
    ///
    /// - Throws: `bad_record_name`; `unknown_record` where there is neither the record nor a note.
    package func notes(_ typeName: String, _ key: String, limit: Int) throws -> [Note] {
        let type = try catalogue().type(named: typeName)
        let name = try RecordName(key, of: type)
        let snapshot = try snapshot(for: prepared(RecordView.plan(type, ids: nil, nil)))
        let keys = try snapshot.keyTexts(of: name)
        let notes = try snapshot.notes(on: keys ?? [name.text], of: type, limit: limit)
        guard keys != nil || !notes.isEmpty else { throw name.unknown }
        return notes
    }

    func editor(_ requestedBy: String) throws -> RecordEditor {
        RecordEditor(
            paths: paths, catalogue: try catalogue(), requestedBy: requestedBy, ring: try sealingKeys())
    }
}
