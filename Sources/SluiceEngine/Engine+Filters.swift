internal import InputFilters

extension Engine {
    private var filterShelf: DocumentShelf {
        DocumentShelf(kind: .inputFilter, shipped: ShippedFilters.all, paths: paths)
    }

    /// The input filters that ship and those that are saved, by name.
    ///
    /// - Throws: what keeps the database from being read.
    package func filters() throws -> [DocumentSummary] { try filterShelf.summaries() }

    /// An input filter by `NAME` or `NAME@VERSION` of one that is saved or ships, or by the path of a document.
    ///
    /// - Throws: `unknown_filter`, with the nearest name or the versions there are; `cannot_read_document`.
    package func filter(_ nameOrPath: String) throws -> DocumentChoice { try filterShelf.choice(nameOrPath) }

    /// Checks a filter's document and saves it as the next version of its name.
    ///
    /// `createsDatabase` says whether a missing database is made.
    ///
    /// - Throws: what is wrong with the document, before anything is made or written.
    package func saveFilter(
        at path: String, createsDatabase: Bool, _ signature: Signature
    ) throws -> SavedVersion {
        let yaml = try SmallFile.read(path)
        let catalogue = try catalogue()
        let document = try InputFilterDocument(document: path, yaml: yaml, recordTypes: catalogue.fileTypes)
        return try filterShelf.save(
            yaml, as: document.name, recordType: document.recordType,
            by: writer(creating: createsDatabase, catalogue), signature)
    }
}
