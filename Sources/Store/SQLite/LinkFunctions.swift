internal import GRDBSQLite
internal import Records

/// Where the statements of a ``LinkWrite`` note what they find, for the record under the feed's cursor.
final class LinkContext {
    let state: UnsafeMutablePointer<FeedState>
    /// By record of the batch, the row ids of the two sides: blank where there is no such row.
    ///
    /// Behind them the same with the sides exchanged.
    private(set) var ids: [UnsafeMutablePointer<Cell>]
    private var capacity = 1

    init(state: UnsafeMutablePointer<FeedState>) {
        self.state = state
        ids = (0..<4).map { _ in .allocate(capacity: 1) }
    }

    deinit {
        for cells in ids { cells.deallocate() }
    }

    /// Makes room for a batch's records, no row found for any.
    func clear(records: Int) {
        if records > capacity {
            for cells in ids { cells.deallocate() }
            ids = ids.map { _ in .allocate(capacity: records) }
            capacity = records
        }
        for cells in ids[..<2] { cells.initialize(repeating: .blank, count: records) }
    }

    /// Forgets what was found with the sides exchanged.
    func clearExchanged(records: Int) {
        for cells in ids[2...] { cells.initialize(repeating: .blank, count: records) }
    }

    fileprivate func settle(_ outcome: Outcome) {
        state.pointee.outcomes[state.pointee.record] = outcome
    }

    fileprivate func found(_ id: Int64, target: Int) {
        ids[target][state.pointee.record] = .integer(id)
    }
}

/// The SQL functions of ``LinkContext``.
enum LinkFunctions {
    private typealias Function =
        @convention(c) (
            OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?
        ) -> Void

    /// Registers the functions for one connection; `context` must outlive it or the next registration.
    static func register(on connection: OpaquePointer, context: LinkContext) -> Int32 {
        let functions: [(String, Int32, Function)] = [
            ("sluice_side", 2, side), ("sluice_linked", 0, linked), ("sluice_unlinks", 0, unlinks),
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
    private static func context(_ call: OpaquePointer?) -> LinkContext {
        Unmanaged<LinkContext>.fromOpaque(sqlite3_user_data(call).unsafelyUnwrapped)
            ._withUnsafeGuaranteedRef { $0 }
    }

    // sluice_side(target, id): the row that the record names
    private static let side: Function = { call, _, values in
        let values = values.unsafelyUnwrapped
        context(call).found(
            sqlite3_value_int64(values[1]), target: Int(sqlite3_value_int(values[0])))
    }

    // sluice_linked(): the two are linked already
    private static let linked: Function = { call, _, _ in
        context(call).settle(.unchanged)
        sqlite3_result_int(call, 0)
    }

    // sluice_unlinks(): the two are linked, and will not be
    private static let unlinks: Function = { call, _, _ in
        context(call).settle(.deleted)
    }
}
