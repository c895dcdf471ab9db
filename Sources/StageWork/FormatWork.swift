internal import CSV
internal import ExportFormats
internal import FixtureGenerator
internal import InputFilters
internal import Records
internal import Store

/// From rows to CSV of all fields that the file fed.
final class FormatWork: StageWork {
    private let input: StageInput
    private let written: WriteWork
    private let layout: ExportLayout
    private let text = ByteBuffer(capacity: 1 << 20)
    private var batches: [RowBatch] = []

    init(_ input: StageInput) throws {
        self.input = input
        layout = try ExportLayout(
            type: input.type, relations: [], columns: input.fieldMap.fields.map(\.field.name))
        written = WriteWork(input)
        try written.prepare()
        try written.run()
    }

    func prepare() throws {
        batches = []
        let rows = try TableRows(
            input.type, fields: layout.columns.map(\.path.name),
            at: StorePaths(database: input.folder.path + "/database/sluice.db"))
        try rows.forEachBatch { batches.append($0) }
        text.reset()
    }

    func run() throws {
        var formatter = ValueFormatter(layout)
        let writer = RowWriter(
            dialect: layout.dialect, lineEnd: layout.lineEnd, alwaysQuoted: layout.alwaysQuoted)
        var rows: UInt64 = 0
        for batch in batches {
            text.reset()
            try formatter.format(batch)
            try writer.append(batch, to: text)
            rows += UInt64(batch.count)
        }
        try WrongAnswer.check("rows", rows, input.summary.created)
    }

    /// Each line has its fields, and the amounts come to what the file's do.
    func checkContent() throws {
        var formatter = ValueFormatter(layout)
        let writer = RowWriter(
            dialect: layout.dialect, lineEnd: layout.lineEnd, alwaysQuoted: layout.alwaysQuoted)
        let amount = layout.columns.firstIndex { $0.path.name == "paymentBalance" }
        var (rows, sum): (UInt64, Int64) = (0, 0)
        for batch in batches {
            text.reset()
            try formatter.format(batch)
            try writer.append(batch, to: text)
            for record in Self.records(of: Array(text.bytes)) {
                let fields = PlainCut.fields(of: record)
                try WrongAnswer.check("fields of a line", fields.count, layout.columns.count)
                rows += 1
                guard let amount else { continue }
                let digits = String(decoding: fields[amount], as: UTF8.self).filter { $0 != "." }
                if !digits.isEmpty { sum += Int64(digits) ?? .min / 2 }
            }
        }
        try WrongAnswer.check("lines", rows, input.summary.created)
        if amount != nil { try WrongAnswer.check("sum of the amounts", sum, input.summary.amountHundredths) }
    }

    /// Lines, where a break within quotes ends none.
    private static func records(of text: [UInt8]) -> [[UInt8]] {
        var records: [[UInt8]] = []
        var record: [UInt8] = []
        var isInside = false
        for byte in text {
            if byte == UInt8(ascii: "\"") { isInside.toggle() }
            if byte == UInt8(ascii: "\n"), !isInside {
                records.append(record)
                record = []
            } else {
                record.append(byte)
            }
        }
        return records
    }
}
