internal import ListFilters
package import Records

/// An input filter that has met a file's columns and fits them: all that a run must know of both.
///
/// Immutable; made once a run, before anything is written.
package struct FieldMap: Hashable, Sendable {
    /// The columns the parser is to give, and how many fields each record must have.
    package let projection: Projection
    /// The fields, in the order of the file's columns, constants last; each has a plane of its own.
    package private(set) var fields: [FieldPlan]
    /// Where each of the fields comes from.
    package let sources: [FieldSource]
    /// Keys that find an existing record, tried in order: indices into `fields`.
    ///
    /// Empty only where the record type takes records without any key; then every record is a new one.
    package let matchAlternatives: [[Int]]
    /// Fields that every new record must have and that nothing feeds.
    package let unfedRequiredFields: [String]
    /// Planes a mapped batch has: the projected columns, then those made on the way.
    package let planeCount: Int

    /// The file's columns, for messages.
    package let columns: FileColumns
    /// How fields are escaped.
    let dialect: Dialect
    /// Whether marks before formulas are taken off.
    let hasGuardedFormulas: Bool
    /// What cuts the lines of a fixed-width file; `nil` for a delimited one.
    let fixedLines: FixedLines?
    /// What fills the planes past the projected ones, in order.
    let fills: [Fill]
    /// What changes the values of a plane in place, after the fills.
    let changes: [Change]

    /// One plane made of others, or of nothing.
    enum Fill: Hashable, Sendable {
        case copy(of: Int, into: Int)
        case join(of: [Int], separator: [UInt8], transform: TextTransform, into: Int)
        case constant([UInt8], into: Int)
    }

    /// What is done to one field's plane.
    struct Change: Hashable, Sendable {
        /// Index into `fields`.
        var field: Int
        var transform: TextTransform
        var split: TextSplit?
        var values: ValueTable?
    }

    /// Fits a document to a file.
    ///
    /// `mode`: with `update`, a record may lack what every new one must have. `droppedLeadingColumns`: as in
    /// ``Projection``; `columns` are those behind them.
    ///
    /// - Throws: `Failure`, refused, where the file does not fit; message and hint tell the likely cause.
    package init(
        document: InputFilterDocument, type: RecordType, columns: FileColumns, mode: ImportMode = .upsert,
        droppedLeadingColumns: Int = 0
    ) throws(Failure) {
        guard document.recordType == type.name else {
            throw Failure(
                .refused, code: "wrong_record_type",
                message:
                    "input filter '\(document.name)' is for \(document.recordType) records, not \(type.name)")
        }
        let fixedLines = document.dialect.fixedWidth.map {
            FixedLines(document: document, recordLength: $0.recordLength)
        }
        let match = ColumnMatch(document: document, columns: columns, slices: fixedLines?.slices ?? [])
        let found = try match.resolve()
        let plan = PlanePlan(
            found: found, document: document, type: type, mode: mode, slices: fixedLines?.slices)
        self.columns = columns
        self.fixedLines = fixedLines
        dialect = document.dialect
        hasGuardedFormulas = document.hasGuardedFormulas
        projection = Projection(
            columns: plan.columns, expectedFields: fixedLines == nil ? columns.count : nil,
            droppedLeadingColumns: droppedLeadingColumns)
        fields = plan.fields
        sources = plan.sources
        fills = plan.fills
        changes = plan.changes
        planeCount = plan.planeCount
        matchAlternatives = try Self.alternatives(document, type, plan.fields.map(\.field.name), match)
        let names = Set(plan.fields.map(\.field.name))
        if let absent = document.listFilter?.fields.first(where: { !names.contains($0.name) }) {
            throw match.failure(
                code: "where_column_missing",
                "'where' asks about \(absent.name), and the file has no column for it",
                hint: "\(match.columns.list) Leave \(absent.name) out of 'where' for files without it.")
        }
        unfedRequiredFields = type.fields.filter { $0.isRequired && !names.contains($0.name) }.map(\.name)
        // A single key that each record needs is as good as a required field, and told as one.
        if matchAlternatives.count == 1, !type.allowsNoKey {
            fields = plan.fields.enumerated().map { index, field in
                var field = field
                field.isRequired = field.isRequired || matchAlternatives[0].contains(index)
                return field
            }
        }
    }

    private static func alternatives(
        _ document: InputFilterDocument, _ type: RecordType, _ fed: [String], _ match: ColumnMatch
    ) throws(Failure) -> [[Int]] {
        let keys = document.match.isEmpty ? type.keys : document.match
        let usable = keys.compactMap { key in
            let indices = key.compactMap { fed.firstIndex(of: $0) }
            return indices.count == key.count ? indices : nil
        }
        guard usable.isEmpty, !document.match.isEmpty || !type.allowsNoKey else { return usable }
        let names = keys.map { $0.joined(separator: " with ") }.joined(separator: ", or ")
        throw match.failure(
            code: "key_not_mapped", "no column feeds a key of \(type.name): \(names)",
            hint: match.columns.list)
    }
}
