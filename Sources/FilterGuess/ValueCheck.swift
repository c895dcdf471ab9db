internal import Records
internal import Validation

/// Asks Validation itself how many values of a column a field would refuse.
enum ValueCheck {
    /// The part of the values that the field takes, from 0 to 1; 1 where there are none.
    static func takenShare(
        _ values: some Collection<[UInt8]>, field: Field, datePattern: String? = nil,
        phoneCountry: String? = nil
    ) -> Double {
        guard !values.isEmpty else { return 1 }
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
        guard let validator = try? BatchValidator(fields: [plan]) else { return 0 }
        let checked = validator.check(MappedBatch(records: records, fields: [plan], rejects: []))
        return Double(checked.order.count) / Double(values.count)
    }
}
