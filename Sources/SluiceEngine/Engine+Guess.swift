extension Engine {
    /// Looks at the beginning of a file and writes an input filter that seems to fit it.
    ///
    /// - Throws: what keeps the file from being read; `not_a_file` for what can be read only once;
    ///   `unknown_type`; what ``FilterGuesser/guess()`` throws.
    package func guessFilter(for path: String, _ wishes: GuessWishes) async throws -> GuessedFilter {
        let catalogue = try catalogue()
        let types = try wishes.recordType.map { [try catalogue.type(named: $0)] } ?? catalogue.types
        guard let source = try ImportSource.open(.path(path)) else {
            throw Failure(
                .refused, code: "not_a_file", message: "\(path): a pipe, where a file is needed",
                hint: "Write the data to a file first.")
        }
        let head: FileHead
        do {
            head = try await FileHead.read(source)
        } catch let error as any FailureConvertible {
            // Nothing was written, and nothing is there to be resumed.
            var failure = error.failure
            failure.kind = .refused
            throw failure
        }
        return try FilterGuesser(head: head, wishes: wishes, recordTypes: types).guess()
    }

    /// Writes a document whole or not at all; `-` is standard output.
    ///
    /// `source` is the file it was made of, which it may not replace.
    ///
    /// - Throws: what keeps it from being written, such as `output_exists`.
    package static func write(
        _ document: String, to path: String, force: Bool, besides source: String
    ) throws {
        try DocumentFile.write(document, to: path, force: force, besides: source)
    }
}
