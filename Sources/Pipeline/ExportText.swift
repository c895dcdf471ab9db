internal import ByteStreams
internal import CSV
internal import ExportFormats
internal import Records

/// Rows become the bytes of a file as its export format has them: mark, header, and line after line.
struct ExportText {
    private enum Writer {
        case delimited(RowWriter)
        case fixedWidth(FixedWidthWriter)
    }

    private let layout: ExportLayout
    private var formatter: ValueFormatter
    private var writer: Writer
    /// `nil` where the file is in UTF-8, as the texts are.
    private let encoder: TextEncoder?
    /// Text on its way into another encoding.
    private let text = ByteBuffer(capacity: 1 << 16)

    /// - Throws: `ByteStreamError` where this system lacks the encoding.
    init(_ layout: ExportLayout) throws {
        self.layout = layout
        encoder = layout.encoding == .utf8 ? nil : try TextEncoder(layout.encoding)
        formatter = ValueFormatter(layout, repertoire: encoder.flatMap { $0.hasEverything ? nil : $0 })
        writer =
            layout.dialect.fixedWidth == nil
            ? .delimited(RowWriter(layout))
            : .fixedWidth(FixedWidthWriter(layout))
    }

    /// Adds what stands before the first record.
    ///
    /// - Throws: `CSVError`, or `Failure` `value_not_encodable`, where a header, or what the format itself puts into
    ///   columns, cannot be written.
    func begin(_ buffer: ByteBuffer) throws {
        try checkOwnTexts()
        if layout.hasMark { buffer.append(try TextEncoder(layout.encoding).mark) }
        guard layout.dialect.hasHeader else { return }
        var header: [UInt8] = []
        switch writer {
        case .fixedWidth(let writer): header = writer.header()
        case .delimited:
            try RecordFormatter(dialect: layout.dialect).append(
                layout.columns.map(\.header), to: &header, isQuoted: layout.quoting != .needed)
            header += layout.lineEnd
        }
        guard let encoder else {
            buffer.append(header)
            return
        }
        if let missing = header.withUnsafeBufferPointer(encoder.firstMissing) {
            throw Failure(
                .failed, code: "value_not_encodable",
                message: "a header has the character '\(missing)', which \(layout.encoding) lacks",
                hint: "Choose another header or another encoding.")
        }
        header.withUnsafeBytes { encoder.append($0, to: buffer) }
    }

    /// Values are looked at one by one; what the format puts in their place would come out as `?`.
    private func checkOwnTexts() throws(Failure) {
        guard let encoder, !encoder.hasEverything else { return }
        for column in layout.columns {
            for (text, what) in column.ownTexts {
                let bytes = Array(text.utf8)
                guard let missing = bytes.withUnsafeBufferPointer(encoder.firstMissing) else { continue }
                throw Failure(
                    .failed, code: "value_not_encodable",
                    message: "\(column.path.name): \(what) '\(text)' has the character '\(missing)', which "
                        + "\(layout.encoding) lacks",
                    hint: "Choose another text in the format, or another encoding.")
            }
        }
    }

    /// Adds the rows of a batch, whose cells are changed on the way.
    ///
    /// - Throws: `Failure` or `CSVError`, with the record's id, for a value that cannot be written.
    mutating func append(_ batch: RowBatch, to buffer: ByteBuffer) throws {
        try formatter.format(batch)
        guard let encoder else {
            try write(batch, to: buffer)
            return
        }
        text.reset()
        try write(batch, to: text)
        encoder.append(text.bytes, to: buffer)
    }

    private mutating func write(_ batch: RowBatch, to buffer: ByteBuffer) throws {
        switch writer {
        case .delimited(let writer):
            do throws(CSVError) {
                try writer.append(batch, to: buffer)
            } catch {
                // Found under way, so nothing was refused beforehand.
                var failure = error.failure
                failure.kind = .failed
                throw failure
            }
        case .fixedWidth(var lines):
            try lines.append(batch, to: buffer)
            writer = .fixedWidth(lines)
        }
    }

    /// Values that were changed so that they could be written, by column; no columns where there are none.
    struct Changes: Sendable {
        var truncated: [Int] = []
        var replaced: [Int] = []

        /// What several lanes changed.
        static func + (one: Changes, other: Changes) -> Changes {
            Changes(
                truncated: sum(one.truncated, other.truncated), replaced: sum(one.replaced, other.replaced))
        }

        private static func sum(_ one: [Int], _ other: [Int]) -> [Int] {
            one.isEmpty || other.isEmpty ? one + other : zip(one, other).map(+)
        }

        /// As warnings of a user task.
        func warnings(_ layout: ExportLayout) -> [UserTask.Tally] {
            tallies(
                truncated, layout, "value_truncated", "cut, as their column has no room for more")
                + tallies(
                    replaced, layout, "characters_replaced",
                    "written with other characters than the encoding lacks")
        }

        private func tallies(
            _ counts: [Int], _ layout: ExportLayout, _ code: String, _ message: String
        ) -> [UserTask.Tally] {
            zip(layout.columns, counts).filter { $1 > 0 }.map { column, count in
                UserTask.Tally(
                    code: code, field: column.path.name, count: UInt64(count), firstLine: 0, message: message)
            }
        }
    }

    /// Values that were changed so far.
    var changes: Changes {
        var changes = Changes(replaced: formatter.replaced)
        if case .fixedWidth(let lines) = writer { changes.truncated = lines.truncated }
        return changes
    }
}
