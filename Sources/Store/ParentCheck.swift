internal import GRDB
internal import Records

/// Keeps records from becoming ancestors of their own parents.
struct ParentCheck {
    private let type: RecordType
    private let parent: FieldPlan
    private let key: Field
    private let moveCounts: [String]

    /// `nil` where the import sets no parents: then it costs nothing.
    init?(_ plan: WritePlan) {
        type = plan.schema.type
        guard let (own, key) = type.parent,
            let parent = plan.fields.first(where: { $0.field.name == own.name })
        else { return nil }
        self.key = key
        self.parent = parent
        moveCounts = plan.moveCounts(parent: own, key: key)
    }

    /// For changes of records that are there; `nil` where the type has no parents.
    init?(_ type: RecordType) {
        guard let (own, key) = type.parent else { return nil }
        self.type = type
        self.key = key
        parent = FieldPlan(field: own, plane: 0, sourceColumn: nil)
        moveCounts = []
    }

    /// The rows on the way up from the one that has a key, itself included.
    func ancestors(from value: DatabaseValue, _ db: Database) throws -> [Int64] {
        let first = try Row.fetchOne(
            db, sql: "\(columns) WHERE \(TableSchema.quoted(key.column)) = ?", arguments: [value])
        var ids: [Int64] = []
        var known: Set<Int64> = []
        var next = first.map(Step.init)
        while let step = next, known.insert(step.id).inserted {
            ids.append(step.id)
            next = try self.step(above: step, db)
        }
        return ids
    }

    /// Whether a record that the feed gives now would move a row that has a parent or is one: then what makes a
    /// cycle may be gone when all are written.
    func isMove(_ db: Database) throws -> Bool {
        for sql in moveCounts where try Int.fetchOne(db.cachedStatement(sql: sql)) ?? 0 > 0 { return true }
        return false
    }

    func isSet(by record: UInt32, of batch: CheckedBatch) -> Bool {
        !batch.records.storage.plane(parent.plane)[Int(record)].isBlank
    }

    func areSet(by batch: CheckedBatch) -> Bool {
        batch.order.contains { isSet(by: $0, of: batch) }
    }

    /// A row on the way up.
    private struct Step {
        let id: Int64
        let key: DatabaseValue
        let parent: DatabaseValue

        init(_ row: Row) {
            id = row[0]
            key = row[1]
            parent = row[2]
        }
    }

    private var columns: String {
        "SELECT id, \(TableSchema.quoted(key.column)), \(TableSchema.quoted(parent.field.column)) "
            + "FROM \(TableSchema(type).table)"
    }

    private func step(at id: Int64, _ db: Database) throws -> Step? {
        try Row.fetchOne(db.cachedStatement(sql: "\(columns) WHERE id = ?"), arguments: [id]).map(Step.init)
    }

    private func step(above step: Step, _ db: Database) throws -> Step? {
        guard !step.parent.isNull else { return nil }
        let statement = try db.cachedStatement(
            sql: "\(columns) WHERE \(TableSchema.quoted(key.column)) = ?")
        return try Row.fetchOne(statement, arguments: [step.parent]).map(Step.init)
    }

    /// Whether somebody who goes up from one of these rows meets a row twice; each row is looked at once.
    func isCycle(above rows: [Int64], _ db: Database) throws -> Bool {
        var known: Set<Int64> = []
        for row in rows where !known.contains(row) {
            var path: Set<Int64> = []
            var next = try step(at: row, db)
            while let step = next {
                guard known.insert(step.id).inserted else {
                    if path.contains(step.id) { return true }
                    break
                }
                path.insert(step.id)
                next = try self.step(above: step, db)
            }
        }
        return false
    }

    /// The keys on the way up from a row that leads back to it, both ends included; `nil` where it leads elsewhere.
    func cycle(through row: Int64, _ db: Database) throws -> [String]? {
        var keys: [String] = []
        var known: Set<Int64> = []
        var next = try step(at: row, db)
        while let step = next {
            keys.append(String.fromDatabaseValue(step.key) ?? "\(step.key)")
            guard known.insert(step.id).inserted else { return step.id == row ? keys : nil }
            next = try self.step(above: step, db)
        }
        return nil
    }

    /// Of each cycle that leads through some of these rows, the first of them, with what is told of it.
    func cycles(through rows: [Int64], _ db: Database) throws -> [Int64: Issue] {
        guard try isCycle(above: rows, db) else { return [:] }
        var known: Set<String> = []
        var found: [Int64: Issue] = [:]
        for row in rows where found[row] == nil {
            guard let chain = try cycle(through: row, db), known.isDisjoint(with: chain) else { continue }
            known.formUnion(chain)
            found[row] = issue(chain)
        }
        return found
    }

    private static let mostNames = 8

    func issue(_ chain: [String]) -> Issue {
        let names = chain.map { $0.unicodeScalars.prefix(40).map(\.visible).joined() }
        let shown =
            names.count > Self.mostNames + 1
            ? names.prefix(Self.mostNames - 1) + ["…", names[names.count - 2], names[names.count - 1]]
            : names[...]
        return Issue(
            code: "parent_cycle", field: parent.field.name, column: parent.sourceColumn.map { $0 + 1 },
            message: "the \(type.name) would be its own ancestor: \(shown.joined(separator: " → "))")
    }

    /// Parents may come in a later file: that one is missing is no reason to reject a record.
    func warnings(_ db: Database) throws -> [UserTask.Tally] {
        let table = TableSchema(type).table
        let (own, key) = (TableSchema.quoted(parent.field.column), TableSchema.quoted(key.column))
        let count = try Int64.fetchOne(
            db,
            sql: "SELECT count(*) FROM \(table) t WHERE \(own) IS NOT NULL "
                + "AND NOT EXISTS (SELECT 1 FROM \(table) p WHERE p.\(key) = t.\(own))")
        guard let count, count > 0 else { return [] }
        return [
            UserTask.Tally(
                code: "parent_missing", field: parent.field.name, count: UInt64(count), firstLine: 0,
                message: "\(type.plural) of the database name a parent that is not there (yet)")
        ]
    }
}
