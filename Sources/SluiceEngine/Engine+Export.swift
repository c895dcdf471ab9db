internal import Store

extension Engine {
    /// Exports records to a file or standard output, and gives the task as it ended.
    ///
    /// - Throws: what refuses the request before there is a task.
    package func runExport(
        _ request: ExportRequest, patience: Duration, listener: Listener, stop: StopSignal
    ) async throws -> UserTask {
        let controller = try exportController(
            listener, patience, ring: showingKeys(if: request.showsEncrypted))
        let submitted = try controller.submit(request, stop: stop)
        listener.onChange(submitted.stored.task)
        return try await controller.run(submitted, stop: stop)
    }

    /// Runs an export again that ended before its end, over the database as it is now.
    ///
    /// - Throws: `task_active`, `not_resumable`.
    func resumeExport(
        _ id: String, patience: Duration, listener: Listener, stop: StopSignal
    ) async throws -> UserTask {
        let stored = try StoreReader(paths: paths).task(id)
        guard case .export(let plan) = stored.plan else { preconditionFailure("\(id) is no export") }
        let controller = try exportController(
            listener, patience, ring: showingKeys(if: plan.showsEncrypted ?? false))
        return try await controller.run(try await controller.takeUp(id, stop: stop), stop: stop)
    }

    private func exportController(
        _ listener: Listener, _ patience: Duration, ring: (any KeyRing)?
    ) throws -> ExportController {
        ExportController(
            paths: paths, catalogue: try catalogue(), patience: patience, ring: ring,
            onChange: listener.onChange)
    }
}
