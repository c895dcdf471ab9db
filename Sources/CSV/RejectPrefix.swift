package import Records

/// The five columns that a reject file puts before each record.
package enum RejectPrefix {
    package static let columns = [
        "sluice_line", "sluice_column", "sluice_field", "sluice_code", "sluice_message",
    ]

    /// The five names as a reject file's first line starts with them; `nil` where the dialect cannot say them.
    ///
    /// A fixed-width file has no columns to put before its own.
    package static func bytes(_ dialect: Dialect) -> [UInt8]? {
        guard dialect.fixedWidth == nil else { return nil }
        var bytes: [UInt8] = []
        guard (try? RecordFormatter(dialect: dialect).append(columns, to: &bytes)) != nil else { return nil }
        return bytes
    }
}
