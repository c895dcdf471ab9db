internal import GRDBSQLite
internal import Glibc
internal import Records

/// The SQL functions that take a row's values out of a running query, into the batch at hand.
///
/// A call for each row costs less than one for each value; texts are copied once, from SQLite's page into the batch.
enum RowFunctions {
    /// Most columns of one call: SQLite takes 127 arguments, one is ours.
    static let columnsPerCall = 120

    private typealias Function =
        @convention(c) (
            OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?
        ) -> Void

    /// Registers the functions for one connection; `target` must outlive it or the next registration.
    static func register(on connection: OpaquePointer, target: RowTarget) -> Int32 {
        let pointer = Unmanaged.passUnretained(target).toOpaque()
        for (name, function) in [("sluice_row", row), ("sluice_more", more)] {
            let result = sqlite3_create_function_v2(
                connection, name, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, pointer, function, nil, nil, nil)
            guard result == SQLITE_OK else { return result }
        }
        return sqlite3_create_function_v2(
            connection, "sluice_list", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nil, nil, listStep, listEnd, nil
        )
    }

    // sluice_row(id, value, …): the next row and its first values
    private static let row: Function = { call, count, values in
        let values = values.unsafelyUnwrapped
        let target = Unmanaged<RowTarget>.fromOpaque(sqlite3_user_data(call).unsafelyUnwrapped)
            ._withUnsafeGuaranteedRef { $0 }
        let batch = target.batch
        guard batch.count < batch.maxRows else {
            sqlite3_result_error(call, "rows are handed over before they are asked for", -1)
            return
        }
        batch.ids[batch.count] = sqlite3_value_int64(values[0])
        take(values + 1, Int(count) - 1, into: batch, row: batch.count, from: 0)
        batch.count += 1
        sqlite3_result_int(call, 0)
    }

    // sluice_more(first column, value, …): further values of the row that was taken last
    private static let more: Function = { call, count, values in
        let values = values.unsafelyUnwrapped
        let target = Unmanaged<RowTarget>.fromOpaque(sqlite3_user_data(call).unsafelyUnwrapped)
            ._withUnsafeGuaranteedRef { $0 }
        let batch = target.batch
        take(
            values + 1, Int(count) - 1, into: batch, row: batch.count - 1,
            from: Int(sqlite3_value_int(values[0])))
        sqlite3_result_int(call, 0)
    }

    @inline(__always)
    private static func take(
        _ values: UnsafeMutablePointer<OpaquePointer?>, _ count: Int, into batch: RowBatch, row: Int,
        from first: Int
    ) {
        let cells = batch.cells + (row * batch.columnCount + first)
        for index in 0..<count {
            let value = values[index]
            switch sqlite3_value_type(value) {
            case SQLITE_NULL: cells[index] = .blank
            case SQLITE_INTEGER: cells[index] = .integer(sqlite3_value_int64(value))
            default:
                // As a blob: asked for as text SQLite would copy it once more, for the sake of a final NUL.
                let bytes = sqlite3_value_blob(value)
                let size = Int(sqlite3_value_bytes(value))
                let room = batch.reserve(size)
                if let bytes { memcpy(room, bytes, size) }
                cells[index] = batch.commit(size)
            }
        }
    }

    // sluice_list(value): all values as a PackedList, without the blanks; NULL where there is none
    private static let listStep: Function = { call, _, values in
        let value = values.unsafelyUnwrapped[0]
        guard sqlite3_value_type(value) != SQLITE_NULL,
            let place = sqlite3_aggregate_context(call, Int32(MemoryLayout<Unmanaged<Values>?>.size))
        else { return }
        let slot = place.assumingMemoryBound(to: Unmanaged<Values>?.self)
        let list = slot.pointee ?? Unmanaged.passRetained(Values())
        slot.pointee = list
        let text = UnsafeBufferPointer(
            start: sqlite3_value_text(value), count: Int(sqlite3_value_bytes(value)))
        PackedList.append(text, to: &list.takeUnretainedValue().packed)
    }

    private static let listEnd: @convention(c) (OpaquePointer?) -> Void = { call in
        guard let place = sqlite3_aggregate_context(call, 0),
            let list = place.assumingMemoryBound(to: Unmanaged<Values>?.self).pointee?.takeRetainedValue()
        else { return }
        list.packed.withUnsafeBytes { bytes in
            // The destructor -1 has SQLite copy the bytes.
            sqlite3_result_blob(
                call, bytes.baseAddress, Int32(bytes.count),
                unsafeBitCast(-1, to: sqlite3_destructor_type.self))
        }
    }

    private final class Values {
        var packed: [UInt8] = []
    }
}

/// Where a running query's rows go.
final class RowTarget {
    @exclusivity(unchecked)
    var batch: RowBatch

    init(_ batch: RowBatch) {
        self.batch = batch
    }
}
