internal import Records
internal import Validation

/// Asks Validation itself how many values of a column a field would refuse.
enum ValueCheck {
    /// The number of values that the field refuses.
    static func refused(
        _ values: some Collection<[UInt8]>, field: Field, datePattern: String? = nil,
        phoneCountry: String? = nil
    ) -> Int {
        guard !values.isEmpty else { return 0 }
        let storage = BatchStorage(maxRecords: values.count, planeCount: 1, sourceCapacity: 1)
        for (record, value) in values.enumerated() {
            let kept = value.prefix(Cell.maxTextBytes)
            let notPlain = kept.contains { $0 == 0 || $0 > 127 }
            storage.plane(0)[record] = kept.isEmpty ? .blank : storage.keep(kept, notPlain: notPlain)
            storage.places[record] = RecordPlace()
        }
        let records = RecordBatch(
            storage: storage, count: values.count, start: Position(), end: Position(), blankLines: 0,
            blanksBefore: [])
        let plan = FieldPlan(
            field: field, plane: 0, sourceColumn: 0, datePattern: datePattern, phoneCountry: phoneCountry)
        // What no import could check, such as phones of a country that is not known, none would take.
        guard let validator = try? BatchValidator(fields: [plan]) else { return values.count }
        let checked = validator.check(MappedBatch(records: records, fields: [plan], rejects: []))
        return checked.rejects.count
    }
}
