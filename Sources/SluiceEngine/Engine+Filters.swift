internal import InputFilters
internal import Store

extension Engine {
    /// An input filter as it is listed: its latest version.
    package struct FilterSummary: Hashable, Sendable {
        package let name: String
        package let version: Int
        /// The record type's name.
        package let recordType: String
        /// When and by whom it was saved; `nil` for one that ships.
        package let saved: Signature?
    }

    /// The input filters that ship and those that are saved, by name.
    ///
    /// - Throws: what keeps the database from being read.
    package func filters() throws -> [FilterSummary] {
        var found: [String: FilterSummary] = [:]
        for (name, yaml) in ShippedFilters.all {
            let type = try DocumentNode(document: name, yaml: yaml).requiredChild("recordType").string()
            found[name] = FilterSummary(name: name, version: 1, recordType: type, saved: nil)
        }
        for filter in try StoreReader.ifThere(paths)?.latestFilters() ?? [] {
            found[filter.name] = FilterSummary(
                name: filter.name, version: filter.version, recordType: filter.recordType,
                saved: Signature(at: filter.savedAt, by: filter.savedBy))
        }
        return found.values.sorted { $0.name < $1.name }
    }

    /// An input filter by `NAME` or `NAME@VERSION` of one that is saved or ships, or by the path of a document.
    ///
    /// - Throws: `unknown_filter`, with the nearest name or the versions there are; `cannot_read_document`.
    package func filter(_ nameOrPath: String) throws -> FilterChoice {
        if nameOrPath.hasSuffix(".yaml") || nameOrPath.hasSuffix(".yml") || nameOrPath.contains("/") {
            return try document(at: nameOrPath)
        }
        let parts = nameOrPath.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        var versions =
            try StoreReader.ifThere(paths)?.versions(ofFilter: name).map { filter in
                FilterChoice(document: nameOrPath, yaml: filter.yaml, version: filter.version)
            } ?? []
        if let yaml = ShippedFilters.named(name), versions.first?.version != 1 {
            versions.insert(FilterChoice(document: nameOrPath, yaml: yaml, version: 1), at: 0)
        }
        guard let latest = versions.last else {
            throw Failure(
                .refused, code: "unknown_filter", message: "there is no input filter '\(name)'",
                hint: NearestName.hint(for: name, among: try filters().map(\.name))
                    + " A document of your own is named by its path, ending in .yaml.")
        }
        guard parts.count == 2 else { return latest }
        guard let wanted = Int(parts[1]), let choice = versions.first(where: { $0.version == wanted }) else {
            throw Failure(
                .refused, code: "unknown_filter",
                message: "input filter '\(name)' has no version '\(parts[1])'",
                hint: "It has \(versions.map { String($0.version) }.joined(separator: ", ")).")
        }
        return choice
    }

    /// A person's document, with the version of a saved or shipped filter that says the same.
    private func document(at path: String) throws -> FilterChoice {
        let yaml = try SmallFile.read(path)
        let saved = try StoreReader.ifThere(paths)?.filter(saying: yaml)?.version
        let isShipped = ShippedFilters.all.values.contains { $0.utf8.elementsEqual(yaml.utf8) }
        return FilterChoice(document: path, yaml: yaml, version: saved ?? (isShipped ? 1 : 0))
    }

    /// What saving a filter came to.
    package struct SavedVersion: Hashable, Sendable {
        package let name: String
        package let version: Int
        package let recordType: String
        /// False where the latest version says the same already.
        package let isNew: Bool
    }

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
        let writer = try writer(creating: createsDatabase, catalogue)
        let saved = try writer.save(
            yaml, filter: document.name, recordType: document.recordType,
            shipped: ShippedFilters.named(document.name), signature)
        writer.checkpointAll()
        return SavedVersion(
            name: document.name, version: saved.version, recordType: document.recordType,
            isNew: saved.isNew)
    }
}
