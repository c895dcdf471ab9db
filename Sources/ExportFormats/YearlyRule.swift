import Records

/// When clocks change every year, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct YearlyRule: Hashable, Sendable {
    /// Seconds ahead of UTC.
    private let standard: Int
    private let summer: Summer?

    private struct Summer: Hashable, Sendable {
        var offset: Int
        var begin: Day
        var end: Day
    }

    /// A moment of each year, on the clock before it.
    private struct Day: Hashable, Sendable {
        enum Rule: Hashable, Sendable {
            /// Month, week (5 is the last) and day of the week, from Sunday, which is 0.
            case weekday(Int, Int, Int)
            /// From 1, the 29 February never counted.
            case dayWithoutLeap(Int)
            /// From 0.
            case dayOfYear(Int)
        }

        var rule: Rule
        /// Seconds past midnight, also negative or past the day's end.
        var time: Int
    }

    /// `nil` for a text of another form.
    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        guard Self.takeName(&rest), let standard = Self.takeTime(&rest) else { return nil }
        self.standard = -standard
        guard !rest.isEmpty else {
            summer = nil
            return
        }
        guard Self.takeName(&rest) else { return nil }
        var offset = self.standard + 3600
        if rest.first != UInt8(ascii: ",") {
            guard let told = Self.takeTime(&rest) else { return nil }
            offset = -told
        }
        guard let begin = Self.takeDay(&rest), let end = Self.takeDay(&rest), rest.isEmpty else { return nil }
        summer = Summer(offset: offset, begin: begin, end: end)
    }

    /// Seconds ahead of UTC at a moment in seconds since 1970.
    func offset(at seconds: Int64) -> Int {
        guard let summer else { return standard }
        // A moment near the turn of the year is asked for in the year that clocks there show.
        let year = Self.year(of: seconds + Int64(standard))
        let begin = Self.seconds(of: summer.begin, in: year) - Int64(standard)
        let end = Self.seconds(of: summer.end, in: year) - Int64(summer.offset)
        let isSummer =
            begin < end ? (begin..<end).contains(seconds) : !(end..<begin).contains(seconds)
        return isSummer ? summer.offset : standard
    }

    private static func year(of seconds: Int64) -> Int {
        let milliseconds = min(
            max(seconds, CivilTime.storable.lowerBound / 1000), CivilTime.storable.upperBound / 1000)
        return Int(CivilTime(milliseconds: milliseconds * 1000).year)
    }

    /// Seconds from 1970 to the moment, as if the clock showed UTC.
    private static func seconds(of day: Day, in year: Int) -> Int64 {
        func start(_ month: Int, _ day: Int) -> Int64 {
            CivilTime(year: year, month: month, day: day).milliseconds / 1000
        }
        let date: Int64
        switch day.rule {
        case .weekday(let month, let week, let weekday):
            let first = start(month, 1)
            // 1970-01-01 was a Thursday.
            let days = Int((first / 86_400 + 4) % 7 + 7) % 7
            var number = (weekday - days + 7) % 7 + 7 * (week - 1)
            if number >= CivilTime.daysIn(month: month, year: year) { number -= 7 }
            date = first + Int64(number) * 86_400
        case .dayWithoutLeap(let number):
            let skips = CivilTime.isLeap(year: year) && number >= 60
            date = start(1, 1) + Int64(number - 1 + (skips ? 1 : 0)) * 86_400
        case .dayOfYear(let number):
            date = start(1, 1) + Int64(number) * 86_400
        }
        return date + Int64(day.time)
    }

    private static func takeName(_ text: inout ArraySlice<UInt8>) -> Bool {
        let before = text.count
        if text.first == UInt8(ascii: "<") {
            text = text.drop { $0 != UInt8(ascii: ">") }.dropFirst()
        } else {
            text = text.drop { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
        }
        return text.count < before
    }

    private static func takeNumber(_ text: inout ArraySlice<UInt8>) -> Int? {
        let digits = text.prefix { $0 &- UInt8(ascii: "0") < 10 }
        guard (1...4).contains(digits.count) else { return nil }
        text = text.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// `[+-]h[:mm[:ss]]` in seconds.
    private static func takeTime(_ text: inout ArraySlice<UInt8>) -> Int? {
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative || text.first == UInt8(ascii: "+") { text = text.dropFirst() }
        var (seconds, unit) = (0, 3600)
        while true {
            guard let number = takeNumber(&text) else { return nil }
            seconds += number * unit
            guard unit > 1, text.first == UInt8(ascii: ":") else { return isNegative ? -seconds : seconds }
            text = text.dropFirst()
            unit /= 60
        }
    }

    /// `,M3.5.0/2`, `,J60` or `,59`.
    private static func takeDay(_ text: inout ArraySlice<UInt8>) -> Day? {
        func take(_ byte: UInt8) -> Bool {
            guard text.first == byte else { return false }
            text = text.dropFirst()
            return true
        }
        guard take(UInt8(ascii: ",")) else { return nil }
        let rule: Day.Rule
        if take(UInt8(ascii: "M")) {
            guard let month = takeNumber(&text), take(UInt8(ascii: ".")), let week = takeNumber(&text),
                take(UInt8(ascii: ".")), let weekday = takeNumber(&text), (1...12).contains(month),
                (1...5).contains(week), weekday < 7
            else { return nil }
            rule = .weekday(month, week, weekday)
        } else if take(UInt8(ascii: "J")) {
            guard let number = takeNumber(&text), (1...365).contains(number) else { return nil }
            rule = .dayWithoutLeap(number)
        } else {
            guard let number = takeNumber(&text), number <= 365 else { return nil }
            rule = .dayOfYear(number)
        }
        var time = 7200
        if take(UInt8(ascii: "/")) {
            guard let told = takeTime(&text) else { return nil }
            time = told
        }
        return Day(rule: rule, time: time)
    }
}
