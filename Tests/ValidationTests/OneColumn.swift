import Records

@testable import Validation

/// What became of one value of one field.
enum Fate: Equatable, CustomStringConvertible {
    case blank
    case text(String)
    case integer(Int64)
    case rejected(String)

    var description: String {
        switch self {
        case .blank: "blank"
        case .text(let text): "\"\(text)\""
        case .integer(let value): "\(value)"
        case .rejected(let code): code
        }
    }
}

/// A batch laid out by hand: rows of byte strings, `nil` for blank.
struct HandBatch {
    let records: RecordBatch
    let fields: [FieldPlan]

    init(_ fields: [FieldPlan], rows: [[[UInt8]?]], byteOffset: UInt64 = 0) {
        let planes = (fields.map(\.plane).max() ?? -1) + 1
        let size = rows.joined().reduce(1) { $0 + ($1?.count ?? 0) + 1 }
        // A small arena, so that columns have to make it grow.
        let storage = BatchStorage(
            maxRecords: max(1, rows.count), planeCount: planes, sourceCapacity: size, arenaCapacity: 1)
        var at = 0
        for (record, row) in rows.enumerated() {
            storage.places[record] = RecordPlace(start: UInt32(at), lineDelta: UInt32(record))
            for (plan, value) in zip(fields, row) {
                guard let value else { continue }
                let notPlain = value.contains { $0 == 0 || $0 > 127 }
                storage.plane(plan.plane)[record] =
                    .source(offset: at, length: value.count, notPlain: notPlain)
                for byte in value {
                    storage.source[at] = byte
                    at += 1
                }
                at += 1
            }
        }
        storage.sourceCount = at
        records = RecordBatch(
            storage: storage, count: rows.count, start: Position(byteOffset: byteOffset), end: Position(),
            blankLines: 0, blanksBefore: [])
        self.fields = fields
    }

    init(_ fields: [FieldPlan], texts: [[String?]]) {
        self.init(fields, rows: texts.map { $0.map { $0.map { Array($0.utf8) } } })
    }

    func check(
        rejects: [Reject] = [], keys: [[Int]] = [], allowsNoKey: Bool = true
    ) throws -> CheckedBatch {
        try BatchValidator(fields: fields, keyAlternatives: keys, allowsNoKey: allowsNoKey)
            .check(MappedBatch(records: records, fields: fields, rejects: rejects))
    }

    /// The value of a cell as it would be stored.
    func stored(_ record: Int, plane: Int = 0) -> Fate {
        let cell = records.storage.plane(plane)[record]
        return switch cell.kind {
        case .blank: .blank
        case .integer: .integer(cell.integer)
        case .source, .arena: .text(String(decoding: records.storage.text(cell), as: UTF8.self))
        }
    }
}

/// One field and how it is read.
func plan(
    _ kind: FieldKind, name: String = "field", plane: Int = 0, maxLength: Int = 255, required: Bool = false,
    tooLong: TooLongPolicy = .reject, date: String? = nil, country: String? = nil, encrypted: Bool = false
) -> FieldPlan {
    FieldPlan(
        field: Field(name: name, kind: kind, maxLength: maxLength, isEncrypted: encrypted), plane: plane,
        sourceColumn: plane, tooLong: tooLong, isRequired: required, datePattern: date, phoneCountry: country)
}

/// What becomes of values, each a record of a batch with one field.
func fates(of values: [[UInt8]?], _ plan: FieldPlan) throws -> [Fate] {
    let batch = HandBatch([plan], rows: values.map { [$0] })
    let checked = try batch.check()
    let codes = Dictionary(uniqueKeysWithValues: checked.rejects.map { ($0.record, $0.issues[0].code) })
    return values.indices.map { codes[$0].map(Fate.rejected) ?? batch.stored($0) }
}

func fate(of value: String, _ plan: FieldPlan) throws -> Fate {
    try fates(of: [Array(value.utf8)], plan)[0]
}

/// The message that one value is rejected with.
func message(of value: [UInt8], _ plan: FieldPlan, byteOffset: UInt64 = 0) throws -> String? {
    try HandBatch([plan], rows: [[value]], byteOffset: byteOffset).check().rejects.first?.issues.first?
        .message
}
