internal import ExportFormats
internal import Store

extension Engine {
    /// An export format as it is listed: its latest version.
    package struct FormatSummary: Hashable, Sendable {
        package let name: String
        package let version: Int
        /// The record type's name; `nil` for one that fits any.
        package let recordType: String?
        /// When and by whom it was saved; `nil` for one that ships.
        package let saved: Signature?
    }

    /// The export formats that ship and those that are saved, by name.
    ///
    /// - Throws: what keeps the database from being read.
    package func formats() throws -> [FormatSummary] {
        var found: [String: FormatSummary] = [:]
        for (name, yaml) in ShippedFormats.all {
            let type = try DocumentNode(document: name, yaml: yaml).child("recordType")?.string()
            found[name] = FormatSummary(name: name, version: 1, recordType: type, saved: nil)
        }
        for format in try StoreReader.ifThere(paths)?.latestFormats() ?? [] {
            found[format.name] = FormatSummary(
                name: format.name, version: format.version, recordType: format.recordType,
                saved: Signature(at: format.savedAt, by: format.savedBy))
        }
        return found.values.sorted { $0.name < $1.name }
    }

    /// An export format by `NAME` or `NAME@VERSION` of one that is saved or ships, or by the path of a document.
    ///
    /// - Throws: `unknown_format`, with the nearest name or the versions there are; `cannot_read_document`.
    package func format(_ nameOrPath: String) throws -> FormatChoice {
        if nameOrPath.hasSuffix(".yaml") || nameOrPath.hasSuffix(".yml") || nameOrPath.contains("/") {
            let yaml = try SmallFile.read(nameOrPath)
            let saved = try StoreReader.ifThere(paths)?.format(saying: yaml)?.version
            let isShipped = ShippedFormats.all.values.contains { $0.utf8.elementsEqual(yaml.utf8) }
            return FormatChoice(document: nameOrPath, yaml: yaml, version: saved ?? (isShipped ? 1 : 0))
        }
        let parts = nameOrPath.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        var versions =
            try StoreReader.ifThere(paths)?.versions(ofFormat: name).map { format in
                FormatChoice(document: nameOrPath, yaml: format.yaml, version: format.version)
            } ?? []
        if let yaml = ShippedFormats.named(name), versions.first?.version != 1 {
            versions.insert(FormatChoice(document: nameOrPath, yaml: yaml, version: 1), at: 0)
        }
        guard let latest = versions.last else {
            throw Failure(
                .refused, code: "unknown_format", message: "there is no export format '\(name)'",
                hint: NearestName.hint(for: name, among: try formats().map(\.name))
                    + " A document of your own is named by its path, ending in .yaml.")
        }
        guard parts.count == 2 else { return latest }
        guard let wanted = Int(parts[1]), let choice = versions.first(where: { $0.version == wanted }) else {
            throw Failure(
                .refused, code: "unknown_format",
                message: "export format '\(name)' has no version '\(parts[1])'",
                hint: "It has \(versions.map { String($0.version) }.joined(separator: ", ")).")
        }
        return choice
    }

    /// What a checked or saved export format says.
    package struct CheckedFormat: Hashable, Sendable {
        package let name: String
        /// The record type's name; `nil` for one that fits any.
        package let recordType: String?
        /// Headers of the columns that are written unless others are asked for; empty for all fields.
        package let columns: [String]
        /// The version that the document has; 0 where it is not saved.
        package let version: Int
        /// False where the latest version says the same already.
        package let isNew: Bool
    }

    /// Checks a format's document.
    ///
    /// - Throws: what is wrong with it.
    package func checkFormat(_ choice: FormatChoice) throws -> CheckedFormat {
        Self.checked(
            try ExportFormat(document: choice.document, yaml: choice.yaml, catalogue: try catalogue()),
            version: choice.version, isNew: false)
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
        let writer = try writer(creating: createsDatabase, catalogue)
        let saved = try writer.save(
            yaml, format: format.name, recordType: format.recordType,
            shipped: ShippedFormats.named(format.name), signature)
        writer.checkpointAll()
        return Self.checked(format, version: saved.version, isNew: saved.isNew)
    }

    private static func checked(_ format: ExportFormat, version: Int, isNew: Bool) -> CheckedFormat {
        CheckedFormat(
            name: format.name, recordType: format.recordType,
            columns: format.columns.filter { !$0.isHidden }.map(\.header), version: version, isNew: isNew)
    }
}
