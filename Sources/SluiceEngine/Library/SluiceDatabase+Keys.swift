/// A key of encrypted fields, as people are told of it: not the key itself.
public struct EncryptionKey: Hashable, Sendable, Identifiable {
    /// 8 hexadecimal digits, which sealed values and the database name it by.
    public let id: String
    /// When it was made, in RFC 3339.
    public let madeAt: String
    /// Whether it seals what is new: the first one of the file does.
    public let seals: Bool
    /// Whether values of the database are sealed by it; `nil` where there is no database.
    public let isInUse: Bool?

    init(_ key: Engine.KeyDescription) {
        id = key.id
        madeAt = key.madeAt
        seals = key.seals
        isInUse = key.isInUse
    }
}

extension SluiceDatabase {
    /// Makes a key file with one new key, which its owner alone may read; a file that is there is never replaced.
    ///
    /// Keep a copy of it apart from the database: without it nobody can read what it seals.
    ///
    /// - Throws: `key_file_exists`, `cannot_create`.
    @discardableResult
    public static func createKeyFile(at path: String) throws(SluiceError) -> EncryptionKey {
        try SluiceError.telling { EncryptionKey(try Engine.createKeyFile(at: path)) }
    }

    /// Puts a new key into a key file, by which all that is new is sealed from now on.
    ///
    /// - Throws: `key_file_missing`, `key_file_exposed`, `bad_key_file`, `key_file_exists`, `cannot_create`.
    @discardableResult
    public static func addKey(toFile path: String) throws(SluiceError) -> EncryptionKey {
        try SluiceError.telling { EncryptionKey(try Engine.addKey(toFile: path)) }
    }

    /// The keys of the key file, and which of them the database uses.
    ///
    /// - Throws: `key_needed` where no key file is named; `wrong_key`, and what keeps the file from being read.
    public func keys() throws(SluiceError) -> [EncryptionKey] {
        try SluiceError.telling { try engine.keys().map(EncryptionKey.init) }
    }

    /// Seals every encrypted value of the database anew, by the first key of the key file, and gives the task as it ended.
    ///
    /// - Parameters:
    ///   - requestedBy: who asks for it, kept with the task.
    ///   - patience: how long to wait for another run.
    ///   - follow: as with an import.
    /// - Returns: the task as it ended.
    /// - Throws: ``SluiceError`` with `key_needed`, `wrong_key`, `key_missing` or `database_missing`; what `follow` throws.
    public func rotateKeys(
        requestedBy: String, patience: Duration = .seconds(600),
        follow: (TaskUpdates) async throws -> Void = { _ in }
    ) async throws -> TaskSnapshot {
        try await run(following: follow) { [engine] listener, stop in
            try await engine.runRotation(
                requestedBy: requestedBy, patience: patience, listener: listener, stop: stop)
        }
    }
}
