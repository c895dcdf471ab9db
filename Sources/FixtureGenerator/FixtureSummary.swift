/// What an import of a file into an empty database must report, with `--duplicates last` and no `where`.
package struct FixtureSummary: Hashable, Sendable, Codable {
    /// Arguments after `fixtures` that make the same bytes again, without `--output` and `--summary`.
    package var arguments: [String]
    package var recordType: String
    /// Bytes of the file.
    package var bytes: UInt64 = 0

    package var read: UInt64 = 0
    package var created: UInt64 = 0
    package var duplicate: UInt64 = 0
    package var rejected: UInt64 = 0
    /// Rejects by the code of their one fault.
    package var byCode: [String: UInt64] = [:]

    /// Sound records whose key an earlier record had that was rejected; part of `created`.
    package var mended: UInt64 = 0
    /// Rejects that have the key of an earlier sound record; part of `rejected`.
    package var rejectedWithKnownKey: UInt64 = 0
    /// Different keys in the file, of rejects too, the blank one excluded.
    package var distinctKeys: UInt64 = 0
    /// The sum, in hundredths, of the balances (accounts: revenues) stored in the end; `nil` where the file
    /// has no such column.
    package var amountHundredths: Int64?
    /// Sound records that differ from those of the file without a share of changed ones.
    ///
    /// After an import of that file they are updates, and all others of ``created`` unchanged. `nil` where no share
    /// was asked for.
    package var changed: UInt64?

    init(arguments: [String], recordType: String) {
        self.arguments = arguments
        self.recordType = recordType
    }
}
