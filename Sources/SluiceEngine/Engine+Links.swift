internal import Store

extension Engine {
    /// Links two records, or unlinks them; the user task says what came of it.
    ///
    /// - Throws: what keeps the two from being found, or the database from being written.
    package func settle(
        _ mode: LinkMode, _ first: PairLinker.End, _ second: PairLinker.End, link: String?,
        requestedBy: String
    ) throws -> UserTask {
        try PairLinker(paths: paths, catalogue: try catalogue())
            .settle(mode, first, second, link: link, requestedBy: requestedBy)
    }
}
