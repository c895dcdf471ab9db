// A record is named by a value of one of its keys, which are tried in their order (`A-17`), by one key that is told
// (`accountNumber=17`), or by its id (`id=3`).
extension SluiceDatabase {
    /// A record with its values, by a value of one of its keys, `FIELD=VALUE` or `id=N`.
    ///
    /// - Parameters:
    ///   - recordType: what it is: a record type's name or plural.
    ///   - key: which it is.
    ///   - fields: those to read, of linked records as `account.name`; `nil` for all.
    ///   - showsEncrypted: whether values of encrypted fields are shown, which takes the key file; else it is `****`.
    /// - Returns: the record as it is now.
    /// - Throws: `unknown_type`, `bad_record_name`, `unknown_record`, `unknown_field`; `key_needed`.
    public func record(
        of recordType: String, _ key: String, fields: [String]? = nil, showsEncrypted: Bool = false
    ) throws(SluiceError) -> StoredRecord {
        try SluiceError.telling {
            StoredRecord(
                try engine.record(recordType, key, columns: fields, showsEncrypted: showsEncrypted))
        }
    }

    /// Makes a record; the values pass the rules of imports.
    ///
    /// It waits for no run, only for the transaction that one has open.
    ///
    /// - Parameters:
    ///   - recordType: what it is.
    ///   - values: by the names of their fields, written as in a file.
    ///   - requestedBy: who asks for it, kept with the task.
    /// - Returns: the task, which is done.
    /// - Throws: all that speaks against it at once, as ``SluiceError/problems``; nothing is written then.
    @discardableResult
    public func createRecord(
        of recordType: String, _ values: [String: String], requestedBy: String
    ) throws(SluiceError) -> TaskSnapshot {
        try SluiceError.telling {
            TaskSnapshot(
                try engine.createRecord(recordType, Self.assignments(values), requestedBy: requestedBy))
        }
    }

    /// Sets values of a record; an empty one clears its field, and fields that are not named stay as they are.
    ///
    /// - Parameters:
    ///   - recordType: what it is.
    ///   - key: which it is, as with ``record(of:_:fields:showsEncrypted:)``.
    ///   - values: by the names of their fields, written as in a file.
    ///   - requestedBy: who asks for it, kept with the task.
    /// - Returns: the task, which is done.
    /// - Throws: `unknown_record`, `append_only`; all that speaks against it at once, as ``SluiceError/problems``.
    @discardableResult
    public func updateRecord(
        of recordType: String, _ key: String, _ values: [String: String], requestedBy: String
    ) throws(SluiceError) -> TaskSnapshot {
        try SluiceError.telling {
            TaskSnapshot(
                try engine.changeRecord(
                    recordType, key, Self.assignments(values), requestedBy: requestedBy))
        }
    }

    /// Deletes a record, and the links that it has.
    ///
    /// - Returns: the task, which is done.
    /// - Throws: `unknown_record`, `append_only`; `record_linked` where a link protects it.
    @discardableResult
    public func deleteRecord(
        of recordType: String, _ key: String, requestedBy: String
    ) throws(SluiceError) -> TaskSnapshot {
        try SluiceError.telling {
            TaskSnapshot(try engine.deleteRecord(recordType, key, requestedBy: requestedBy))
        }
    }

    /// Sorted, so that what is told of them is the same each time.
    private static func assignments(_ values: [String: String]) throws(Failure) -> [String] {
        // Behind the first sign all is the value.
        if let name = values.keys.first(where: { $0.contains("=") }) {
            throw Failure(
                .refused, code: "unknown_field", message: "'\(name)' is the name of no field",
                hint: "Names of fields have letters and digits.")
        }
        return values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    // MARK: Notes

    /// Writes a note on a record, with the moment and who asks; a note is never changed or deleted.
    ///
    /// - Returns: the task, which is done.
    /// - Throws: `unknown_record`; what is wrong with the text.
    @discardableResult
    public func addNote(
        on recordType: String, _ key: String, _ text: String, requestedBy: String
    ) throws(SluiceError) -> TaskSnapshot {
        try SluiceError.telling {
            TaskSnapshot(try engine.addNote(recordType, key, text: text, requestedBy: requestedBy))
        }
    }

    /// The notes on a record, the newest first, also of one that is gone.
    ///
    /// - Parameters:
    ///   - recordType: what it is.
    ///   - key: which it is.
    ///   - limit: how many at most; never more than 5,000.
    /// - Returns: the notes.
    /// - Throws: `unknown_record` where there is neither the record nor a note.
    public func notes(
        on recordType: String, _ key: String, limit: Int = 5_000
    ) throws(SluiceError) -> [RecordNote] {
        try SluiceError.telling {
            try engine.notes(recordType, key, limit: min(max(0, limit), Note.mostShown))
                .map(RecordNote.init)
        }
    }

    // MARK: History

    /// What happened to a record, the newest first, as far as the journal of changes has it; also of one that is gone,
    /// by `id=N`.
    ///
    /// - Throws: `unknown_type`, `bad_record_name`, `unknown_record`.
    public func history(of recordType: String, _ key: String) throws(SluiceError) -> [RecordEvent] {
        try SluiceError.telling {
            try engine.history(of: recordType, key).1.events.map(RecordEvent.init)
        }
    }
}
