package import Records
internal import Validation

/// The values of one record, checked by the rules of imports: as a batch of one record.
package enum RecordCheck {
    /// Checks the values of a record that is to be made.
    ///
    /// - Throws: all that is wrong with them; `issues` has each.
    package static func new(_ texts: [FieldText], of type: RecordType) throws(Failure) -> RecordEdit {
        // Whatever a new record must have is looked at, given or not.
        let keyFields = type.keys.flatMap { $0 }
        let wanted = type.fields.filter { field in
            (field.isRequired || keyFields.contains(field.name)) && !texts.contains { $0.field == field }
        }
        let all = texts + wanted.map { FieldText($0, "") }
        let fields = all.enumerated().map { plane, text in
            FieldPlan(
                field: text.field, plane: plane, sourceColumn: nil, blank: .clear,
                isRequired: text.field.isRequired)
        }
        let keys = type.keys.map { key in
            key.compactMap { name in fields.firstIndex { $0.field.name == name } }
        }
        // A key of required fields is missed as those are, unless drafts may lack them.
        let isKeyRequired =
            type.drafts == nil && keys.contains { key in key.allSatisfy { fields[$0].isRequired } }
        let validator = try BatchValidator(
            fields: fields, keyAlternatives: keys.filter { !$0.isEmpty },
            allowsNoKey: type.allowsNoKey || isKeyRequired,
            draft: fields.firstIndex { $0.field == type.drafts })
        return try check(all, fields, validator)
    }

    /// Checks the values that a record is to have from now on.
    ///
    /// Whether a blank may be is not asked: that depends on the record.
    ///
    /// - Throws: all that is wrong with them; `issues` has each.
    package static func changed(_ texts: [FieldText]) throws(Failure) -> RecordEdit {
        let fields = texts.enumerated().map { plane, text in
            FieldPlan(field: text.field, plane: plane, sourceColumn: nil, blank: .clear)
        }
        return try check(texts, fields, BatchValidator(fields: fields))
    }

    private static func check(
        _ texts: [FieldText], _ fields: [FieldPlan], _ validator: BatchValidator
    ) throws(Failure) -> RecordEdit {
        let bytes = texts.map { Array($0.text.utf8) }
        if let long = bytes.firstIndex(where: { $0.count > Cell.maxTextBytes }) {
            throw .record([
                Issue(
                    code: "record_too_long", field: texts[long].field.name,
                    message: "\(texts[long].field.name): the value is longer than a record may be")
            ])
        }
        let storage = BatchStorage(
            maxRecords: 1, planeCount: max(1, texts.count),
            sourceCapacity: max(1, bytes.reduce(0) { $0 + $1.count }))
        for (plane, value) in bytes.enumerated() where !value.isEmpty {
            let offset = storage.sourceCount
            (storage.source + offset).update(from: value, count: value.count)
            storage.sourceCount += value.count
            storage.plane(plane)[0] = .source(
                offset: offset, length: value.count,
                notPlain: value.contains { $0 == 0 || $0 >= 0x80 })
        }
        storage.places[0] = RecordPlace(end: UInt32(storage.sourceCount), fieldCount: UInt32(texts.count))
        let batch = RecordBatch(
            storage: storage, count: 1, start: Position(), end: Position(), blankLines: 0, blanksBefore: [])
        let checked = validator.check(MappedBatch(records: batch, fields: fields, rejects: []))
        if let reject = checked.rejects.first { throw .record(reject.issues) }
        return RecordEdit(fields.map { plan in RecordEdit.Value(plan.field, value(plan.plane, in: storage)) })
    }

    private static func value(_ plane: Int, in storage: BatchStorage) -> RecordName.Value? {
        let cell = storage.plane(plane)[0]
        switch cell.kind {
        case .blank: return nil
        case .integer: return .integer(cell.integer)
        case .source, .arena: return .text(String(decoding: storage.text(cell), as: UTF8.self))
        }
    }
}
