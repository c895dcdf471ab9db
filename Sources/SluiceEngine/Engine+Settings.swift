internal import Store

extension Engine {
    /// The settings that hold in the database.
    ///
    /// - Throws: `database_missing`.
    package func settings() throws -> Settings {
        try StoreReader(paths: paths).settings()
    }

    /// Sets a setting, or has it be the standard again where `value` is `nil`, for what begins afterwards.
    ///
    /// - Returns: the settings before.
    /// - Throws: `database_missing`.
    package func set(
        _ setting: Setting, to value: Setting.Value?, createsDatabase: Bool
    ) throws -> Settings {
        let writer = try writer(creating: createsDatabase, .builtIn())
        let before = try writer.set(setting, to: value)
        writer.checkpointAll()
        return before
    }
}
