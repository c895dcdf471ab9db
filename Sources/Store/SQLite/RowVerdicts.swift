internal import GRDB
internal import GRDBSQLite
internal import Records

/// What a running statement says of the rows that it does not change.
///
/// `sluice_same()` counts a row that is as it should be already, `sluice_left(id, rule)` notes one that a rule keeps as
/// it is; both give 0, so that the row stays out. `sluice_shift(value, unit, count)` gives a moved day or moment, NULL
/// where there is none.
final class RowVerdicts {
    private(set) var same: UInt64 = 0
    private(set) var left: [(id: Int64, rule: Int)] = []

    private typealias Function =
        @convention(c) (
            OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?
        ) -> Void

    /// Registers the functions for one connection; this must outlive it or the next registration.
    func register(_ db: Database) throws {
        let connection = try db.openConnection
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        let functions: [(String, Int32, Function)] = [
            ("sluice_same", 0, Self.countSame), ("sluice_left", 2, Self.noteLeft),
            ("sluice_shift", 3, Self.shift),
        ]
        for (name, arguments, function) in functions {
            let result = sqlite3_create_function_v2(
                connection, name, arguments, SQLITE_UTF8 | SQLITE_DIRECTONLY, pointer, function, nil, nil, nil
            )
            guard result == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: result)) }
        }
    }

    /// How much was noted.
    struct Mark {
        fileprivate var same: UInt64
        fileprivate var left: Int
    }

    var mark: Mark { Mark(same: same, left: left.count) }

    /// Forgets what was noted since.
    func takeBack(to mark: Mark) {
        same = mark.same
        left.removeSubrange(mark.left...)
    }

    /// Notes a row that a rule keeps as it is.
    func leave(_ id: Int64, rule: Int) {
        left.append((id, rule))
    }

    @inline(__always)
    private static func verdicts(_ call: OpaquePointer?) -> RowVerdicts {
        Unmanaged<RowVerdicts>.fromOpaque(sqlite3_user_data(call).unsafelyUnwrapped)
            ._withUnsafeGuaranteedRef { $0 }
    }

    private static let countSame: Function = { call, _, _ in
        verdicts(call).same += 1
        sqlite3_result_int(call, 0)
    }

    private static let noteLeft: Function = { call, _, values in
        let values = values.unsafelyUnwrapped
        verdicts(call).leave(sqlite3_value_int64(values[0]), rule: Int(sqlite3_value_int(values[1])))
        sqlite3_result_int(call, 0)
    }

    private static let shift: Function = { call, _, values in
        let values = values.unsafelyUnwrapped
        guard
            let shift = TimeShift(
                unit: sqlite3_value_int(values[1]), count: sqlite3_value_int64(values[2]))
        else { return sqlite3_result_null(call) }
        switch sqlite3_value_type(values[0]) {
        case SQLITE_INTEGER:
            let milliseconds = sqlite3_value_int64(values[0])
            guard CivilTime.storable.contains(milliseconds),
                let moved = shift.applied(to: CivilTime(milliseconds: milliseconds))
            else { return sqlite3_result_null(call) }
            sqlite3_result_int64(call, moved.milliseconds)
        case SQLITE_TEXT:
            let bytes = UnsafeBufferPointer(
                start: sqlite3_value_text(values[0]), count: Int(sqlite3_value_bytes(values[0])))
            guard case .time(let day) = CivilTime.readISODate(bytes.span), let moved = shift.applied(to: day)
            else { return sqlite3_result_null(call) }
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 10) { text in
                guard let base = text.baseAddress else { return }
                moved.writeISODate(to: base)
                base.withMemoryRebound(to: CChar.self, capacity: 10) { text in
                    sqlite3_result_text(call, text, 10, RawStatement.copied)
                }
            }
        default: sqlite3_result_null(call)
        }
    }
}

extension TimeShift {
    /// As arguments of `sluice_shift`.
    var arguments: [DatabaseValue] {
        switch self {
        case .days(let count): [0.databaseValue, count.databaseValue]
        case .months(let count): [1.databaseValue, count.databaseValue]
        case .milliseconds(let count): [2.databaseValue, count.databaseValue]
        }
    }

    fileprivate init?(unit: Int32, count: Int64) {
        switch unit {
        case 0: self = .days(Int(count))
        case 1: self = .months(Int(count))
        case 2: self = .milliseconds(count)
        default: return nil
        }
    }
}
