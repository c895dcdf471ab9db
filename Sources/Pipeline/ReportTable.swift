internal import ByteStreams
internal import CSV
internal import Records

/// A report of our own as RFC 4180 has it: comma, CRLF, UTF-8.
struct ReportTable {
    private let output: OutputFile
    private let formatter = RecordFormatter(dialect: Dialect())

    init(to output: OutputFile) {
        self.output = output
    }

    /// Adds one record with its line end.
    ///
    /// - Throws: `ByteStreamError`, with nothing at the destination.
    func append(_ fields: [String]) throws {
        var bytes: [UInt8] = []
        try formatter.append(fields, to: &bytes)
        try output.append(bytes + [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
    }
}
