internal import GRDB
internal import GRDBSQLite
internal import Records

/// The SQL functions through which a running statement notes what the rows that it changes held.
///
/// `sluice_before(id, value, …)` begins a row of a ``JournalBuffer``, `sluice_before_more(first column, value, …)` goes
/// on with it; both give 1.
enum JournalFunctions {
    /// Most columns of one call: SQLite takes 127 arguments, one is ours.
    private static let columnsPerCall = 120

    private typealias Function =
        @convention(c) (
            OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?
        ) -> Void

    /// Registers the functions for one connection; `buffer` must outlive it or the next registration.
    static func register(_ buffer: JournalBuffer, _ db: Database) throws {
        let connection = try db.openConnection
        let pointer = Unmanaged.passUnretained(buffer).toOpaque()
        for (name, function) in [("sluice_before", before), ("sluice_before_more", more)] {
            let result = sqlite3_create_function_v2(
                connection, name, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, pointer, function, nil, nil, nil)
            guard result == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: result)) }
        }
    }

    /// An expression that notes a row and is 1: `expressions` are the buffer's columns, in their order.
    ///
    /// Ask it last, within `CASE WHEN … THEN … END`, when it is certain that the row will be changed.
    static func call(id: String, _ expressions: [String]) -> String {
        guard !expressions.isEmpty else { return "sluice_before(\(id))" }
        return stride(from: 0, to: expressions.count, by: columnsPerCall).map { first in
            let part = expressions[first..<min(first + columnsPerCall, expressions.count)]
            return first == 0
                ? "sluice_before(\(([id] + part).joined(separator: ", ")))"
                : "sluice_before_more(\((["\(first)"] + part).joined(separator: ", ")))"
        }.joined(separator: " & ")
    }

    /// The same of some of the buffer's columns: by their numbers, each with its expression.
    static func call(id: String, _ columns: [(number: Int, expression: String)]) -> String {
        var calls = ["sluice_before(\(id))"]
        var rest = columns[...]
        while let first = rest.first {
            // Columns that stand beside each other share a call.
            var count = 1
            while count < min(rest.count, columnsPerCall),
                rest[rest.startIndex + count].number == first.number + count
            { count += 1 }
            let part = rest.prefix(count)
            calls.append(
                "sluice_before_more(\((["\(first.number)"] + part.map(\.expression)).joined(separator: ", ")))"
            )
            rest = rest.dropFirst(count)
        }
        return calls.joined(separator: " & ")
    }

    @inline(__always)
    private static func buffer(_ call: OpaquePointer?) -> JournalBuffer {
        Unmanaged<JournalBuffer>.fromOpaque(sqlite3_user_data(call).unsafelyUnwrapped)
            ._withUnsafeGuaranteedRef { $0 }
    }

    private static let before: Function = { call, count, values in
        let values = values.unsafelyUnwrapped
        let buffer = buffer(call)
        buffer.begin(sqlite3_value_int64(values[0]))
        for index in 1..<max(1, Int(count)) { buffer.add(column: index - 1, values[index]) }
        sqlite3_result_int(call, 1)
    }

    private static let more: Function = { call, count, values in
        let values = values.unsafelyUnwrapped
        let buffer = buffer(call)
        let first = Int(sqlite3_value_int(values[0]))
        for index in 1..<max(1, Int(count)) { buffer.add(column: first + index - 1, values[index]) }
        sqlite3_result_int(call, 1)
    }
}
