internal import Store

/// What a person names: `NAME`, or `NAME@VERSION`.
struct VersionedName {
    let name: String
    /// As it was written, if at all.
    let version: String?

    init(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        name = String(parts[0])
        version = parts.count == 2 ? String(parts[1]) : nil
    }

    /// The version that is meant, the latest where none is named; `nil` where there is none at all.
    ///
    /// - Throws: the kind's code for a version that there is not, with those that there are.
    func choose<Version>(
        among versions: [Version], by number: KeyPath<Version, Int>, of kind: DocumentKind
    ) throws(Failure) -> Version? {
        guard !versions.isEmpty, let version else { return versions.last }
        if let wanted = Int(version), let found = versions.first(where: { $0[keyPath: number] == wanted }) {
            return found
        }
        throw Failure(
            .refused, code: kind.unknownCode, message: "\(kind.noun) '\(name)' has no version '\(version)'",
            hint: "It has \(versions.map { String($0[keyPath: number]) }.joined(separator: ", ")).")
    }
}

/// The documents of one kind: those that ship, and those that a database keeps.
struct DocumentShelf {
    let kind: DocumentKind
    /// By name.
    let shipped: [String: String]
    let paths: StorePaths

    /// All of them in their latest versions, by name.
    func summaries() throws -> [Engine.DocumentSummary] {
        var found: [String: Engine.DocumentSummary] = [:]
        for (name, yaml) in shipped {
            let type = try DocumentNode(document: name, yaml: yaml).child("recordType")?.string()
            found[name] = Engine.DocumentSummary(name: name, version: 1, recordType: type, saved: nil)
        }
        for saved in try StoreReader.ifThere(paths)?.latest(kind) ?? [] {
            found[saved.name] = Engine.DocumentSummary(
                name: saved.name, version: saved.version, recordType: saved.recordType,
                saved: Signature(at: saved.savedAt, by: saved.savedBy))
        }
        return found.values.sorted { $0.name < $1.name }
    }

    /// One by `NAME` or `NAME@VERSION`, or by the path of a document.
    ///
    /// - Throws: the kind's code for a name that there is not, with the nearest; `cannot_read_document`.
    func choice(_ nameOrPath: String) throws -> DocumentChoice {
        if nameOrPath.hasSuffix(".yaml") || nameOrPath.hasSuffix(".yml") || nameOrPath.contains("/") {
            return try document(at: nameOrPath)
        }
        let wanted = VersionedName(nameOrPath)
        var versions =
            try StoreReader.ifThere(paths)?.versions(of: wanted.name, kind).map { saved in
                DocumentChoice(document: nameOrPath, yaml: saved.text, version: saved.version)
            } ?? []
        if let yaml = shipped[wanted.name], versions.first?.version != 1 {
            versions.insert(DocumentChoice(document: nameOrPath, yaml: yaml, version: 1), at: 0)
        }
        if let choice = try wanted.choose(among: versions, by: \.version, of: kind) { return choice }
        throw Failure(
            .refused, code: kind.unknownCode, message: "there is no \(kind.noun) '\(wanted.name)'",
            hint: NearestName.hint(for: wanted.name, among: try summaries().map(\.name))
                + " A document of your own is named by its path, ending in .yaml.")
    }

    /// A person's document, with the version of a saved or shipped one that says the same.
    private func document(at path: String) throws -> DocumentChoice {
        let yaml = try SmallFile.read(path)
        let saved = try StoreReader.ifThere(paths)?.document(saying: yaml, kind)?.version
        let isShipped = shipped.values.contains { $0.utf8.elementsEqual(yaml.utf8) }
        return DocumentChoice(document: path, yaml: yaml, version: saved ?? (isShipped ? 1 : 0))
    }

    /// Saves a document that has been checked as the next version of its name.
    func save(
        _ yaml: String, as name: String, recordType: String?, by writer: StoreWriter, _ signature: Signature
    ) throws -> Engine.SavedVersion {
        let saved = try writer.save(
            yaml, as: name, kind, recordType: recordType, shipped: shipped[name], signature)
        writer.checkpointAll()
        return Engine.SavedVersion(
            name: name, version: saved.version, recordType: recordType, isNew: saved.isNew)
    }
}

extension Engine {
    /// An input filter or export format as it is listed: its latest version.
    package struct DocumentSummary: Hashable, Sendable {
        package let name: String
        package let version: Int
        /// The record type's name; `nil` for an export format that fits any.
        package let recordType: String?
        /// When and by whom it was saved; `nil` for one that ships.
        package let saved: Signature?
    }

    /// What saving a document came to.
    package struct SavedVersion: Hashable, Sendable {
        package let name: String
        package let version: Int
        /// The record type's name; `nil` for an export format that fits any.
        package let recordType: String?
        /// False where the latest version says the same already.
        package let isNew: Bool
    }
}
