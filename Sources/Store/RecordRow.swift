internal import FoundationEssentials
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
    /// Where an encrypted field is set, what its value is sealed by.
    private let ring: (any KeyRing)?

    init(type: RecordType, id: Int64?, stored: Row?, edit: RecordEdit, ring: (any KeyRing)? = nil) {
        self.ring = ring
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

    /// The fields whose values differ from what is stored, with what they will be in the row `id`; an encrypted one is
    /// followed by the one that stands for its hash.
    func changes(in id: Int64) throws(Failure) -> [(field: Field, value: DatabaseValue)] {
        var changes: [(field: Field, value: DatabaseValue)] = []
        for (field, value) in edit.values.map({ ($0.field, after($0.field)) }) {
            if !field.isEncrypted {
                if before(field) != value { changes.append((field, value)) }
            } else if let sealed = try sealed(field, value, in: id) {
                changes.append((field, sealed.value))
                changes.append((field.hash, sealed.hash))
            }
        }
        return changes
    }

    /// What the two columns of an encrypted field will hold; `nil` where they hold that value already.
    private func sealed(
        _ field: Field, _ value: DatabaseValue, in id: Int64
    ) throws(Failure) -> (value: DatabaseValue, hash: DatabaseValue)? {
        let stored = before(field.hash)
        guard !value.isNull else { return stored.isNull ? nil : (.null, .null) }
        guard let sealer = ring?.sealer(ofType: type.name, field: field.name) else {
            preconditionFailure("keys are at hand where an encrypted field is set")
        }
        let text = String.fromDatabaseValue(value) ?? Int64.fromDatabaseValue(value).map(String.init) ?? ""
        let bytes = Array(text.utf8)
        let known = String.fromDatabaseValue(stored).map { Array($0.utf8) } ?? []
        let isSame = bytes.withUnsafeBytes { bytes in known.withUnsafeBytes { sealer.isHash($0, of: bytes) } }
        guard !isSame else { return nil }
        let sealed = bytes.withUnsafeBytes { bytes in
            Result { () throws(Failure) in try sealer.seal(bytes, row: id) }
        }
        let hash = bytes.withUnsafeBytes { sealer.hash(of: $0) }
        return (Data(try sealed.get()).databaseValue, String(decoding: hash, as: UTF8.self).databaseValue)
    }

    /// Gives each field its value that is made where there is none; one that is there stays where a blank is set.
    mutating func makeGenerated(_ db: Database) throws {
        for field in type.fields {
            guard field.generatedPrefix != nil, id == nil || edit[field] != nil, after(field).isNull
            else { continue }
            edit.values.removeAll { $0.field == field }
            guard before(field).isNull else { continue }
            let number = try id ?? StoreWriter.lastRowID(of: type, db) + 1
            let generator = try ValueGenerator(field, of: TableSchema(type), on: db.openConnection)
            generator.base = number - 1
            guard let value = generator.value(at: 0) else {
                throw StoreError(.statementFailed, "a value of \(field.name) could not be made")
            }
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
            field.isRequired && after(field).isNull && (edit[field] != nil || wasDraft)
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
