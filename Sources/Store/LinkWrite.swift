internal import GRDB
internal import Records

/// Links the pairs of each batch, or unlinks them.
///
/// Both sides are looked up for a whole batch at once, then the pairs are written in the order of their ids: by
/// one statement, each pair beside the one before.
final class LinkWrite: BatchWrite {
    /// What an import does with pairs.
    struct Plan {
        let linked: LinkedTypes
        let schema: LinkSchema
        let fields: [FieldPlan]
        let mode: LinkMode
        /// For each side the ways to name a record of it, in order, as indices into `fields`.
        let keys: [[[Int]]]

        /// `match`: ways to name both, in order.
        init(linked: LinkedTypes, fields: [FieldPlan], match: [[Int]], mode: LinkMode) {
            self.linked = linked
            schema = LinkSchema(linked)
            self.fields = fields
            self.mode = mode
            keys = linked.sides.map { side in
                var ways: [[Int]] = []
                for both in match {
                    let way = both.filter { fields[$0].field.name.hasPrefix(side.role + ".") }
                    if !ways.contains(way) { ways.append(way) }
                }
                return ways
            }
        }

        /// The fields of a side's type that a way to name it asks for.
        func keyFields(_ way: [Int], side: Int) -> [Field] {
            way.compactMap { index in
                let name = fields[index].field.name.dropFirst(linked.sides[side].role.utf8.count + 1)
                return linked.types[side].field(named: String(name))
            }
        }
    }

    let feed: BatchFeed
    private let plan: Plan
    private let context: LinkContext
    /// By side and way.
    private let lookups: [[KeyLookup]]
    /// By side, with the values of the other one; `nil` where they cannot be exchanged.
    private let exchanged: [KeyLookup]?
    private let insert: RawStatement
    private let find: RawStatement
    private let delete: RawStatement
    private var sorter = KeyOrder()
    private var check: SideCheck
    private var isIndexDropped = false
    private var mayBeEmpty = true
    private let journal: JournalWriter
    /// Pairs that the open transaction has linked, or unlinked.
    private let settled: JournalBuffer

    /// `begins`: whether nothing of the file was written before.
    init(_ plan: Plan, begins: Bool, journal: JournalWriter, queue: DatabaseQueue) throws {
        self.plan = plan
        self.journal = journal
        settled = JournalBuffer(
            table: plan.linked.link.table, kind: plan.mode == .link ? .linked : .unlinked)
        check = SideCheck(plan.linked, isOver: !begins)
        let feed = BatchFeed(planes: plan.fields.map(\.plane), ownPlanes: 2)
        self.feed = feed
        let context = LinkContext(state: feed.state)
        self.context = context
        (lookups, exchanged, insert, find, delete) = try queue.inDatabase { db in
            let connection = try db.openConnection
            try FeedModule.register(on: connection, state: feed.state)
            let result = LinkFunctions.register(on: connection, context: context)
            guard result == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: result)) }
            func lookup(_ way: [Int], ofSide side: Int, by key: [Field], target: Int) throws -> KeyLookup {
                try KeyLookup(
                    of: plan.linked.types[side], by: key, columns: way,
                    planes: way.map { plan.fields[$0].plane }, target: target, feed: feed,
                    connection: connection, db)
            }
            let lookups = try plan.keys.indices.map { side in
                try plan.keys[side].map { way in
                    try lookup(way, ofSide: side, by: plan.keyFields(way, side: side), target: side)
                }
            }
            let ways = plan.keys.indices.map { side in plan.keys[side].map { plan.keyFields($0, side: side) }
            }
            let canExchange =
                ways.allSatisfy { $0.count == 1 && $0[0].count == 1 }
                && ways[0][0][0].kind.isStoredAsInteger == ways[1][0][0].kind.isStoredAsInteger
            let exchanged =
                canExchange
                ? try plan.keys.indices.map { side in
                    try lookup(
                        plan.keys[1 - side][0], ofSide: side,
                        by: plan.keyFields(plan.keys[side][0], side: side), target: 2 + side)
                } : nil
            try db.execute(sql: "PRAGMA cache_size = -\(Self.cacheKiB)")
            let statements = Statements(plan.schema, firstColumn: plan.fields.count)
            return (
                lookups, exchanged, try RawStatement(statements.insert, on: connection),
                try RawStatement(statements.find, on: connection),
                try RawStatement(statements.delete, on: connection)
            )
        }
    }

    /// Pages kept in memory: pairs are written in order, so few pages are met again.
    private static let cacheKiB = 16_384

    /// Each side has its own order, which is made as it is looked up.
    var sortPlane: Int? { nil }
    /// A pair has no row id, and one that the file had before is one that is linked.
    var lastForeignID: Int64 { 0 }
    var refusal: Failure? { check.refusal }

    func markSeen(_ batch: CheckedBatch, order: [UInt32]) {}

    func write(_ batch: CheckedBatch, _ db: Database) throws -> WrittenBatch {
        let count = batch.records.count
        context.clear(records: count)
        for side in 0..<2 { feed.setOwnPlane(side, UnsafePointer(context.ids[side])) }
        var missing: [UInt32] = []
        try feed.give(batch, order: batch.order) {
            for side in 0..<2 { try lookUp(side, of: batch) }
            let (first, second) = (context.ids[0], context.ids[1])
            var pairs = batch.order
            pairs.removeAll { first[Int($0)].isBlank || second[Int($0)].isBlank }
            if pairs.count < batch.order.count {
                missing = batch.order.filter { first[Int($0)].isBlank || second[Int($0)].isBlank }
                feed.narrow(to: missing) { feed.settleAll(.rejectedAsMissing) }
            }
            let fitting = try exchangedFit(missing, of: batch)
            check.add(lines: batch.order.count, fittingExchanged: fitting)
            sort(&pairs)
            switch plan.mode {
            case .link: try link(pairs, db)
            case .unlink: try unlink(pairs)
            }
            note(pairs)
        }
        if settled.byteCount >= JournalBuffer.fullBytes { try journal.write(settled, db) }
        return written(batch, missing: missing)
    }

    /// Takes note, for the journal, of the pairs that were linked or unlinked.
    private func note(_ pairs: [UInt32]) {
        let (first, second) = (context.ids[0], context.ids[1])
        let wanted: Outcome = plan.mode == .link ? .created : .deleted
        for record in pairs where feed.outcome(of: record) == wanted {
            settled.begin(first[Int(record)].integer, second: second[Int(record)].integer)
        }
    }

    // MARK: Looking up

    private func lookUp(_ side: Int, of batch: CheckedBatch) throws {
        let ways = plan.keys[side]
        let storage = batch.records.storage
        guard ways.count > 1 else {
            return try lookups[side][0].find(batch.order, in: storage, context, sorter: &sorter)
        }
        for index in ways.indices {
            let records = batch.order.filter { way(of: $0, side: side, in: storage) == index }
            try lookups[side][index].find(records, in: storage, context, sorter: &sorter)
        }
    }

    /// The first way to name a side that the record has all of.
    private func way(of record: UInt32, side: Int, in storage: BatchStorage) -> Int? {
        plan.keys[side].firstIndex { way in
            way.allSatisfy { !storage.plane(plan.fields[$0].plane)[Int(record)].isBlank }
        }
    }

    /// Of records of which a side is missing, how many have both where the sides are exchanged.
    private func exchangedFit(_ missing: [UInt32], of batch: CheckedBatch) throws -> Int {
        guard let exchanged, !check.isOver, !missing.isEmpty else { return 0 }
        context.clearExchanged(records: batch.records.count)
        for lookup in exchanged {
            try lookup.find(missing, in: batch.records.storage, context, sorter: &sorter)
        }
        let (first, second) = (context.ids[2], context.ids[3])
        return missing.count { !first[Int($0)].isBlank && !second[Int($0)].isBlank }
    }

    // MARK: Writing

    /// Brings pairs into the order of the table, equal ones as they are in the file.
    private func sort(_ pairs: inout [UInt32]) {
        let (first, second) = (context.ids[0], context.ids[1])
        var greatest: (first: UInt64, second: UInt64) = (0, 0)
        for record in pairs {
            greatest.first |= UInt64(bitPattern: first[Int(record)].integer)
            greatest.second |= UInt64(bitPattern: second[Int(record)].integer)
        }
        let bits = UInt64(UInt64.bitWidth - greatest.second.leadingZeroBitCount)
        if greatest.first.leadingZeroBitCount >= Int(bits) {
            sorter.sort(&pairs) { record in
                UInt64(bitPattern: first[Int(record)].integer) << bits
                    | UInt64(bitPattern: second[Int(record)].integer)
            }
        } else {
            sorter.sort(&pairs) { UInt64(bitPattern: second[Int($0)].integer) }
            sorter.sort(&pairs) { UInt64(bitPattern: first[Int($0)].integer) }
        }
    }

    /// Pairs from which on an empty table's index is made behind the rows.
    ///
    /// Row by row it costs more than all else, since its order is not that of the pairs: 1.2 s of 1,000,000
    /// pairs, against 0.3 s for making it.
    private static let pairsWorthIndexing = 10_000

    private func link(_ pairs: [UInt32], _ db: Database) throws {
        if mayBeEmpty, !isIndexDropped, pairs.count >= Self.pairsWorthIndexing {
            mayBeEmpty = try Row.fetchOne(db, sql: "SELECT 1 FROM \(plan.schema.table) LIMIT 1") == nil
            if mayBeEmpty {
                try db.execute(sql: plan.schema.dropIndex)
                isIndexDropped = true
            }
        }
        try feed.narrow(to: pairs) { try insert.run() }
    }

    private func unlink(_ pairs: [UInt32]) throws {
        try feed.narrow(to: pairs) {
            feed.settleAll(.unchanged)
            try find.run()
        }
        let (first, second) = (context.ids[0], context.ids[1])
        var last: UInt32?
        var linked: [UInt32] = []
        for record in pairs where feed.outcome(of: record) == .deleted {
            if let last, first[Int(last)] == first[Int(record)], second[Int(last)] == second[Int(record)] {
                feed.settle(record, .unchanged)
            } else {
                linked.append(record)
            }
            last = record
        }
        try feed.narrow(to: linked) { try delete.run() }
    }

    func finalWarnings(_ db: Database) -> [UserTask.Tally] { [] }

    func beforeCommit(_ db: Database) throws {
        try journal.write(settled, db)
        if isIndexDropped {
            // With little memory the sorter sorts small parts, each within the processor's cache, and merges them:
            // half the time that it takes with the cache of a run.
            try db.execute(sql: "PRAGMA cache_size = -2000")
            // Only speed hangs on it.
            defer { try? db.execute(sql: "PRAGMA cache_size = -\(Self.cacheKiB)") }
            try db.execute(sql: plan.schema.createIndex)
            isIndexDropped = false
            mayBeEmpty = false
        }
    }

    func afterTransaction(committed: Bool) {
        settled.clear()
        isIndexDropped = false
        if committed { check.isOver = true } else { mayBeEmpty = true }
    }

    // MARK: Telling

    private func written(_ batch: CheckedBatch, missing: [UInt32]) -> WrittenBatch {
        var written = WrittenBatch()
        for record in batch.order {
            switch feed.outcome(of: record) {
            case .created: written.receipt.created += 1
            case .unchanged: written.receipt.unchanged += 1
            case .deleted: written.receipt.deleted += 1
            default: break  // told as rejects
            }
        }
        written.add(missing.map { Reject(record: Int($0), issues: issues(of: $0, in: batch)) }, to: batch)
        return written
    }

    /// The sides that are not there, in the order of the file's columns.
    private func issues(of record: UInt32, in batch: CheckedBatch) -> [Issue] {
        let storage = batch.records.storage
        let issues = (0..<2).compactMap { side -> Issue? in
            guard context.ids[side][Int(record)].isBlank,
                let index = way(of: record, side: side, in: storage)
            else { return nil }
            let way = plan.keys[side][index]
            let values = zip(way, plan.keyFields(way, side: side)).map { column, field in
                let cell = storage.plane(plan.fields[column].plane)[Int(record)]
                return "\(field.name) \(Self.quoted(storage.shownText(of: cell, field.kind) ?? ""))"
            }
            let field = plan.fields[way[0]]
            return Issue(
                code: "link_side_missing", field: field.field.name, column: field.sourceColumn.map { $0 + 1 },
                message: "there is no \(plan.linked.sides[side].role) with "
                    + values.joined(separator: " and "))
        }
        return issues.sorted { ($0.column ?? .max) < ($1.column ?? .max) }
    }

    private static func quoted(_ value: String) -> String {
        let most = 40
        let scalars = value.unicodeScalars
        return "\"" + scalars.prefix(most).map(\.visible).joined() + (scalars.count > most ? "…\"" : "\"")
    }
}

/// What is said to a link's table.
private struct Statements {
    let schema: LinkSchema
    /// The feed's column with the first side's row id; the second side's is behind it.
    let firstColumn: Int

    init(_ schema: LinkSchema, firstColumn: Int) {
        self.schema = schema
        self.firstColumn = firstColumn
    }

    private var names: String { schema.columns.joined(separator: ", ") }
    private var feed: String { "SELECT c\(firstColumn), c\(firstColumn + 1) FROM sluice_feed" }

    var insert: String {
        "INSERT INTO \(schema.table) (\(names)) \(feed) WHERE true ON CONFLICT DO UPDATE "
            + "SET \(schema.columns[0]) = \(schema.columns[0]) WHERE sluice_linked()"
    }

    var find: String {
        "SELECT count(sluice_unlinks()) FROM sluice_feed f CROSS JOIN \(schema.table) t "
            + "ON t.\(schema.columns[0]) = f.c\(firstColumn) AND t.\(schema.columns[1]) = f.c\(firstColumn + 1)"
    }

    var delete: String { "DELETE FROM \(schema.table) WHERE (\(names)) IN (\(feed))" }
}
