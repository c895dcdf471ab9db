internal import ExportFormats

extension Engine {
    private var formatShelf: DocumentShelf {
        DocumentShelf(kind: .exportFormat, shipped: ShippedFormats.all, paths: paths)
    }

    /// The export formats that ship and those that are saved, by name.
    ///
    /// - Throws: what keeps the database from being read.
    package func formats() throws -> [DocumentSummary] { try formatShelf.summaries() }

    /// An export format by `NAME` or `NAME@VERSION` of one that is saved or ships, or by the path of a document.
    ///
    /// - Throws: `unknown_format`, with the nearest name or the versions there are; `cannot_read_document`.
    package func format(_ nameOrPath: String) throws -> DocumentChoice { try formatShelf.choice(nameOrPath) }

    /// A checked export format, and what it writes.
    package struct CheckedFormat: Hashable, Sendable {
        /// Of a document that is not saved, version 0.
        package let version: SavedVersion
        /// Headers of the columns that are written unless others are asked for; empty for all fields.
        package let columns: [String]

        init(_ format: ExportFormat, _ version: SavedVersion) {
            self.version = version
            columns = format.columns.filter { !$0.isHidden }.map(\.header)
        }
    }

    /// Checks a format's document.
    ///
    /// - Throws: what is wrong with it.
    package func checkFormat(_ choice: DocumentChoice) throws -> CheckedFormat {
        let format = try ExportFormat(
            document: choice.document, yaml: choice.yaml, catalogue: try catalogue())
        return CheckedFormat(
            format,
            SavedVersion(
                name: format.name, version: choice.version, recordType: format.recordType, isNew: false))
    }

    /// Checks a format's document and saves it as the next version of its name.
    ///
    /// `createsDatabase` says whether a missing database is made.
    ///
    /// - Throws: what is wrong with the document, before anything is made or written.
    package func saveFormat(
        at path: String, createsDatabase: Bool, _ signature: Signature
    ) throws -> CheckedFormat {
        let yaml = try SmallFile.read(path)
        let catalogue = try catalogue()
        let format = try ExportFormat(document: path, yaml: yaml, catalogue: catalogue)
        return CheckedFormat(
            format,
            try formatShelf.save(
                yaml, as: format.name, recordType: format.recordType,
                by: writer(creating: createsDatabase, catalogue), signature))
    }
}
