internal import GRDB
internal import Records

/// What a record's columns held at one moment, on the way back through its changes.
struct HistoryValues {
    private let type: RecordType
    /// By column; one that is not in it is not known.
    private var values: [String: DatabaseValue]
    private let fields: [String: Field]

    /// - Parameters:
    ///   - type: the record's.
    ///   - row: what it holds now; `nil` where it is not there.
    init(_ type: RecordType, _ row: Row?) {
        self.type = type
        fields = Dictionary(type.fields.map { ($0.column, $0) }, uniquingKeysWith: { first, _ in first })
        values = [:]
        guard let row else { return }
        for (column, value) in row where fields[column] != nil { values[column] = value }
    }

    /// Goes back behind a change of some columns, and tells it.
    mutating func goBack(to old: [String: DatabaseValue]) -> [RecordHistory.FieldChange] {
        let changes = type.fields.compactMap { field -> RecordHistory.FieldChange? in
            guard let before = old[field.column], before != values[field.column] else { return nil }
            let after = values[field.column]
            return RecordHistory.FieldChange(
                field: field.name, old: field.shownText(of: before),
                new: after.flatMap(field.shownText), isNewKnown: after != nil)
        }
        values.merge(old) { $1 }
        return changes
    }

    /// Goes back behind the record's creation, and tells what it was created with.
    mutating func goBackBehindCreation() -> [RecordHistory.FieldChange] {
        defer { values = [:] }
        return type.fields.compactMap { field in
            values[field.column].flatMap(field.shownText).map {
                RecordHistory.FieldChange(field: field.name, old: nil, new: $0)
            }
        }
    }

    /// Goes back behind the record's deletion, and tells what was deleted.
    mutating func goBackBehindDeletion(_ old: [String: DatabaseValue]) -> [RecordHistory.FieldChange] {
        values = old
        return type.fields.compactMap { field in
            old[field.column].flatMap(field.shownText).map {
                RecordHistory.FieldChange(field: field.name, old: $0, new: nil)
            }
        }
    }

    /// Goes back behind a change of which nothing was kept.
    mutating func forget() { values = [:] }
}
