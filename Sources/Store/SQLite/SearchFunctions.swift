internal import GRDB
internal import GRDBSQLite
internal import ListFilters

/// The SQL functions by which rows are searched, and their words put into an index.
///
///     sluice_search_words(kinds, value, …)           the words, a space between them
///     sluice_search_matches(text, kinds, value, …)   1 or 0: the plain evaluator
///
/// `kinds` has a letter for each value: `p` for a phone, `t` for any other text.
enum SearchFunctions {
    private typealias Function =
        @convention(c) (
            OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?
        ) -> Void

    static func register(_ db: Database) throws {
        for (name, function) in [("sluice_search_words", words), ("sluice_search_matches", matches)] {
            let result = sqlite3_create_function_v2(
                db.sqliteConnection, name, -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nil,
                function, nil, nil, nil)
            guard result == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: result)) }
        }
    }

    private static let words: Function = { call, count, values in
        let values = values.unsafelyUnwrapped
        var cutter = SearchWords()
        var text: [UInt8] = []
        forEachValue(values, Int(count)) { value, isPhone in
            cutter.forEachWord(of: value, isPhone: isPhone) { word in
                text += word
                text.append(UInt8(ascii: " "))
            }
        }
        text.withUnsafeBytes { bytes in
            sqlite3_result_text(
                call, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count),
                RawStatement.copied)
        }
    }

    private static let matches: Function = { call, count, values in
        let values = values.unsafelyUnwrapped
        guard let asked = asked(call, values[0]) else {
            sqlite3_result_error(call, "no text to search for", -1)
            return
        }
        asked.matcher.begin()
        forEachValue(values + 1, Int(count) - 1) { value, isPhone in
            asked.matcher.look(into: value, isPhone: isPhone)
        }
        sqlite3_result_int(call, asked.matcher.isWithin ? 1 : 0)
    }

    /// Tells each value that is no blank.
    @inline(__always)
    private static func forEachValue(
        _ values: UnsafeMutablePointer<OpaquePointer?>, _ count: Int,
        _ body: (UnsafeBufferPointer<UInt8>, _ isPhone: Bool) -> Void
    ) {
        guard let kinds = sqlite3_value_text(values[0]), sqlite3_value_bytes(values[0]) == count - 1 else {
            preconditionFailure("as many kinds as values")
        }
        for index in 1..<max(1, count) {
            guard let text = sqlite3_value_text(values[index]) else { continue }
            body(
                UnsafeBufferPointer(start: text, count: Int(sqlite3_value_bytes(values[index]))),
                kinds[index - 1] == UInt8(ascii: "p"))
        }
    }

    /// What a statement asks for, read once for all of its rows.
    private final class Asked {
        @exclusivity(unchecked)
        var matcher: SearchMatcher

        init(_ matcher: SearchMatcher) {
            self.matcher = matcher
        }
    }

    private static func asked(_ call: OpaquePointer?, _ text: OpaquePointer?) -> Asked? {
        if let kept = sqlite3_get_auxdata(call, 0) {
            return Unmanaged<Asked>.fromOpaque(kept).takeUnretainedValue()
        }
        guard let bytes = sqlite3_value_text(text),
            let search = SearchText(written: String(cString: bytes))
        else { return nil }
        let asked = Asked(SearchMatcher(search))
        // SQLite may let go of it at once, which is not before this call ends: `asked` holds it, too.
        sqlite3_set_auxdata(
            call, 0, Unmanaged.passRetained(asked).toOpaque(),
            { Unmanaged<Asked>.fromOpaque($0.unsafelyUnwrapped).release() })
        return asked
    }
}
