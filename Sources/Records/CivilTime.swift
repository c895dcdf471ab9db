/// A day and a time of day in the proleptic Gregorian calendar, with its distance from UTC.
///
/// Years run from 1 to 9999. What is read from a file may name no real moment (30 February): ask ``isReal``.
package struct CivilTime: Hashable, Sendable {
    package var year: Int16
    /// From 1.
    package var month: UInt8
    /// From 1.
    package var day: UInt8
    package var hour: UInt8
    package var minute: UInt8
    package var second: UInt8
    package var millisecond: UInt16
    /// Minutes that the clock is ahead of UTC.
    package var offsetMinutes: Int16

    package init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
        millisecond: Int = 0, offsetMinutes: Int = 0
    ) {
        self.year = Int16(year)
        self.month = UInt8(month)
        self.day = UInt8(day)
        self.hour = UInt8(hour)
        self.minute = UInt8(minute)
        self.second = UInt8(second)
        self.millisecond = UInt16(millisecond)
        self.offsetMinutes = Int16(offsetMinutes)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z of the first and the last moment that can be stored.
    package static let storable: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// The moment as clocks in UTC show it.
    ///
    /// - Precondition: `milliseconds` is within ``storable``.
    package init(milliseconds: Int64) {
        precondition(Self.storable.contains(milliseconds), "a moment outside the years 1 to 9999")
        let sinceYearOne = milliseconds - Self.storable.lowerBound
        var time = Int(sinceYearOne % 86_400_000)
        let millisecond = time % 1000
        time /= 1000
        let (year, month, day) = Self.day(Int(sinceYearOne / 86_400_000))
        self.init(
            year: year, month: month, day: day, hour: time / 3600, minute: time / 60 % 60, second: time % 60,
            millisecond: millisecond)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var milliseconds: Int64 {
        let days = Int64(Self.daysSinceYearOne(year: Int(year), month: Int(month), day: Int(day)))
        let minutes = days * 1440 + Int64(hour) * 60 + Int64(minute) - Int64(offsetMinutes)
        return Self.storable.lowerBound + minutes * 60_000 + Int64(second) * 1000 + Int64(millisecond)
    }

    /// Whether the calendar has the day and the clock the time, within the years 1 to 9999.
    ///
    /// A leap second (`23:59:60`) is not real: milliseconds since 1970 cannot tell it from the next.
    package var isReal: Bool {
        guard year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1 else { return false }
        if day > 28, Int(day) > Self.daysIn(month: Int(month), year: Int(year)) { return false }
        return hour < 24 && minute < 60 && second < 60 && millisecond < 1000
    }

    package static func isLeap(year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// - Precondition: `month` is 1 to 12.
    package static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year: year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 0001-01-01, which is 0.
    private static func daysSinceYearOne(year: Int, month: Int, day: Int) -> Int {
        let y = year - 1
        // Counted from March the lengths of months repeat 31, 30, 31, 30, 31, so that one line sums them.
        let fromMarch = month > 2 ? month - 3 : month + 9
        let yearOfMarch = month > 2 ? y : y - 1
        let leapDays = (yearOfMarch + 1) / 4 - (yearOfMarch + 1) / 100 + (yearOfMarch + 1) / 400
        return 365 * yearOfMarch + leapDays + (153 * fromMarch + 2) / 5 + 59 + day - 1
    }

    /// The day that lies `days` after 0001-01-01.
    private static func day(_ days: Int) -> (year: Int, month: Int, day: Int) {
        // Never past the year sought, and at most one before it.
        var year = days * 400 / 146_097 + 1
        if daysSinceYearOne(year: year, month: 1, day: 1) > days { year -= 1 }
        if daysSinceYearOne(year: year + 1, month: 1, day: 1) <= days { year += 1 }
        var month = 12
        while daysSinceYearOne(year: year, month: month, day: 1) > days { month -= 1 }
        return (year, month, days - daysSinceYearOne(year: year, month: month, day: 1) + 1)
    }
}

/// What reading a date or a date-time gave.
package enum CivilReading: Hashable, Sendable {
    case time(CivilTime)
    /// The text has another form than the one declared.
    case otherForm
    /// The form is right, but the calendar or the clock has no such moment.
    case noSuchMoment

    init(_ time: CivilTime) {
        let shift = time.offsetMinutes
        guard time.isReal, shift == 0 || CivilTime.storable.contains(time.milliseconds) else {
            self = .noSuchMoment
            return
        }
        self = .time(time)
    }
}
