internal import GRDB
internal import Records

/// One row as it will be: what is stored of it, and what somebody sets.
///
/// It knows the rules that need the database or the whole row; those of single values are `Validation`'s.
struct RecordRow {
    let type: RecordType
    /// `nil` of a row that is to be made.
    let id: Int64?
    private let stored: Row?
    private var edit: RecordEdit

    init(type: RecordType, id: Int64?, stored: Row?, edit: RecordEdit) {
        self.type = type
        self.id = id
        self.stored = stored
        self.edit = edit
    }

    private func before(_ field: Field) -> DatabaseValue { stored?[field.column] ?? .null }

    private func after(_ field: Field) -> DatabaseValue {
        guard let value = edit[field] else { return before(field) }
        return value.value?.databaseValue ?? .null
    }

    /// The fields whose values differ from what is stored, with what they will be.
    var changes: [(field: Field, value: DatabaseValue)] {
        edit.values.map { ($0.field, after($0.field)) }.filter { before($0.field) != $0.value }
    }

    /// Gives each field its value that is made where there is none; one that is there stays where a blank is set.
    mutating func makeGenerated(_ db: Database) throws {
        for field in type.fields {
            guard let prefix = field.generatedPrefix, id == nil || edit[field] != nil, after(field).isNull
            else { continue }
            edit.values.removeAll { $0.field == field }
            guard before(field).isNull else { continue }
            let number = try id ?? StoreWriter.lastRowID(of: type, db) + 1
            let value = try GeneratedValues(type: type, field: field, prefix: prefix).free(number, db)
            edit.values.append(RecordEdit.Value(field, .text(value)))
        }
    }

    /// All that speaks against the row, in the order of the fields.
    func issues(_ db: Database) throws -> [Issue] {
        var issues = missing + (try taken(db))
        if let issue = missingKey, !issues.contains(where: { $0.field == issue.field }) {
            issues.append(issue)
        }
        let places = Dictionary(uniqueKeysWithValues: type.fields.enumerated().map { ($1.name, $0) })
        return issues.enumerated().sorted {
            (places[$0.element.field ?? ""] ?? 0, $0.offset) < (
                places[$1.element.field ?? ""] ?? 0, $1.offset
            )
        }.map(\.element)
    }

    private var isDraft: Bool { type.drafts.map { after($0) == 1.databaseValue } ?? false }
    private var wasDraft: Bool { type.drafts.map { before($0) == 1.databaseValue } ?? false }

    /// Required fields without a value: those that are set, and all where a draft is completed.
    private var missing: [Issue] {
        guard !isDraft else { return [] }
        return type.fields.filter { field in
            field.isRequired && !field.isEncrypted && after(field).isNull && (edit[field] != nil || wasDraft)
        }.map { field in
            Issue(
                code: "required_missing", field: field.name,
                message: "\(field.name): the field is required, and is blank")
        }
    }

    /// A record of which a key was taken away must have another.
    private var missingKey: Issue? {
        guard !type.allowsNoKey, let first = type.keys.first?.first,
            type.keys.contains(where: {
                $0.contains { name in edit.values.contains { $0.field.name == name } }
            })
        else { return nil }
        let hasKey = type.keys.contains { key in
            key.compactMap(type.field(named:)).allSatisfy { !after($0).isNull }
        }
        guard !hasKey else { return nil }
        return Issue(
            code: "key_missing", field: first,
            message: "\(first): the record has no whole key, by which it could be found again")
    }

    /// Unique values that are another record's.
    private func taken(_ db: Database) throws -> [Issue] {
        let schema = TableSchema(type)
        return try schema.uniqueConstraints.compactMap { fields -> Issue? in
            guard let first = fields.first(where: { edit[$0] != nil }) else { return nil }
            let values = fields.map(after)
            guard !values.contains(.null) else { return nil }
            let same = fields.map { "\(TableSchema.quoted($0.column)) = ?" }.joined(separator: " AND ")
            let owner = try Int64.fetchOne(
                db, sql: "SELECT id FROM \(schema.table) WHERE \(same)", arguments: StatementArguments(values)
            )
            guard let owner, owner != id else { return nil }
            return Issue(
                code: "\(first.column)_taken", field: first.name,
                message: "another record has this \(first.name) already")
        }
    }

    /// What a row that was written would lead to where its parents lead back to it.
    func cycle(at id: Int64, _ db: Database) throws -> Issue? {
        guard let (own, key) = type.parent, edit[own] != nil || edit[key] != nil else { return nil }
        let plan = WritePlan(
            type: type, fields: [FieldPlan(field: own, plane: 0, sourceColumn: nil)], match: [],
            mode: .upsert, duplicates: .last)
        guard let parents = ParentCheck(plan), let chain = try parents.cycle(through: id, db) else {
            return nil
        }
        return parents.issue(chain)
    }
}
