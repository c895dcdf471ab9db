internal import CSV
internal import FixtureGenerator
internal import InputFilters
internal import Records
internal import Validation

/// From columns to fields.
final class MapWork: StageWork {
    private let input: StageInput
    private var batches: [RecordBatch] = []

    init(_ input: StageInput) {
        self.input = input
    }

    func prepare() throws {
        batches = try input.batches()
    }

    func run() throws {
        let mapper = FieldMapper(input.fieldMap)
        var faulty: UInt64 = 0
        for batch in batches { faulty += UInt64(mapper.map(batch).rejects.count) }
        try WrongAnswer.check(
            "records of another shape", faulty, input.summary.byCode["field_count"] ?? 0)
    }

    /// Each value is the column's, but for spaces at its ends, upper and lower case, and words that are mapped.
    func checkContent() throws {
        let mapper = FieldMapper(input.fieldMap)
        for batch in batches {
            let mapped = mapper.map(batch)
            let storage = batch.storage
            for record in 0..<batch.count {
                guard case .none = storage.places[record].fault else { continue }
                let fields = PlainCut.fields(of: Array(batch.bytes(of: record).dropLast()))
                for plan in mapped.fields where plan.field.name != "smsConsent" {
                    guard let column = plan.sourceColumn else { continue }
                    let cell = storage.plane(plan.plane)[record]
                    let value = cell.isBlank ? [] : Array(storage.text(cell))
                    try WrongAnswer.check(
                        "record \(record), \(plan.field.name)", Self.folded(value),
                        Self.folded(fields[column]))
                }
            }
        }
    }

    private static func folded(_ text: [UInt8]) -> [UInt8] {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let trimmed = Array(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
        return trimmed.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
    }
}

/// By the rules of the catalogue.
final class ValidateWork: StageWork {
    private let input: StageInput
    private var batches: [MappedBatch] = []

    init(_ input: StageInput) {
        self.input = input
    }

    func prepare() throws {
        let mapper = FieldMapper(input.fieldMap)
        batches = try input.batches().map(mapper.map)
    }

    func run() throws {
        let validator = try input.makeValidator()
        var accepted: UInt64 = 0
        for batch in batches { accepted += UInt64(validator.check(batch).order.count) }
        try WrongAnswer.check("sound records", accepted, input.summary.read - input.summary.rejected)
    }

    /// Each reject has the one fault that the file was given.
    func checkContent() throws {
        let validator = try input.makeValidator()
        var codes: [String: UInt64] = [:]
        for batch in batches {
            for reject in validator.check(batch).rejects {
                for issue in reject.issues { codes[issue.code, default: 0] += 1 }
            }
        }
        try WrongAnswer.check("rejects", codes, input.summary.byCode)
    }
}
