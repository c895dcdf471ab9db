internal import Pipeline
package import Records
package import Store

/// Makes, changes and deletes single records, each a user task that is done when it is recorded.
package struct RecordEditor: Sendable {
    private let paths: StorePaths
    private let catalogue: Catalogue
    private let requestedBy: String
    /// The keys of encrypted fields, where they are at hand.
    private let ring: (any KeyRing)?

    package init(
        paths: StorePaths, catalogue: Catalogue, requestedBy: String, ring: (any KeyRing)? = nil
    ) {
        self.ring = ring
        self.paths = paths
        self.catalogue = catalogue
        self.requestedBy = requestedBy
    }

    /// Makes a record of values such as `lastName=Lovelace`.
    ///
    /// - Throws: all that speaks against it; nothing was recorded then.
    package func create(_ typeName: String, _ assignments: [String]) throws -> UserTask {
        let type = try catalogue.type(named: typeName)
        let edit = try RecordCheck.new(FieldText.parse(assignments, of: type, takesEncrypted: true), of: type)
        return try write(type, edit) { writer in
            try writer.create(edit, of: type, ring: ring, task: task(.change, type))
        }
    }

    /// Sets values of a record; an empty one clears its field.
    ///
    /// - Throws: `append_only`, `bad_record_name`, `unknown_record`; all that speaks against it. Nothing was recorded
    ///   then.
    package func change(_ typeName: String, _ key: String, _ assignments: [String]) throws -> UserTask {
        let type = try catalogue.type(named: typeName)
        try type.expectMutable()
        let name = try RecordName(key, of: type)
        let edit = try RecordCheck.changed(FieldText.parse(assignments, of: type, takesEncrypted: true))
        return try write(type, edit) { writer in
            try writer.change(name, edit, ring: ring, task: task(.change, type, key))
        }
    }

    /// Deletes a record, and the links that it has.
    ///
    /// - Throws: `append_only`, `bad_record_name`, `unknown_record`, `record_linked`; nothing was recorded then.
    package func delete(_ typeName: String, _ key: String) throws -> UserTask {
        let type = try catalogue.type(named: typeName)
        try type.expectMutable()
        let name = try RecordName(key, of: type)
        let links = LinkedRows(of: type, in: catalogue)
        return try write(type) { writer in
            try writer.delete(name, links: links, task: task(.delete, type, key))
        }
    }

    /// Writes a note on a record, in the name of whoever asks.
    ///
    /// - Throws: `bad_record_name`, `unknown_record`; what is wrong with the text. Nothing was recorded then.
    package func note(_ typeName: String, _ key: String, text: String) throws -> UserTask {
        let type = try catalogue.type(named: typeName)
        let note = try catalogue.type(named: Note.typeName)
        let name = try RecordName(key, of: type)
        let writer = try StoreWriter(paths: paths, create: false)
        try writer.prepareTables(catalogue.tables(for: type) + [note])
        guard let record = try writer.keyText(of: name) else { throw name.unknown }
        let values = Note.values(
            recordType: type.name, record: record, text: text, createdAt: .now(), createdBy: requestedBy)
        let edit = try RecordCheck.new(FieldText.parse(values, of: note), of: note)
        // Somebody may have taken the record away since.
        let task = try writer.create(edit, of: note, on: name, task: task(.change, note))
        writer.checkpointAll()
        return task
    }

    private func write(
        _ type: RecordType, _ edit: RecordEdit? = nil, _ body: (StoreWriter) throws -> UserTask
    ) throws -> UserTask {
        if let field = edit?.encryptedField, ring == nil {
            throw Failure.keyNeeded(for: field.name, of: type.name)
        }
        let writer = try StoreWriter(paths: paths, create: false)
        try writer.prepareTables(catalogue.tables(for: type))
        if edit?.encryptedField != nil, let ring { try writer.takeIntoUse(ring) }
        let task = try body(writer)
        writer.checkpointAll()
        return task
    }

    private func task(_ kind: UserTask.Kind, _ type: RecordType, _ key: String = "") -> UserTask {
        let now = Timestamp.now()
        var task = UserTask(
            id: UserTask.newID(), kind: kind, recordType: type.name, requestedBy: requestedBy,
            file: UserTask.File(name: "\(type.name) \(key)", bytes: 0, sha256: "", compression: "none"),
            submittedAt: now)
        task.state = .completed
        task.startedAt = now
        task.endedAt = now
        return task
    }
}
