// Looking at a file before it is imported: nothing is written, and no database is needed.
extension Engine {
    /// The first records of a file as they would be stored; nothing is written, and no database is needed.
    ///
    /// - Throws: ``Stopped``; else a `Failure` of the kind `refused`.
    package func preview(_ request: SampleRequest, stop: StopSignal) async throws -> FilePreview {
        try await FilePreview.of(request, catalogue: catalogue(), stop: stop)
    }

    /// Checks an input filter's document and, where a sample is given, how that file fits it.
    ///
    /// `records` are those to look at, `nil` for all; `encoding` goes before the filter's.
    ///
    /// - Throws: ``Stopped``; else a `Failure` of the kind `refused`: the document is wrong, or the file does not fit.
    package func checkFilter(
        _ filter: DocumentChoice, sample: ImportSource.Origin?, records: UInt64?,
        encoding: TextEncoding? = nil, stop: StopSignal
    ) async throws -> FilterCheck {
        guard let sample else {
            return try FilterCheck(yaml: filter.yaml, name: filter.document, catalogue: catalogue())
        }
        var request = SampleRequest(
            source: sample, recordType: nil, filterYAML: filter.yaml, filterName: filter.document,
            records: records)
        request.encoding = encoding
        return try await FilterCheck.of(request, yaml: filter.yaml, catalogue: catalogue(), stop: stop)
    }
}
