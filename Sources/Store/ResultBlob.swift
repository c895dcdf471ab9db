internal import Records

/// The outcomes of one batch as they are kept: for each record its outcome, then line, row id and length of the
/// key as variable-length integers (7 bits a byte, low ones first), then the key's bytes.
///
/// A line is told as its distance from the record before, an absent id as 0: 8 to 30 bytes a record.
struct ResultBlob {
    private(set) var bytes: [UInt8] = []
    private var line: UInt64 = 0

    /// Begins the next batch.
    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        line = 0
    }

    mutating func append(_ result: RecordResult) {
        bytes.append(UInt8(RecordOutcome.allCases.firstIndex(of: result.outcome) ?? 0))
        append(result.line - line)
        line = result.line
        append(UInt64(result.id ?? 0))
        append(UInt64(result.key.utf8.count))
        bytes.append(contentsOf: result.key.utf8)
    }

    private mutating func append(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    /// Calls `body` with each outcome of a batch.
    ///
    /// - Throws: `databaseCorrupt` where the bytes are none of ours; what `body` throws.
    static func forEach(in bytes: [UInt8], _ body: (RecordResult) throws -> Void) throws {
        var rest = bytes[...]
        var line: UInt64 = 0
        while let outcome = rest.popFirst() {
            guard outcome < RecordOutcome.allCases.count, let lines = takeInteger(&rest),
                let id = takeInteger(&rest), let length = takeInteger(&rest), length <= rest.count
            else { throw unreadable }
            let (sum, isTooFar) = line.addingReportingOverflow(lines)
            guard !isTooFar else { throw unreadable }
            line = sum
            try body(
                RecordResult(
                    line: line, key: String(decoding: rest.prefix(Int(length)), as: UTF8.self),
                    id: id == 0 ? nil : Int64(id), outcome: RecordOutcome.allCases[Int(outcome)]))
            rest.removeFirst(Int(length))
        }
    }

    private static var unreadable: StoreError {
        StoreError(.databaseCorrupt, "the outcomes that a user task kept cannot be read")
    }

    private static func takeInteger(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = rest.popFirst(), shift < 63 {
            value |= UInt64(byte & 0x7F) << shift
            guard byte & 0x80 != 0 else { return value }
            shift += 7
        }
        return nil
    }
}
