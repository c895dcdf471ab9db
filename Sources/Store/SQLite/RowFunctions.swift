internal import GRDBSQLite
internal import Records

/// The SQL functions that hand a row's values to whoever takes the rows of a running query.
///
/// A call for each row costs less than one for each value. They are true where the query is to rest.
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
        Unmanaged<RowTarget>.fromOpaque(sqlite3_user_data(call).unsafelyUnwrapped)
            ._withUnsafeGuaranteedRef { target in
                target.id = sqlite3_value_int64(values[0])
                sqlite3_result_int(call, hand(values + 1, Int(count) - 1, to: target, from: 0))
            }
    }

    // sluice_more(first column, value, …): further values of the row that was handed over last
    private static let more: Function = { call, count, values in
        let values = values.unsafelyUnwrapped
        let first = Int(sqlite3_value_int(values[0]))
        Unmanaged<RowTarget>.fromOpaque(sqlite3_user_data(call).unsafelyUnwrapped)
            ._withUnsafeGuaranteedRef { target in
                sqlite3_result_int(call, hand(values + 1, Int(count) - 1, to: target, from: first))
            }
    }

    @inline(__always)
    private static func hand(
        _ values: UnsafeMutablePointer<OpaquePointer?>, _ count: Int, to target: RowTarget, from first: Int
    ) -> Int32 {
        let (named, isInteger) = (target.values, target.isInteger + first)
        let tellsEmpty = target.tellsEmptyFromBlank
        for index in 0..<count {
            let value = values[index]
            if isInteger[index] {
                named[index] =
                    sqlite3_value_type(value) == SQLITE_NULL ? .blank : .integer(sqlite3_value_int64(value))
                continue
            }
            // Its bytes before its type: a call less for each value that there is.
            let count = Int(sqlite3_value_bytes(value))
            if count == 0 {
                let isBlank = !tellsEmpty || sqlite3_value_type(value) == SQLITE_NULL
                named[index] = isBlank ? .blank : .text(nil, count: 0)
                continue
            }
            // As a blob: asked for as text SQLite may copy it once more, for the sake of a final NUL.
            named[index] = .text(sqlite3_value_blob(value)?.assumingMemoryBound(to: UInt8.self), count: count)
        }
        return target.taker.take(id: target.id, named, from: first, count: count) ? 0 : 1
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
            sqlite3_result_blob(call, bytes.baseAddress, Int32(bytes.count), RawStatement.copied)
        }
    }

    private final class Values {
        var packed: [UInt8] = []
    }
}

/// Where a running query's rows go.
final class RowTarget {
    let taker: any RowTaker
    let tellsEmptyFromBlank: Bool
    /// For each column of the query, whether its values are integers; else they are taken by their bytes.
    let isInteger: UnsafeMutablePointer<Bool>
    /// The values of one call.
    let values: UnsafeMutablePointer<RowValue>
    /// Of the row at hand.
    @exclusivity(unchecked)
    var id: Int64 = 0

    init(_ columns: [FieldPath], _ taker: any RowTaker) {
        self.taker = taker
        tellsEmptyFromBlank = taker.tellsEmptyFromBlank
        isInteger = .allocate(capacity: max(1, columns.count))
        for (index, column) in columns.enumerated() {
            isInteger[index] = !column.isList && !column.isEncrypted && column.kind.isStoredAsInteger
        }
        values = .allocate(capacity: RowFunctions.columnsPerCall)
        values.initialize(repeating: .blank, count: RowFunctions.columnsPerCall)
    }

    deinit {
        isInteger.deallocate()
        values.deallocate()
    }
}
