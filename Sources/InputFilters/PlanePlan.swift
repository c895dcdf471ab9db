import Records

/// Gives every field a plane of its own, and says how it is filled.
///
/// The first field that a column feeds takes the column's plane as it is; further ones, joins and constants
/// get planes behind the projected ones. The slices of a fixed-width file are its columns: their planes come
/// behind the one of the line, which is all that is projected.
struct PlanePlan {
    /// The projection's columns: ascending, each once.
    let columns: [Int]
    private(set) var fields: [FieldPlan] = []
    /// Where each of the fields comes from.
    private(set) var sources: [FieldSource] = []
    private(set) var fills: [FieldMap.Fill] = []
    private(set) var changes: [FieldMap.Change] = []
    private(set) var planeCount: Int

    init(
        found: [ColumnMatch.Found], document: InputFilterDocument, type: RecordType, mode: ImportMode,
        slices: [Slice]? = nil
    ) {
        let sourceColumns = Set(found.flatMap(\.columns)).sorted()
        columns = slices == nil ? sourceColumns : [0]
        let firstPlane = slices == nil ? 0 : FixedLines.firstPlane
        planeCount = firstPlane + sourceColumns.count
        let planes = Dictionary(
            uniqueKeysWithValues: sourceColumns.enumerated().map { ($1, firstPlane + $0) })
        // In the order of the file's columns, so that errors come in the order a reader looks for them.
        let ordered = found.enumerated().sorted {
            ($0.element.columns.first ?? .max, $0.offset) < ($1.element.columns.first ?? .max, $1.offset)
        }
        var taken: Set<Int> = []
        for (_, item) in ordered {
            let rule = item.rule
            guard let field = type.field(named: rule.field) else {
                preconditionFailure("'\(rule.field)' of a checked document is no field of \(type.name)")
            }
            self.sources.append(
                FieldSource(columns: item.columns, slices: slices, constant: rule.constant))
            let sources = item.columns.compactMap { planes[$0] }
            var transform = rule.transform
            let plane: Int
            switch rule.source {
            case .column where taken.insert(sources[0]).inserted:
                plane = sources[0]
            case .column:
                plane = addPlane { .copy(of: sources[0], into: $0) }
            case .constant(let text):
                plane = addPlane { .constant(Array(text.utf8), into: $0) }
            case .join(_, let separator):
                plane = addPlane {
                    .join(of: sources, separator: Array(separator.utf8), transform: rule.transform, into: $0)
                }
                transform = TextTransform()
            }
            if !transform.isIdentity || rule.split != nil || rule.valueMap != nil {
                changes.append(
                    FieldMap.Change(
                        field: fields.count, transform: transform, split: rule.split.map(TextSplit.init),
                        values: rule.valueMap.map(ValueTable.init)))
            }
            let blank = rule.blank ?? document.blank
            // What an existing record has it keeps; only a new one, or one that is cleared, would lack it.
            let mayLack = mode != .update || blank == .clear
            fields.append(
                FieldPlan(
                    field: field, plane: plane,
                    sourceColumn: item.columns.first.map { slices?[$0].start ?? $0 },
                    blank: blank, tooLong: rule.tooLong ?? document.tooLong,
                    isRequired: rule.isRequired || field.isRequired && mayLack, datePattern: rule.datePattern,
                    phoneCountry: rule.phoneCountry))
        }
    }

    private mutating func addPlane(_ fill: (Int) -> FieldMap.Fill) -> Int {
        fills.append(fill(planeCount))
        planeCount += 1
        return planeCount - 1
    }
}
