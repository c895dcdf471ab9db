internal import GRDB
internal import GRDBSQLite
internal import Records

/// The virtual table `sluice_feed`, or another name: hands SQLite the cells of a batch without copying them.
///
/// Eponymous (no `CREATE VIRTUAL TABLE`), with the columns `c0`, `c1` … of one import. Its texts are given as
/// `SQLITE_STATIC`: the batch outlives the statement. The methods are C functions over bare structs
/// (https://www.sqlite.org/vtab.html); nothing here allocates per row.
enum FeedModule {
    private struct Table {
        var base = sqlite3_vtab()
        let state: UnsafeMutablePointer<FeedState>
    }

    private struct Cursor {
        var base = sqlite3_vtab_cursor()
        let state: UnsafeMutablePointer<FeedState>
    }

    /// Registers the module for one connection; `state` must outlive it or the next registration.
    static func register(
        _ name: String = "sluice_feed", on connection: OpaquePointer, state: UnsafeMutablePointer<FeedState>
    ) throws {
        let result = sqlite3_create_module_v2(connection, name, module, state, nil)
        guard result == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: result)) }
    }

    /// Lives as long as the process: SQLite keeps the pointer.
    nonisolated(unsafe) private static let module: UnsafeMutablePointer<sqlite3_module> = {
        let module = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
        var methods = sqlite3_module()
        methods.iVersion = 0
        methods.xConnect = connect
        methods.xBestIndex = { _, info in
            info.unsafelyUnwrapped.pointee.estimatedCost = 1_000_000
            return SQLITE_OK
        }
        methods.xDisconnect = { table in
            UnsafeMutableRawPointer(table).unsafelyUnwrapped.assumingMemoryBound(to: Table.self).deallocate()
            return SQLITE_OK
        }
        methods.xOpen = open
        methods.xClose = { cursor in
            UnsafeMutableRawPointer(cursor).unsafelyUnwrapped.assumingMemoryBound(to: Cursor.self)
                .deallocate()
            return SQLITE_OK
        }
        methods.xFilter = { cursor, _, _, _, _ in
            state(cursor).pointee.position = 0
            return SQLITE_OK
        }
        methods.xNext = { cursor in
            state(cursor).pointee.position += 1
            return SQLITE_OK
        }
        methods.xEof = { cursor in
            let state = state(cursor)
            return state.pointee.position < state.pointee.count ? 0 : 1
        }
        methods.xColumn = column
        methods.xRowid = { cursor, rowID in
            rowID.unsafelyUnwrapped.pointee = Int64(state(cursor).pointee.record)
            return SQLITE_OK
        }
        module.initialize(to: methods)
        return module
    }()

    @inline(__always)
    private static func state(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?)
        -> UnsafeMutablePointer<FeedState>
    {
        UnsafeMutableRawPointer(cursor).unsafelyUnwrapped.assumingMemoryBound(to: Cursor.self).pointee.state
    }

    private static let connect:
        @convention(c) (
            OpaquePointer?, UnsafeMutableRawPointer?, Int32,
            UnsafePointer<UnsafePointer<CChar>?>?, UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?,
            UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        ) -> Int32 = { connection, context, _, _, out, _ in
            let state = context.unsafelyUnwrapped.assumingMemoryBound(to: FeedState.self)
            let columns = (0..<state.pointee.columnCount).map { "c\($0)" }.joined(separator: ", ")
            let result = sqlite3_declare_vtab(connection, "CREATE TABLE feed (\(columns))")
            guard result == SQLITE_OK else { return result }
            let table = UnsafeMutablePointer<Table>.allocate(capacity: 1)
            table.initialize(to: Table(state: state))
            out.unsafelyUnwrapped.pointee = UnsafeMutableRawPointer(table)
                .assumingMemoryBound(to: sqlite3_vtab.self)
            return SQLITE_OK
        }

    private static let open:
        @convention(c) (
            UnsafeMutablePointer<sqlite3_vtab>?,
            UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
        ) -> Int32 = { table, out in
            let state = UnsafeMutableRawPointer(table).unsafelyUnwrapped
                .assumingMemoryBound(to: Table.self).pointee.state
            let cursor = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
            cursor.initialize(to: Cursor(state: state))
            out.unsafelyUnwrapped.pointee = UnsafeMutableRawPointer(cursor)
                .assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }

    private static let column:
        @convention(c) (UnsafeMutablePointer<sqlite3_vtab_cursor>?, OpaquePointer?, Int32) -> Int32 = {
            cursor, context, column in
            let state = state(cursor)
            let cell = state.pointee.cell(Int(column))
            switch cell.kind {
            case .blank:
                break  // no result is NULL
            case .integer:
                sqlite3_result_int64(context, cell.integer)
            case .source, .arena:
                UnsafeRawPointer(state.pointee.text(cell)).withMemoryRebound(
                    to: CChar.self, capacity: cell.length
                ) { text in
                    // A nil destructor is SQLITE_STATIC.
                    sqlite3_result_text(context, text, Int32(truncatingIfNeeded: cell.length), nil)
                }
            }
            return SQLITE_OK
        }
}
