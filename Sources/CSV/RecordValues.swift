package import Records

/// The values of one record as they lie in the file: what a person is shown beside the value that is stored.
package enum RecordValues {
    /// Every field of a record, quotes and escapes undone.
    ///
    /// `record` may end with its line end, which belongs to no field.
    package static func values(of record: some Sequence<UInt8>, dialect: Dialect) -> [[UInt8]] {
        var bytes = Array(record)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return SafeIndex.values(of: bytes, dialect: dialect)
    }
}
