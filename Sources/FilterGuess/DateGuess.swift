internal import Records

/// How the dates of a column are written.
struct DateGuess: Hashable {
    /// For the document; `nil` for the form that dates have when nothing is said.
    var pattern: String?
    /// Tried values that it does not read.
    var refused: Int
    /// The pattern with day and month changed over, where it reads as much.
    var alternative: String?

    /// Which of day and month comes first where the values fit both, and why.
    struct Order: Hashable {
        var isDayFirst: Bool
        var reason: String
    }

    /// The pattern that reads most values; `nil` where it leaves too many.
    ///
    /// `order` says which of two possible ones is meant.
    static func guess(_ column: ColumnSample, field: Field, order: Order) -> DateGuess? {
        let values = column.tried
        guard let first = values.first, first.count <= 40 else { return nil }
        var best = DateGuess(
            pattern: nil, refused: ValueCheck.refused(values, field: field), alternative: nil)
        for candidate in candidates {
            // Most patterns fail at once.
            guard values.prefix(8).contains(where: { read(candidate, $0) }) else { continue }
            let refused = values.count { !read(candidate, $0) }
            if refused < best.refused {
                best = DateGuess(pattern: candidate.text, refused: refused, alternative: nil)
            } else if refused == best.refused, let known = best.pattern, best.alternative == nil,
                Self.isSwapped(known, candidate.text)
            {
                best.alternative = candidate.text
            }
        }
        guard Tolerance.allows(bad: best.refused, of: values.count) else { return nil }
        if let pattern = best.pattern, let other = best.alternative, order.isDayFirst != isDayFirst(pattern) {
            best.pattern = other
            best.alternative = pattern
        }
        return best
    }

    /// All patterns that are tried, stricter ones before those that read more.
    private static let candidates: [DatePattern] = {
        let days = [
            "yyyy-MM-dd", "MM/dd/yyyy", "dd/MM/yyyy", "M/d/yyyy", "d/M/yyyy", "dd.MM.yyyy", "d.M.yyyy",
            "dd-MM-yyyy",
            "MM-dd-yyyy", "d-M-yyyy", "M-d-yyyy", "yyyy/MM/dd", "yyyy/M/d", "yyyy.MM.dd", "yyyyMMdd",
            "dd-MMM-yyyy",
            "d-MMM-yyyy", "dd MMM yyyy", "d MMM yyyy", "MMM dd, yyyy", "MMM d, yyyy", "dd/MMM/yyyy",
        ]
        let times = [
            "", " HH:mm", " HH:mm:ss", " H:mm", " H:mm:ss", " hh:mm a", " h:mm a", " hh:mm:ss a",
            " h:mm:ss a",
            "'T'HH:mm:ss", "'T'HH:mm:ssXXX", "'T'HH:mm:ss.SSSXXX", " HH:mm:ss.SSS", ", HH:mm", ", h:mm a",
            " HH:mm:ssXXX",
        ]
        return times.flatMap { time in
            // A day and a time that make no pattern together are not tried.
            days.compactMap { day in try? DatePattern(day + time) }
        }
    }()

    private static func read(_ pattern: DatePattern, _ value: [UInt8]) -> Bool {
        if case .time = pattern.read(value.span) { return true }
        return false
    }

    static func isDayFirst(_ pattern: String) -> Bool { pattern.hasPrefix("d") }

    /// Whether two patterns differ in the order of day and month alone.
    private static func isSwapped(_ left: String, _ right: String) -> Bool {
        func swapped(_ text: String) -> String {
            String(text.prefix(10).map { $0 == "d" ? "M" : $0 == "M" ? "d" : $0 }) + text.dropFirst(10)
        }
        return swapped(left) == right
    }

    /// Whether the values would be dates but for a year of two digits.
    static func hasShortYears(_ column: ColumnSample) -> Bool {
        column.share { value in
            guard ValueShape.isDateLike(value) else { return false }
            let parts = value.split { !ValueShape.isDigit($0) }
            return parts.count >= 3 && parts[..<3].allSatisfy { $0.count <= 2 }
        } > 0.8
    }
}
