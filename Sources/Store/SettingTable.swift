internal import GRDB
package import Records

/// The rows of `sluice_settings`: one of each setting that somebody has set.
enum SettingTable {
    /// A row that this version does not know, or cannot read, is as good as none: an other version's.
    static func read(_ db: Database) throws -> Settings {
        // Databases that were made earlier get the table when they are next written to.
        guard try db.tableExists("sluice_settings") else { return Settings() }
        var values: [Setting: Setting.Value] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT name, value FROM sluice_settings") {
            let name: String = row["name"]
            guard let setting = Setting.all.first(where: { $0.name == name }),
                let value = try? setting.value(row["value"])
            else { continue }
            values[setting] = value
        }
        return Settings(values)
    }
}

extension StoreReader {
    /// The settings that hold now.
    package func settings() throws(StoreError) -> Settings {
        try read("read the settings") { db in try SettingTable.read(db) }
    }
}

extension StoreWriter {
    /// Sets a setting, or has it be the standard again where `value` is `nil`.
    ///
    /// What it says of connections holds for those that are opened from now on.
    ///
    /// - Returns: what was set before.
    package func set(_ setting: Setting, to value: Setting.Value?) throws(StoreError) -> Settings {
        try transaction("write the settings") { db in
            let before = try SettingTable.read(db)
            if let value {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO sluice_settings (name, value) VALUES (?, ?)",
                    arguments: [setting.name, value.description])
            } else {
                try db.execute(
                    sql: "DELETE FROM sluice_settings WHERE name = ?", arguments: [setting.name])
            }
            return before
        }
    }
}
