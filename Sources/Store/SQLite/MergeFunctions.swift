internal import GRDBSQLite
internal import Glibc
internal import Records

/// The SQL functions through which a running bulk statement asks its ``MergeContext``.
enum MergeFunctions {
    /// Most columns compared by one call of `sluice_differs`: SQLite takes 127 arguments, one is ours.
    static let columnsPerCall = 100

    private typealias Function =
        @convention(c) (
            OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?
        ) -> Void

    /// Registers the functions for one connection; `context` must outlive it or the next registration.
    static func register(on connection: OpaquePointer, context: MergeContext) -> Int32 {
        let functions: [(String, Int32, Function)] = [
            ("sluice_may_merge", 2, mayMerge), ("sluice_may_take", 3, mayTake),
            ("sluice_differs", -1, differs), ("sluice_mark", 1, mark), ("sluice_found", 1, found),
            ("sluice_absent_again", 0, absentAgain), ("sluice_sealed_before", -1, sealedBefore),
            ("sluice_generated", 1, generated), ("sluice_gives", 1, gives),
            ("sluice_incomplete", -1, incomplete),
        ]
        let pointer = Unmanaged.passUnretained(context).toOpaque()
        for (name, arguments, function) in functions {
            let result = sqlite3_create_function_v2(
                connection, name, arguments, SQLITE_UTF8 | SQLITE_DIRECTONLY, pointer, function, nil, nil, nil
            )
            guard result == SQLITE_OK else { return result }
        }
        return SQLITE_OK
    }

    @inline(__always)
    private static func context(_ call: OpaquePointer?) -> MergeContext {
        Unmanaged<MergeContext>.fromOpaque(sqlite3_user_data(call).unsafelyUnwrapped)
            .takeUnretainedValue()
    }

    // sluice_may_merge(constraint, id)
    private static let mayMerge: Function = { call, _, values in
        let values = values.unsafelyUnwrapped
        let may = context(call).mayMerge(
            constraint: Int(sqlite3_value_int(values[0])), id: sqlite3_value_int64(values[1]))
        sqlite3_result_int(call, may ? 1 : 0)
    }

    // sluice_may_take(constraint, owner's id or NULL, id)
    private static let mayTake: Function = { call, _, values in
        let values = values.unsafelyUnwrapped
        let isNull = sqlite3_value_type(values[1]) == SQLITE_NULL
        let may = context(call).mayTake(
            constraint: Int(sqlite3_value_int(values[0])),
            owner: isNull ? nil : sqlite3_value_int64(values[1]), id: sqlite3_value_int64(values[2]))
        sqlite3_result_int(call, may ? 1 : 0)
    }

    // sluice_differs(first feed column, stored value, …)
    private static let differs: Function = { call, count, values in
        let values = values.unsafelyUnwrapped
        let context = context(call)
        let first = Int(sqlite3_value_int(values[0]))
        var differs = false
        for index in 1..<Int(count) {
            let column = first + index - 1
            let cell = context.state.pointee.cell(column)
            if cell.isBlank && context.keepsBlank[column] { continue }
            if isEqual(cell, values[index], context.state) { continue }
            if let sealed = context.sealed,
                sealed.isSame(column, record: context.state.pointee.record, values[index])
            {
                continue
            }
            if !differs {
                context.willChange()
                differs = true
                guard context.wantsBefore else { break }
            }
            context.noteBefore(column, values[index])
        }
        sqlite3_result_int(call, differs ? 1 : 0)
    }

    // sluice_sealed_before(first encrypted field, stored sealed value, …): 0
    private static let sealedBefore: Function = { call, count, values in
        let values = values.unsafelyUnwrapped
        let first = Int(sqlite3_value_int(values[0]))
        for index in 1..<Int(count) { context(call).noteSealedBefore(first + index - 1, values[index]) }
        sqlite3_result_int(call, 0)
    }

    @inline(__always)
    private static func isEqual(
        _ cell: Cell, _ value: OpaquePointer?, _ state: UnsafeMutablePointer<FeedState>
    ) -> Bool {
        switch (cell.kind, sqlite3_value_type(value)) {
        case (.blank, SQLITE_NULL):
            return true
        case (.integer, SQLITE_INTEGER):
            return cell.integer == sqlite3_value_int64(value)
        case (.source, SQLITE_TEXT), (.arena, SQLITE_TEXT):
            guard Int(sqlite3_value_bytes(value)) == cell.length else { return false }
            return memcmp(sqlite3_value_text(value), state.pointee.text(cell), cell.length) == 0
        default:
            return false
        }
    }

    // sluice_mark(id)
    private static let mark: Function = { call, _, values in
        context(call).markSeen(sqlite3_value_int64(values.unsafelyUnwrapped[0]))
    }

    // sluice_found(moves)
    private static let found: Function = { call, _, values in
        context(call).markFound(moves: sqlite3_value_int(values.unsafelyUnwrapped[0]) != 0)
    }

    // sluice_generated(generator): a value for the record, should it become a row
    private static let generated: Function = { call, _, values in
        let context = context(call)
        let generator = context.generators[Int(sqlite3_value_int(values.unsafelyUnwrapped[0]))]
        guard let text = generator.value(at: context.state.pointee.position) else {
            sqlite3_result_error(call, "a value could not be made", -1)
            return
        }
        sqlite3_result_text(call, text, Int32(text.utf8.count), RawStatement.copied)
    }

    // sluice_gives(feed column): the record has a value there
    private static let gives: Function = { call, _, values in
        let column = Int(sqlite3_value_int(values.unsafelyUnwrapped[0]))
        sqlite3_result_int(call, context(call).state.pointee.cell(column).isBlank ? 0 : 1)
    }

    // sluice_incomplete(id, whether each required field is blank, …): always so
    private static let incomplete: Function = { call, _, values in
        let values = values.unsafelyUnwrapped
        context(call).rejectIncomplete(id: sqlite3_value_int64(values[0])) { index in
            sqlite3_value_int(values[index + 1]) != 0
        }
        sqlite3_result_int(call, 1)
    }

    // sluice_absent_again()
    private static let absentAgain: Function = { call, _, _ in
        context(call).markRepeatedAbsence()
        sqlite3_result_int(call, 0)
    }
}
