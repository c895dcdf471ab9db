package import Records
package import Store

/// Links single pairs of records, each a user task that is done when it is recorded.
package struct PairLinker: Sendable {
    private let paths: StorePaths
    private let catalogue: Catalogue

    package init(paths: StorePaths, catalogue: Catalogue) {
        self.paths = paths
        self.catalogue = catalogue
    }

    /// One of the two records: its type or role, and a value of one of its keys, or `FIELD=VALUE`.
    package struct End: Hashable, Sendable {
        package var type: String
        package var key: String

        package init(type: String, key: String) {
            self.type = type
            self.key = key
        }
    }

    /// Links two records, or unlinks them.
    ///
    /// - Throws: `unknown_link`, `ambiguous_link`, `bad_record_name`, `link_side_missing`; nothing was recorded then.
    package func settle(
        _ mode: LinkMode, _ first: End, _ second: End, link name: String?, requestedBy: String
    ) throws -> UserTask {
        let (linked, firstIsFirst) = try catalogue.link(between: first.type, and: second.type, named: name)
        let ends = firstIsFirst ? [first, second] : [second, first]
        var names: [RecordName] = []
        for (end, type) in zip(ends, linked.types) { names.append(try RecordName(end.key, of: type)) }
        let writer = try StoreWriter(paths: paths, create: false)
        try writer.prepareTables(catalogue.tables(for: linked), links: [linked])
        let now = Timestamp.now()
        var task = UserTask(
            id: UserTask.newID(), kind: .link, recordType: linked.link.name, requestedBy: requestedBy,
            file: UserTask.File(
                name: zip(linked.sides, names).map { "\($0.role) \($1.text)" }.joined(separator: ", "),
                bytes: 0,
                sha256: "", compression: "none"), mode: mode.rawValue, submittedAt: now)
        task.state = .completed
        task.startedAt = now
        task.endedAt = now
        task = try writer.settle(mode, linked, names, task: task)
        writer.checkpointAll()
        return task
    }
}
