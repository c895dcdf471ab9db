internal import Store

extension Engine {
    /// The saved lists in their latest versions, by name.
    package func lists() throws -> [SavedList] {
        try StoreReader.ifThere(paths)?.latestLists() ?? []
    }

    /// A saved list by `NAME` or `NAME@VERSION`.
    ///
    /// - Throws: `unknown_list`, with the nearest name or the versions there are.
    package func list(_ nameAndVersion: String) throws -> SavedList {
        let wanted = VersionedName(nameAndVersion)
        let versions = try StoreReader(paths: paths).versions(ofList: wanted.name)
        guard let list = try wanted.choose(among: versions, by: \.version, of: .list) else {
            throw try unknownList(wanted.name)
        }
        return list
    }

    private func unknownList(_ name: String) throws -> Failure {
        let names = try lists().map(\.name)
        return Failure(
            .refused, code: DocumentKind.list.unknownCode, message: "there is no saved list '\(name)'",
            hint: names.isEmpty
                ? "None is saved in this database; save one with: sluice lists save"
                : NearestName.hint(for: name, among: names))
    }

    /// Checks a definition and saves it as the next version of a name.
    ///
    /// `createsDatabase` says whether a missing database is made.
    ///
    /// - Throws: what is wrong with it, before anything is made or written.
    package func saveList(
        _ name: String, _ definition: ListDefinition, createsDatabase: Bool, _ signature: Signature
    ) throws -> SavedVersion {
        guard DocumentName.isSound(name) else {
            throw Failure(
                .refused, code: "bad_name",
                message: "'\(name)' is no name: use letters, digits, hyphens and underscores")
        }
        let catalogue = try catalogue()
        let checked = try definition.checked(exportPlan(of: definition), catalogue)
        let writer = try writer(creating: createsDatabase, catalogue)
        let saved = try writer.save(checked, list: name, signature)
        writer.checkpointAll()
        return SavedVersion(
            name: name, version: saved.version, recordType: checked.recordType, isNew: saved.isNew)
    }

    /// Has an export give the records of a saved list, with its columns, order and format.
    ///
    /// - Throws: `wrong_record_type` where the request is for other records; `unknown_format`.
    package func apply(_ list: SavedList, to request: inout ExportRequest) throws {
        let type = try catalogue().type(named: request.recordType)
        guard type.name == list.definition.recordType else {
            throw Failure(
                .refused, code: "wrong_record_type",
                message: "list '\(list.name)' is of \(list.definition.recordType) records, not \(type.name)",
                hint: "Name the list's own record type.")
        }
        request.listFilter = list.definition.listFilter
        request.columns = list.definition.columns
        request.sort = list.definition.sort
        request.format = try list.definition.format.map(savedFormat)
        request.withDrafts = list.definition.withDrafts ?? false
    }

    /// Has an export give only those of its records that meet a further list filter.
    ///
    /// Each filter is read for itself, so that its parentheses and the places of its errors are its own.
    ///
    /// - Throws: what is wrong with either filter.
    package func narrow(_ request: inout ExportRequest, to listFilter: String) throws {
        let catalogue = try catalogue()
        if let own = request.listFilter {
            request.listFilter = try catalogue.checkedListFilter(own, of: request.recordType)
        }
        request.narrow(to: try catalogue.checkedListFilter(listFilter, of: request.recordType))
    }

    /// What an export of a list does; it has no destination yet.
    ///
    /// - Throws: `unknown_format`.
    private func exportPlan(of list: ListDefinition) throws -> ExportPlan {
        var plan = ExportPlan(
            recordType: list.recordType, listFilter: list.listFilter, ids: nil, columns: list.columns,
            sort: list.sort, formatYAML: try list.format.map { try savedFormat($0).yaml }, path: "-",
            overwrites: false)
        plan.withDrafts = list.withDrafts
        return plan
    }

    /// A format by its name: a document's path would mean another file to whoever uses the list.
    private func savedFormat(_ name: String) throws -> DocumentChoice {
        guard DocumentName.isSound(VersionedName(name).name) else {
            throw Failure(
                .refused, code: "unknown_format", message: "'\(name)' is not the name of an export format",
                hint: "A list names one that ships or is saved: sluice formats list")
        }
        return try format(name)
    }

    /// Deletes a saved list with all its versions, and says how many there were.
    ///
    /// - Throws: `unknown_list`.
    package func deleteList(_ name: String, _ signature: Signature) throws -> Int {
        // Asked before there is a writer: what is refused writes nothing.
        guard try !StoreReader(paths: paths).versions(ofList: name).isEmpty else {
            throw try unknownList(name)
        }
        let writer = try StoreWriter(paths: paths, create: false)
        let versions = try writer.deleteList(name, signature)
        guard versions > 0 else { throw try unknownList(name) }
        writer.checkpointAll()
        return versions
    }

    /// The first records of a saved list, and how many it has now; `showsEncrypted` as in an export.
    ///
    /// - Throws: what the list and the database's types disagree about, with the list's name.
    package func page(
        of list: SavedList, limit: Int, showsEncrypted: Bool = false
    ) throws -> ListPage {
        do {
            return try page(of: list.definition, limit: limit, showsEncrypted: showsEncrypted)
        } catch let error as any FailureConvertible where error.failure.kind == .refused {
            var failure = error.failure
            failure.message = "list '\(list.name)', version \(list.version): \(failure.message)"
            throw failure
        }
    }

    /// The first records that a definition means, and how many there are now.
    ///
    /// - Throws: `unknown_type`, `unknown_field`, `bad_list_filter`, `bad_columns`, `bad_sort`.
    package func page(
        of definition: ListDefinition, limit: Int, showsEncrypted: Bool = false
    ) throws -> ListPage {
        try page(of: definition, ids: nil, limit: limit, showsEncrypted: showsEncrypted)
    }

    /// The same, of some records by their ids.
    func page(
        of definition: ListDefinition, ids: [Int64]?, limit: Int, showsEncrypted: Bool = false
    ) throws -> ListPage {
        let preparation = try prepared(definition, ids: ids, showsEncrypted: showsEncrypted)
        let upkeep =
            try preparation.searches ? SearchUpkeep.bringUpToDate(preparation.type, paths: paths) : .current
        return try ListPage(
            preparation, over: try snapshot(for: preparation), limit: limit,
            warnings: [upkeep.warning].compactMap { $0 })
    }

    /// Tells how the records that a definition means would be found, without finding them.
    ///
    /// - Throws: as ``page(of:limit:)-(ListDefinition,_)``.
    package func explain(_ definition: ListDefinition) throws -> ListExplanation {
        let preparation = try prepared(definition)
        return try ListExplanation(preparation, over: snapshot(for: preparation))
    }

    /// What a definition asks of this database.
    private func prepared(
        _ definition: ListDefinition, ids: [Int64]? = nil, showsEncrypted: Bool = false
    ) throws -> ExportPreparation {
        var plan = try exportPlan(of: definition)
        plan.ids = ids
        plan.showsEncrypted = showsEncrypted ? true : nil
        return try prepared(plan)
    }

    /// What an export asks of this database.
    func prepared(_ plan: ExportPlan) throws -> ExportPreparation {
        let preparation = try ExportPreparation(
            plan, catalogue: catalogue(), at: .now(), ring: showingKeys(if: plan.showsEncrypted ?? false))
        // It says so where there is no database, or another program's.
        _ = try StoreReader(paths: paths)
        return preparation
    }

    /// A state of the database that has the tables for what is asked.
    func snapshot(for preparation: ExportPreparation) throws -> RowSnapshot {
        let snapshot = try RowSnapshot(paths: paths)
        if try snapshot.isReady(for: preparation.types, links: preparation.links) { return snapshot }
        // An earlier version of the program, or nobody yet, made the tables: as an export would.
        try StoreWriter(paths: paths, create: false).prepareTables(
            preparation.types, links: preparation.links)
        return try RowSnapshot(paths: paths)
    }
}
