internal import Sealing
internal import Store

extension Engine {
    /// A key of a key file as people are told of it.
    package struct KeyDescription: Hashable, Sendable, Encodable {
        package var id: String
        /// RFC 3339.
        package var madeAt: String
        /// Whether it seals what is new.
        package var seals: Bool
        /// Whether values of the database are sealed by it; `nil` where there is no database.
        package var isInUse: Bool?
    }

    /// Makes a key file with one new key.
    ///
    /// - Throws: `key_file_exists`, `cannot_create`.
    package static func createKeyFile(at path: String) throws -> KeyDescription {
        let key = try KeyFile.create(at: path, madeAt: Timestamp.now().text)
        return KeyDescription(id: key.id, madeAt: key.madeAt, seals: true)
    }

    /// Puts a new key into a key file, by which all that is new is sealed from now on.
    ///
    /// - Throws: `key_file_missing`, `key_file_exposed`, `bad_key_file`, `cannot_create`.
    package static func addKey(toFile path: String) throws -> KeyDescription {
        let key = try KeyFile(path: path).addKey(madeAt: Timestamp.now().text)
        return KeyDescription(id: key.id, madeAt: key.madeAt, seals: true)
    }

    /// The keys of the key file, and which of them the database uses.
    ///
    /// - Throws: `key_needed` where none is named; what keeps it from being read.
    package func keys() throws -> [KeyDescription] {
        guard let keyFile else { throw Self.noKeyFile }
        let file = try KeyFile(path: keyFile)
        let inUse = try StoreReader.ifThere(paths)?.keyMarks()
        if let inUse { try file.ring.check(against: inUse) }
        return file.listed.enumerated().map { index, key in
            KeyDescription(
                id: key.id, madeAt: key.madeAt, seals: index == 0,
                isInUse: inUse.map { marks in marks.contains { $0.id == key.id } })
        }
    }

    /// Seals every encrypted value of the database anew, by the first key of the key file, and gives the task as it ended.
    ///
    /// - Throws: `key_needed`, `wrong_key`, `key_missing`, `database_missing`, before there is a task.
    package func runRotation(
        requestedBy: String, patience: Duration, listener: Listener, stop: StopSignal
    ) async throws -> UserTask {
        guard let ring = try sealingKeys() else { throw Self.noKeyFile }
        try ring.check(against: StoreReader(paths: paths).keyMarks())
        let key = ring.writingKey
        let task = UserTask(
            id: UserTask.newID(), kind: .rotate, recordType: "", requestedBy: requestedBy,
            file: UserTask.File(name: "key \(key)", bytes: 0, sha256: "", compression: "none"),
            submittedAt: .now())
        let controller = rowTasks(listener, patience: patience)
        let submitted = try controller.submit(task, plan: .rotate(RotatePlan(keyID: key)), stop: stop)
        listener.onChange(submitted.stored.task)
        return try await rotate(submitted, by: ring, controller, stop: stop)
    }

    /// Goes on with a rotation that ended before its end.
    ///
    /// - Throws: `rotation_outdated` where another key has become the first since; as ``runRotation(requestedBy:patience:listener:stop:)``.
    func resumeRotation(
        _ id: String, _ plan: RotatePlan, patience: Duration, listener: Listener, stop: StopSignal
    ) async throws -> UserTask {
        guard let ring = try sealingKeys() else { throw Self.noKeyFile }
        try ring.check(against: StoreReader(paths: paths).keyMarks())
        guard ring.writingKey == plan.keyID else {
            throw Failure(
                .refused, code: "rotation_outdated",
                message:
                    "user task \(id) seals by the key \(plan.keyID), and the first key of the key file is "
                    + "\(ring.writingKey) now",
                hint: "Begin anew with: sluice keys rotate")
        }
        let controller = rowTasks(listener, patience: patience)
        return try await rotate(controller.takeUp(id, stop: stop), by: ring, controller, stop: stop)
    }

    private func rotate(
        _ submitted: RowTaskController.Submitted, by ring: any KeyRing, _ controller: RowTaskController,
        stop: StopSignal
    ) async throws -> UserTask {
        let types = try catalogue().types
        return try await controller.run(submitted, stop: stop) { _ in .rotating(to: ring, types: types) }
    }

    static var noKeyFile: Failure {
        Failure(
            .refused, code: "key_needed", message: "no key file is named",
            hint: "Name it with --key-file PATH or SLUICE_KEY_FILE; 'sluice keys create FILE' makes one.")
    }

    /// The keys to seal by; `nil` where no key file is named.
    ///
    /// - Throws: what keeps the key file from being read.
    func sealingKeys() throws -> (any KeyRing)? { try keyFile.map { try KeyFile(path: $0).ring } }

    /// The keys to show values of encrypted fields by, where that is asked for: the one place that decides who may.
    ///
    /// On a command line it is whoever has the key file.
    ///
    /// - Returns: `nil` where it is not asked for.
    /// - Throws: `key_needed`, `wrong_key`, `key_missing`; what keeps the key file from being read.
    func showingKeys(if isAsked: Bool) throws -> (any KeyRing)? {
        guard isAsked else { return nil }
        guard let ring = try sealingKeys() else { throw Self.noKeyFile }
        if let reader = try StoreReader.ifThere(paths) { try ring.check(against: reader.keyMarks()) }
        return ring
    }
}
