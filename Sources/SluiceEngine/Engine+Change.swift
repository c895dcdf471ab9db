internal import Store

/// What a bulk change or delete would be about, told before it is asked whether that is meant.
package struct ChangeOutlook: Hashable, Sendable {
    /// The record type's name, or its plural where there is not one record.
    package var noun: String
    /// The list filter in its one form; `nil` for all records.
    package var listFilter: String?
    /// Records there are now.
    package var count: UInt64
    /// What the first of them are called.
    package var firstNames: [String]
}

extension Engine {
    /// Records that are named in an outlook.
    private static let namedRecords = 5

    /// Counts the records that a request is about; nothing is written but tables that are missing.
    ///
    /// - Throws: what refuses the request.
    package func outlook(of request: ChangeRequest) throws -> ChangeOutlook {
        let catalogue = try catalogue()
        let (plan, preparation) = try ChangeController.prepare(request, catalogue: catalogue, at: .now())
        let type = preparation.type
        let keys = type.keys.compactMap { $0.count == 1 ? $0[0] : nil }
        var list = ListDefinition(recordType: type.name, listFilter: plan.listFilter, columns: ["id"] + keys)
        list.withDrafts = plan.withDrafts
        let page = try page(of: list, ids: plan.ids, limit: Self.namedRecords)
        return ChangeOutlook(
            noun: page.count == 1 ? type.name : type.plural, listFilter: preparation.listFilter,
            count: page.count,
            firstNames: page.rows.map { row in row.dropFirst().compactMap(\.self).first ?? row[0] ?? "" })
    }

    /// Changes or deletes records, and gives the task as it ended.
    ///
    /// - Throws: what refuses the request before there is a task.
    package func runChange(
        _ request: ChangeRequest, patience: Duration, listener: Listener, stop: StopSignal
    ) async throws -> UserTask {
        let controller = try changes(listener, patience)
        let submitted = try controller.submit(request, stop: stop)
        listener.onChange(submitted.stored.task)
        return try await controller.run(submitted, stop: stop)
    }

    /// Goes on with a bulk change or delete that ended before its end.
    ///
    /// - Throws: `task_active`, `not_resumable`.
    func resumeChange(
        _ id: String, patience: Duration, listener: Listener, stop: StopSignal
    ) async throws -> UserTask {
        try await changes(listener, patience).resume(id, stop: stop)
    }

    private func changes(_ listener: Listener, _ patience: Duration) throws -> ChangeController {
        ChangeController(rows: rowTasks(listener, patience: patience), catalogue: try catalogue())
    }

    /// Has a request be about those of its records alone that meet a further list filter.
    ///
    /// Each filter is read for itself, so that its parentheses and the places of its errors are its own.
    ///
    /// - Throws: what is wrong with either filter.
    package func narrow(_ request: inout ChangeRequest, to listFilter: String) throws {
        let catalogue = try catalogue()
        if let own = request.listFilter {
            request.listFilter = try catalogue.checkedListFilter(own, of: request.recordType)
        }
        request.narrow(to: try catalogue.checkedListFilter(listFilter, of: request.recordType))
    }

    /// Has a request be about the records of a saved list.
    ///
    /// - Throws: `unknown_list`, `wrong_record_type`.
    package func apply(list nameAndVersion: String, to request: inout ChangeRequest) throws {
        var export = ExportRequest(recordType: request.recordType, path: "-", requestedBy: "")
        try apply(list(nameAndVersion), to: &export)
        request.listFilter = export.listFilter
        request.withDrafts = export.withDrafts
    }
}
