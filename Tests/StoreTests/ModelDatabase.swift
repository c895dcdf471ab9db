import Records

/// What one import comes to, in the words of the model.
struct ImportResult: Equatable {
    var created = 0
    var updated = 0
    var unchanged = 0
    var skipped = 0
    /// Index of the record in the file, code and field.
    var rejects: [RejectedRecord] = []
    /// Indices of records in the file.
    var duplicates: [Int] = []
    /// Records created without a key, and the index of the first of them.
    var keyless = 0
    var firstKeyless: Int?

    struct RejectedRecord: Equatable {
        var record: Int
        var code: String
        var field: String?
    }
}

/// The table as it would be if records were applied one by one in the order of the file: the plainest thing
/// that can be right, with no index, no batch and no SQL.
struct ModelDatabase {
    private struct Row {
        var values: [String: Value]
        /// There before the import that runs now.
        var isForeign: Bool
        /// Met by a record of the file that is imported now.
        var isMet: Bool
    }

    private let type: RecordType
    private var rows: [Row] = []

    init(_ type: RecordType) {
        self.type = type
    }

    /// Every row's values, by field name.
    var contents: [[String: Value]] { rows.map(\.values) }

    mutating func run(_ work: ImportCase) -> ImportResult {
        for index in rows.indices {
            rows[index].isForeign = true
            rows[index].isMet = false
        }
        var result = ImportResult()
        result.skipped = work.file.blankLines
        var absentKeys: Set<[Value?]> = []
        for (index, record) in work.records.enumerated() {
            if record.isInvalid {
                result.rejects.append(.init(record: index, code: "invalid", field: nil))
            } else {
                apply(record, index, work, &absentKeys, &result)
            }
        }
        return result
    }

    private mutating func apply(
        _ record: SampleRecord, _ index: Int, _ work: ImportCase, _ keysSeen: inout Set<[Value?]>,
        _ result: inout ImportResult
    ) {
        let key = work.match.first { key in key.allSatisfy { record.values[$0] != nil } }
        guard let key else {
            create(record, index, work, &result, isKeyless: true)
            return
        }
        let found = rows.firstIndex { row in
            key.allSatisfy { row.values[work.fields[$0].field.name] == record.values[$0] }
        }
        // Keys of different fields are kept apart.
        let keyValues = work.fields.indices.map { key.contains($0) ? record.values[$0] : nil }
        let isDuplicate =
            found.map { rows[$0].isMet } == true || (work.mode == .update && keysSeen.contains(keyValues))
        if isDuplicate, work.duplicates == .first {
            result.duplicates.append(index)
            return
        }
        if isDuplicate, work.duplicates == .reject {
            let field = work.fields[key[0]].field.name
            result.rejects.append(.init(record: index, code: "duplicate_in_file", field: field))
            return
        }
        guard let found else {
            create(record, index, work, &result, isDuplicate: isDuplicate)
            keysSeen.insert(keyValues)
            return
        }
        if work.mode == .create, rows[found].isForeign {
            rows[found].isMet = true
            if isDuplicate { result.duplicates.append(index) } else { result.skipped += 1 }
            return
        }
        var merged = rows[found].values
        for (plan, value) in zip(work.fields, record.values) where value != nil || plan.blank == .clear {
            merged[plan.field.name] = value
        }
        if let clash = clash(of: merged, except: found, work) {
            result.rejects.append(.init(record: index, code: "\(clash.column)_taken", field: clash.name))
            return
        }
        if isDuplicate {
            result.duplicates.append(index)
        } else if merged == rows[found].values {
            result.unchanged += 1
        } else {
            result.updated += 1
        }
        rows[found].values = merged
        rows[found].isMet = true
        keysSeen.insert(keyValues)
    }

    private mutating func create(
        _ record: SampleRecord, _ index: Int, _ work: ImportCase, _ result: inout ImportResult,
        isDuplicate: Bool = false, isKeyless: Bool = false
    ) {
        if work.mode == .update {
            if isDuplicate { result.duplicates.append(index) } else { result.skipped += 1 }
            return
        }
        var values: [String: Value] = [:]
        for (plan, value) in zip(work.fields, record.values) { values[plan.field.name] = value }
        if let clash = clash(of: values, except: nil, work) {
            result.rejects.append(.init(record: index, code: "\(clash.column)_taken", field: clash.name))
            return
        }
        rows.append(Row(values: values, isForeign: false, isMet: true))
        result.created += 1
        if isKeyless {
            result.keyless += 1
            result.firstKeyless = result.firstKeyless ?? index
        }
    }

    /// The field to tell of where another row has the values of a unique constraint.
    private func clash(of values: [String: Value], except own: Int?, _ work: ImportCase) -> Field? {
        let matches = work.match.map { key in key.map { work.fields[$0].field } }
        let keys = type.keys.map { key in key.compactMap(type.field(named:)) }
        let unique = type.fields.filter(\.isUnique).map { [$0] }
        for constraint in matches + keys + unique {
            let wanted = constraint.map { values[$0.name] }
            guard !wanted.contains(nil) else { continue }
            let isTaken = rows.indices.contains { index in
                index != own && constraint.map { rows[index].values[$0.name] } == wanted
            }
            guard isTaken else { continue }
            return constraint.first { field in work.fields.contains { $0.field == field } }
        }
        return nil
    }
}
