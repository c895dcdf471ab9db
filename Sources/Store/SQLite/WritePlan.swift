internal import Records

/// What one import does to its table, and the statements that do it.
struct WritePlan {
    let schema: TableSchema
    /// Columns of the feed; an encrypted field is there by its hash.
    let fields: [FieldPlan]
    let sealed: [SealedFieldPlan]
    let mode: ImportMode
    let duplicates: DuplicatePolicy
    /// Unique constraints of which a field is mapped: the matches in order, then the others.
    let constraints: [MergeContext.Constraint]
    /// Fields whose values are made for new rows that bring none, each with its place among `fields`, where it has one.
    let generated: [(field: Field, index: Int?)]
    /// What a row needs that is no draft any more, where the import may make it so.
    let completion: (draft: Int, required: [Field])?

    /// `match`: ways to find an existing row, in order, as indices into `fields`.
    init(
        type: RecordType, fields: [FieldPlan], sealed: [SealedFieldPlan] = [], match: [[Int]],
        mode: ImportMode, duplicates: DuplicatePolicy
    ) {
        schema = TableSchema(type)
        var fields = fields
        for field in sealed { fields[field.index] = field.hash }
        self.fields = fields
        self.sealed = sealed
        self.mode = mode
        self.duplicates = duplicates
        let matches = match.map { columns in
            MergeContext.Constraint(
                fields: columns.map { fields[$0].field }, columns: columns, isMatch: true)
        }
        let others = schema.uniqueConstraints.compactMap { constraint -> MergeContext.Constraint? in
            let columns = constraint.compactMap { field in fields.firstIndex { $0.field == field } }
            let isMatch = match.contains { key in Set(key.map { fields[$0].field }) == Set(constraint) }
            guard !columns.isEmpty, !isMatch else { return nil }
            return MergeContext.Constraint(fields: constraint, columns: columns, isMatch: false)
        }
        constraints = matches + others
        generated =
            mode == .update
            ? []
            : type.fields.filter { $0.generatedPrefix != nil }.map { field in
                (field, fields.firstIndex { $0.field == field })
            }
        let draft = fields.firstIndex { $0.field.name == type.draftField }
        let required = type.fields.filter { $0.isRequired && !$0.isEncrypted }
        completion = draft.flatMap { mode == .create || required.isEmpty ? nil : ($0, required) }
    }

    /// Whether a blank leaves the stored value alone: also where a value would have to be made in its place.
    func keepsBlank(_ index: Int) -> Bool {
        fields[index].blank == .keep || fields[index].field.generatedPrefix != nil
    }

    /// The plane by which batches may be sorted, or `nil` where file order decides who gets a unique value.
    var sortPlane: Int? {
        // Values that are made are numbered in the order of the file.
        guard constraints.count == 1, constraints[0].columns.count == 1, generated.isEmpty else { return nil }
        return fields[constraints[0].columns[0]].plane
    }

    /// What the journal keeps of a row: the columns of the feed, then the sealed values beside the hashes.
    var journaledColumns: [String] { fields.map(\.field.column) + sealed.map(\.plan.field.column) }

    private func column(_ index: Int) -> String { TableSchema.quoted(fields[index].field.column) }

    /// Every record of the feed becomes a row, or meets the row that has its key.
    ///
    /// The rules are asked in a fixed order, which `CASE` keeps and `AND` does not: may it merge, is every
    /// unique value free, does anything differ. A row that does not differ is not written.
    var upsert: String {
        var columns = fields.indices.map(column)
        var values = fields.indices.map { "c\($0)" }
        for (number, made) in generated.enumerated() {
            if let index = made.index {
                values[index] = "coalesce(c\(index), sluice_generated(\(number)))"
            } else {
                columns.append(TableSchema.quoted(made.field.column))
                values.append("sluice_generated(\(number))")
            }
        }
        return "INSERT INTO \(schema.table) (\(columns.joined(separator: ", "))) "
            + "SELECT \(values.joined(separator: ", ")) FROM sluice_feed WHERE true"
            + constraints.indices.filter { constraints[$0].isWhole }.map { index in
                conflictClause(index, at: constraints[index].columns.map(column).joined(separator: ", "))
            }.joined()
    }

    /// The same by ids, which the feed says behind its other columns: a record meets the row of its id, or becomes one
    /// with the next id where it says none.
    var upsertByID: String {
        let columns = fields.indices.map { ", " + column($0) }
        let values = fields.indices.map { ", c\($0)" }
        return
            "INSERT INTO \(schema.table) (id\(columns.joined())) SELECT c\(fields.count)\(values.joined()) "
            + "FROM sluice_feed WHERE true" + conflictClause(0, at: "id")
    }

    /// Gives the record and the id of each row that has the key of a record of a feed of keys alone.
    func rowLookup(_ index: Int) -> String {
        "SELECT f.rowid, t.id FROM sluice_feed f CROSS JOIN \(schema.table) t ON t.\(column(index)) = f.c0"
    }

    /// Gives a row where the row of id ?1 has the value ?2 in a column.
    func keyTest(_ index: Int) -> String {
        "SELECT 1 FROM \(schema.table) WHERE id = ?1 AND \(column(index)) = ?2"
    }

    /// `target`: the columns whose values are another row's.
    private func conflictClause(_ index: Int, at target: String) -> String {
        let constraint = constraints[index]
        // The key by which they met is the same in both: not set, its index is left alone.
        let set = fields.indices.filter { !constraint.isMatch || !constraint.columns.contains($0) }
        let assignments = (set.isEmpty ? Array(fields.indices) : set).map { field in
            let name = column(field)
            return "\(name) = \(result(field))"
        }
        let sealedAssignments = sealed.map(sealedAssignment)
        var condition = differs
        // From the inside out, so that the first one that clashes is the one to be told.
        for other in constraints.indices.reversed() where other != index && constraint.isMatch {
            condition = "CASE WHEN \(mayTake(other)) THEN \(condition) ELSE 0 END"
        }
        if constraint.isMatch, let completion {
            condition = "CASE WHEN \(isIncomplete(completion)) THEN 0 ELSE \(condition) END"
        }
        return " ON CONFLICT (\(target)) DO UPDATE SET "
            + "\((assignments + sealedAssignments).joined(separator: ", ")) WHERE "
            + "CASE WHEN sluice_may_merge(\(index), \(schema.table).id) THEN \(condition) ELSE 0 END"
    }

    /// A sealed value stays as long as its hash does; another one is written behind the statement.
    private func sealedAssignment(_ sealed: SealedFieldPlan) -> String {
        let name = TableSchema.quoted(sealed.plan.field.column)
        let hash = TableSchema.quoted(sealed.plan.field.hashColumn)
        let new = sealed.plan.blank == .keep ? "coalesce(excluded.\(hash), \(hash))" : "excluded.\(hash)"
        return "\(name) = CASE WHEN \(new) IS \(hash) THEN \(name) END"
    }

    /// Seals a value into the row of id ?1, where it is the one of the hash ?2 and not there yet.
    func sealedUpdate(_ field: Field) -> String {
        let (name, hash) = (TableSchema.quoted(field.column), TableSchema.quoted(field.hashColumn))
        return "UPDATE \(schema.table) SET \(name) = sluice_seal() "
            + "WHERE id = ?1 AND \(name) IS NULL AND \(hash) = ?2"
    }

    /// What a field of the row will be that the record met.
    private func result(_ index: Int) -> String {
        let name = column(index)
        let stored = "\(schema.table).\(name)"
        if generated.contains(where: { $0.index == index }) {
            // What was made for a new row must not take the place of what the row has.
            return "iif(sluice_gives(\(index)), excluded.\(name), \(stored))"
        }
        return keepsBlank(index) ? "coalesce(excluded.\(name), \(stored))" : "excluded.\(name)"
    }

    /// Whether the row was a draft, will be none, and would lack a required field.
    private func isIncomplete(_ completion: (draft: Int, required: [Field])) -> String {
        let results = completion.required.map { field in
            fields.firstIndex { $0.field == field }.map(result)
                ?? "\(schema.table).\(TableSchema.quoted(field.column))"
        }
        let isBlank = results.map { "\($0) IS NULL" }
        return "\(schema.table).\(column(completion.draft)) IS 1 AND \(result(completion.draft)) IS NOT 1 "
            + "AND (\(isBlank.joined(separator: " OR "))) "
            + "AND sluice_incomplete(\(schema.table).id, \(isBlank.joined(separator: ", ")))"
    }

    /// Asks about the values that the row would have, which may be its own where the record has a blank.
    private func mayTake(_ index: Int) -> String {
        let constraint = constraints[index]
        let same = constraint.fields.map { field in
            let name = TableSchema.quoted(field.column)
            let stored = "\(schema.table).\(name)"
            guard let column = constraint.columns.first(where: { fields[$0].field == field }) else {
                return "o.\(name) = \(stored)"
            }
            let keeps = keepsBlank(column) && constraint.fields.count > 1
            return "o.\(name) = " + (keeps ? "coalesce(excluded.\(name), \(stored))" : "excluded.\(name)")
        }
        return "sluice_may_take(\(index), (SELECT o.id FROM \(schema.table) o WHERE "
            + same.joined(separator: " AND ") + "), \(schema.table).id)"
    }

    /// Each part is asked, also behind one that differs: the journal wants to know of all fields.
    private var differs: String {
        let size = MergeFunctions.columnsPerCall
        return stride(from: 0, to: fields.count, by: size).map { first in
            let stored = fields[first..<min(first + size, fields.count)].indices.map { index in
                "\(schema.table).\(column(index))"
            }
            return "sluice_differs(\(first), \(stored.joined(separator: ", ")))"
        }.joined(separator: " | ") + sealedBefore
    }

    /// Hands the journal the sealed values whose hashes differ; behind the parts that find those.
    private var sealedBefore: String {
        let size = MergeFunctions.columnsPerCall
        return stride(from: 0, to: sealed.count, by: size).map { first in
            let values = sealed[first..<min(first + size, sealed.count)].map { field in
                "\(schema.table).\(TableSchema.quoted(field.plan.field.column))"
            }
            return " | sluice_sealed_before(\(first), \(values.joined(separator: ", ")))"
        }.joined()
    }

    /// For each match, a query that calls `sluice_mark(id)` for each record of the feed that finds its row.
    var markLookups: [String] { lookups { _ in "sluice_mark(t.id)" } }

    /// For each match, a query that calls `sluice_found(moves)` for each record of the feed that finds its row:
    /// whether it gives the row another key than it has, by which another record may look for it.
    var updateLookups: [String] {
        lookups { match in
            let others = Set(constraints.filter(\.isMatch).flatMap(\.columns)).subtracting(match.columns)
            let moves = others.sorted().map { index in
                let differs = "t.\(column(index)) IS NOT f.c\(index)"
                return fields[index].blank == .keep ? "f.c\(index) IS NOT NULL AND \(differs)" : differs
            }
            return "sluice_found(\(moves.isEmpty ? "0" : moves.joined(separator: " OR ")))"
        }
    }

    /// For each match, a query for the number of the feed's records that would move the row they find: give it
    /// another parent than it has, take that away, or give it another key by which it is a parent.
    func moveCounts(parent: Field, key: Field) -> [String] {
        let moves = fields.indices.filter { [parent.name, key.name].contains(fields[$0].field.name) }.map {
            let differs = "t.\(column($0)) IS NOT NULL AND t.\(column($0)) IS NOT f.c\($0)"
            return fields[$0].blank == .keep ? "(f.c\($0) IS NOT NULL AND \(differs))" : "(\(differs))"
        }
        return lookups { _ in "CASE WHEN \(moves.joined(separator: " OR ")) THEN 1 END" }
    }

    private func lookups(_ call: (MergeContext.Constraint) -> String) -> [String] {
        let matches = constraints.filter(\.isMatch)
        return matches.indices.map { index in
            let same = matches[index].columns.map { "t.\(column($0)) = f.c\($0)" }
            let earlier = matches[..<index].map { match in
                "(" + match.columns.map { "f.c\($0) IS NULL" }.joined(separator: " OR ") + ")"
            }
            return "SELECT count(\(call(matches[index]))) FROM sluice_feed f CROSS JOIN \(schema.table) t ON "
                + (same + earlier).joined(separator: " AND ")
        }
    }

    /// What is said to a table of keys that the file has had, of records that are found by one match.
    struct KeyTable {
        var drop: String
        var create: String
        /// Adds the keys of the feed's records.
        var add: String
        /// Does so too, and tells of each that was there.
        var addAbsent: String
    }

    /// Mode `update`: a table of keys per match, for this connection alone.
    var keyTables: [KeyTable] {
        let matches = constraints.filter(\.isMatch)
        return matches.indices.map { index in
            let table = "temp.sluice_keys_\(index)"
            let names = matches[index].columns.indices.map { "k\($0)" }.joined(separator: ", ")
            let feed = matches[index].columns.map { "c\($0)" }
            let earlier = matches[..<index].map { match in
                "(" + match.columns.map { "c\($0) IS NULL" }.joined(separator: " OR ") + ")"
            }
            let present = feed.map { "\($0) IS NOT NULL" }
            let insert =
                "INSERT INTO \(table) (\(names)) SELECT \(feed.joined(separator: ", ")) FROM sluice_feed "
                + "WHERE \((present + earlier).joined(separator: " AND ")) ON CONFLICT DO "
            return KeyTable(
                drop: "DROP TABLE IF EXISTS \(table)",
                create: "CREATE TABLE \(table) (\(names), PRIMARY KEY (\(names))) WITHOUT ROWID",
                add: insert + "NOTHING",
                addAbsent: insert + "UPDATE SET k0 = k0 WHERE sluice_absent_again()")
        }
    }
}
