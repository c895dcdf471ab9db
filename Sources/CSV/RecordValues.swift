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

    /// A record without its line end, other values in the place of some; all else stays byte for byte.
    ///
    /// A field without a byte stays so: there is nothing in it. `value` holds nothing that has a meaning in `dialect`.
    ///
    /// - Returns: `nil` where the record has not all of the columns, or its fields cannot be told apart.
    package static func replacing(
        _ columns: Set<Int>, of record: [UInt8], dialect: Dialect, by value: [UInt8]
    ) -> [UInt8]? {
        guard let fields = SafeIndex.fields(of: record, dialect: dialect) else { return nil }
        guard columns.allSatisfy(fields.indices.contains) else { return nil }
        var bytes: [UInt8] = []
        var end = 0
        for column in columns.sorted() where !fields[column].isEmpty {
            bytes += record[end..<fields[column].lowerBound]
            bytes += value
            end = fields[column].upperBound
        }
        return bytes + record[end...]
    }
}
