import Records
import TestSupport
import Testing

@testable import Validation

@Suite("Dates and date-times")
struct DateTests {
    @Test(
        "dates are ISO 8601 where nothing else is declared",
        arguments: [
            ("2024-02-29", .text("2024-02-29")), (" 2026-12-31 ", .text("2026-12-31")),
            ("0001-01-01", .text("0001-01-01")), ("9999-12-31", .text("9999-12-31")),
            ("2000-02-29", .text("2000-02-29")), ("1900-02-29", .rejected("date_malformed")),
            ("2023-02-29", .rejected("date_malformed")), ("0000-01-01", .rejected("date_malformed")),
            ("2024-13-01", .rejected("date_malformed")), ("2024-00-10", .rejected("date_malformed")),
            ("2024-04-31", .rejected("date_malformed")), ("2024-01-00", .rejected("date_malformed")),
            ("2024-1-1", .rejected("date_malformed")), ("20240101", .rejected("date_malformed")),
            ("01/02/2024", .rejected("date_malformed")),
            ("2024-01-01T00:00:00Z", .rejected("date_malformed")),
            ("2024/01/01", .rejected("date_malformed")), ("today", .rejected("date_malformed")),
        ] as [(String, Fate)])
    func isoDates(value: String, expected: Fate) throws {
        #expect(try fate(of: value, plan(.date)) == expected)
    }

    @Test(
        "a declared pattern is the only form taken",
        arguments: [
            ("MM/dd/yyyy", "12/31/1990", .text("1990-12-31")),
            ("MM/dd/yyyy", "31/12/1990", .rejected("date_malformed")),
            ("MM/dd/yyyy", "1/2/1990", .rejected("date_malformed")),
            ("MM/dd/yyyy", "1990-12-31", .rejected("date_malformed")),
            ("MM/dd/yyyy", "02/29/2023", .rejected("date_malformed")),
            ("MM/dd/yyyy", "12/31/1990x", .rejected("date_malformed")),
            ("M/d/yyyy", "1/2/1990", .text("1990-01-02")), ("M/d/yyyy", "11/12/1990", .text("1990-11-12")),
            ("M/d/yyyy", "011/2/1990", .rejected("date_malformed")),
            ("yyyyMMdd", "19901231", .text("1990-12-31")), ("dd.MM.yyyy", "31.12.1990", .text("1990-12-31")),
            ("dd-MMM-yyyy", "05-JAN-2020", .text("2020-01-05")),
            ("dd-MMM-yyyy", "05-Foo-2020", .rejected("date_malformed")),
            ("yyyy年MM月dd日", "2024年02月29日", .text("2024-02-29")),
            ("MM/dd/yyyy HH:mm:ss", "12/31/1990 23:59:59", .text("1990-12-31")),
            ("MM/dd/yyyy HH:mm:ss", "12/31/1990 24:00:00", .rejected("date_malformed")),
        ] as [(String, String, Fate)])
    func patterns(pattern: String, value: String, expected: Fate) throws {
        #expect(try fate(of: value, plan(.date, date: pattern)) == expected)
    }

    @Test(
        "date-times are stored in milliseconds since 1970, UTC where no zone is given",
        arguments: [
            ("1970-01-01T00:00:00Z", .integer(0)), ("1970-01-01", .integer(0)),
            ("1969-12-31T23:59:59.999Z", .integer(-1)), ("2001-09-09 01:46:40", .integer(1_000_000_000_000)),
            ("2001-09-09T03:46:40+02:00", .integer(1_000_000_000_000)),
            ("2001-09-08T20:16:40-0530", .integer(1_000_000_000_000)),
            ("2001-09-09 01:46:40.123456+00", .integer(1_000_000_000_123)),
            ("2001-09-09t01:46:40,5z", .integer(1_000_000_000_500)), ("1970-01-01T00:01", .integer(60_000)),
            ("0001-01-01T00:00:00Z", .integer(-62_135_596_800_000)),
            ("9999-12-31T23:59:59.999Z", .integer(253_402_300_799_999)),
            ("9999-12-31T23:59:59-01:00", .rejected("date_time_malformed")),
            ("0001-01-01T00:00:00+01:00", .rejected("date_time_malformed")),
            ("2024-01-01T24:00:00Z", .rejected("date_time_malformed")),
            ("2016-12-31T23:59:60Z", .rejected("date_time_malformed")),
            ("2024-01-01T10:00:00+25:00", .rejected("date_time_malformed")),
            ("2024-01-01T10:00:00.Z", .rejected("date_time_malformed")),
            ("2024-01-01T10", .rejected("date_time_malformed")),
            ("2024-01-01T10:00:00 Z", .rejected("date_time_malformed")),
            ("2024-02-30T10:00:00Z", .rejected("date_time_malformed")),
        ] as [(String, Fate)])
    func isoDateTimes(value: String, expected: Fate) throws {
        #expect(try fate(of: value, plan(.dateTime)) == expected)
    }

    @Test(
        "date-times follow a declared pattern",
        arguments: [
            ("MM/dd/yyyy HH:mm", "01/01/1970 00:01", .integer(60_000)),
            ("MM/dd/yyyy hh:mm a", "01/01/1970 12:01 AM", .integer(60_000)),
            ("MM/dd/yyyy h:mm a", "01/01/1970 1:00 pm", .integer(13 * 3_600_000)),
            ("MM/dd/yyyy h:mm a", "01/01/1970 12:00 PM", .integer(12 * 3_600_000)),
            ("MM/dd/yyyy h:mm a", "01/01/1970 13:00 PM", .rejected("date_time_malformed")),
            ("MM/dd/yyyy h:mm a", "01/01/1970 0:00 AM", .rejected("date_time_malformed")),
            ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "1970-01-01T01:00:00.007+01:00", .integer(7)),
            ("MM/dd/yyyy", "01/02/1970", .integer(86_400_000)),
        ] as [(String, String, Fate)])
    func dateTimePatterns(pattern: String, value: String, expected: Fate) throws {
        #expect(try fate(of: value, plan(.dateTime, date: pattern)) == expected)
    }

    @Test("what is expected is part of the message")
    func messages() throws {
        let text = try message(
            of: Array("31/12/1990".utf8), plan(.date, name: "dateOfBirth", date: "MM/dd/yyyy"))
        #expect(
            text
                == "dateOfBirth: \"31/12/1990\" is not a date of the form MM/dd/yyyy: there is no such day or time"
        )
    }
}

@Suite("Date patterns")
struct DatePatternTests {
    @Test(
        "a pattern that leaves something open is refused, with a hint",
        arguments: [
            ("MM/dd/yy", "four digits"), ("MM/DD/YYYY", "'MM/dd/yyyy'"), ("mm/dd/yyyy", "MM is the month"),
            ("MM/yyyy", ""), ("", ""), ("Mdyyyy", "two letters"), ("yyyy-MM-dd yyyy", ""),
            ("MM-MMM-dd-yyyy", ""),
            ("yyyy-MM-dd hh:mm", "AM or PM"), ("yyyy-MM-dd HH:mm a", "AM or PM"), ("yyyy-MM-dd'T", ""),
            ("yyyy-MM-ddTHH:mm", "apostrophes"), ("yyyy-MM-dd ss", ""), ("yyyy-MM-dd EEE", "apostrophes"),
            ("yyyy-MM-ddXXX", ""), ("yyyy-MM-dd'", ""),
        ])
    func refused(pattern: String, hint: String) {
        let failure = #expect(throws: Failure.self) { try DatePattern(pattern) }
        #expect(failure?.code == "bad_date_pattern")
        #expect(failure?.message.contains("'\(pattern)'") == true)
        if !hint.isEmpty { #expect(failure?.hint?.contains(hint) == true, "\(failure?.hint ?? "no hint")") }
    }

    @Test("apostrophes make letters literal")
    func literals() throws {
        let pattern = try DatePattern("'o''clock' HH 'on' yyyy-MM-dd''")
        let time = CivilTime(year: 2024, month: 2, day: 29, hour: 7)
        #expect(pattern.string(time) == "o'clock 07 on 2024-02-29'")
        #expect(pattern.read("o'clock 07 on 2024-02-29'".utf8.span) == .time(time))
    }

    @Test(
        "every day from 1900 to 2100 is read back from what was written",
        arguments: [
            "yyyy-MM-dd", "MM/dd/yyyy", "M/d/yyyy", "d.M.yyyy", "yyyyMMdd", "dd-MMM-yyyy", "ddMMyyyy",
            "d/M/yyyy h:mm:ss a", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
        ])
    func everyDay(text: String) throws {
        let pattern = try DatePattern(text)
        let first = CivilTime(year: 1900, month: 1, day: 1).milliseconds
        let last = CivilTime(year: 2100, month: 12, day: 31).milliseconds
        // A step of a day and 61 s also takes the clock through its hours, minutes and seconds.
        let step = pattern.hasTime ? 86_461_000 : 86_400_000
        var days = 0
        var wrong: [String] = []
        var previous: CivilTime?
        for milliseconds in stride(from: first, through: last, by: step) {
            let time = CivilTime(milliseconds: milliseconds)
            let written = pattern.string(time)
            if pattern.read(written.utf8.span) != .time(time) || time.milliseconds != milliseconds
                || time == previous
            {
                wrong.append(written)
            }
            previous = time
            days += 1
        }
        #expect(wrong.isEmpty)
        #expect(pattern.hasTime || days == 73_414, "201 years have 73,414 days")
    }

    @Test("the calendar counts its days one by one")
    func calendar() {
        // Walked by the rules of the calendar alone, beside the arithmetic of milliseconds.
        var (year, month, day) = (1, 1, 1)
        var milliseconds = CivilTime.storable.lowerBound
        var wrong = 0
        while year < 10_000 {
            let time = CivilTime(year: year, month: month, day: day)
            if time.milliseconds != milliseconds || CivilTime(milliseconds: milliseconds) != time {
                wrong += 1
            }
            milliseconds += 86_400_000
            day += 1
            if day > CivilTime.daysIn(month: month, year: year) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(wrong == 0)
        #expect(milliseconds == CivilTime.storable.upperBound + 1)
    }

    @Test("leap years are those that 4 divides, of centuries those that 400 divides")
    func leapYears() {
        for (year, isLeap) in [
            (1900, false), (1996, true), (2000, true), (2023, false), (2024, true), (2100, false),
        ] {
            #expect(CivilTime(year: year, month: 2, day: 29).isReal == isLeap, "\(year)")
        }
    }

    @Test(
        "the quick reader of fixed patterns agrees with the one that goes step by step",
        arguments: [
            "MM/dd/yyyy", "yyyyMMdd", "yyyy-MM-dd", "dd.MM.yyyy", "'day' yyyy-MM-dd", "'on 'dd-MM-yyyy'.'",
        ])
    func fixedAgrees(text: String) throws {
        let pattern = try DatePattern(text)
        var generator = SeededGenerator.printingSeed()
        var taken = 0
        for _ in 0..<20_000 {
            let day = CivilTime(milliseconds: Int64.random(in: CivilTime.storable, using: &generator))
            var bytes = Array(pattern.string(day).utf8)
            if Bool.random(using: &generator) {
                let at = Int.random(in: bytes.indices, using: &generator)
                bytes[at] = UInt8.random(in: 0...255, using: &generator)
            }
            if Int.random(in: 0..<20, using: &generator) == 0 { bytes.removeLast() }
            if Int.random(in: 0..<20, using: &generator) == 0 { bytes.append(0x30) }
            let quick = pattern.read(bytes.span)
            #expect(quick == pattern.readByStep(bytes.span), "\(bytes)")
            if case .time = quick { taken += 1 }
        }
        #expect(taken > 5000)
    }
}
