import Glibc
import ListFiltersTestSupport
import Records
import Testing

@testable import ListFilters

/// Where a process is decides what today is: each of these tests has processes of its own, which set that.
@Suite("Days told from today on")
struct RelativeTimeTests {
    private static func at(_ text: String) throws -> Timestamp { try #require(Timestamp(text: text)) }

    /// Moves the process, which runs nothing else.
    private static func move(to zone: String) {
        setenv("TZ", zone, 1)
        tzset()
    }

    private static func resolved(_ text: String, _ moment: String) throws -> String {
        try Visits.filter(text).resolved(at: at(moment)).text
    }

    @Test("a day is counted on the calendar, to the last of a shorter month")
    func days() async {
        await #expect(processExitsWith: .success) {
            RelativeTimeTests.move(to: "UTC")
            for (text, day) in [
                ("today", "2026-03-31"), ("today - 1 day", "2026-03-30"), ("today + 1 week", "2026-04-07"),
                ("today - 1 month", "2026-02-28"), ("today + 1 month", "2026-04-30"),
                ("today + 11 months", "2027-02-28"),
                ("today - 25 months", "2024-02-29"), ("today + 1 year", "2027-03-31"),
                ("today - 100000 years", "0001-01-01"), ("today + 100000 weeks", "3942-10-13"),
                ("today + 100000 months", "9999-12-31"),
            ] {
                let found = try RelativeTimeTests.resolved("dueDate = \(text)", "2026-03-31T12:00:00.000Z")
                #expect(found == "dueDate = \(day)")
            }
        }
    }

    @Test("today is the day where the process is, and its first moment there; clocks that change count")
    func east() async {
        await #expect(processExitsWith: .success) {
            RelativeTimeTests.move(to: "Europe/Berlin")
            for (text, wanted) in [
                ("dueDate = today", "dueDate = 2026-03-30"),
                ("changedAt >= today", "changedAt >= 2026-03-29T22:00:00.000Z"),
                // The clocks of that day are an hour longer.
                ("changedAt >= today - 1 day", "changedAt >= 2026-03-28T23:00:00.000Z"),
                ("changedAt >= now - 1 day", "changedAt >= 2026-03-28T23:30:00.500Z"),
                ("changedAt >= now - 24 hours", "changedAt >= 2026-03-28T22:30:00.500Z"),
                ("changedAt >= today + 9 hours", "changedAt >= 2026-03-30T07:00:00.000Z"),
                ("changedAt >= today - 90 minutes", "changedAt >= 2026-03-29T20:30:00.000Z"),
            ] {
                let found = try RelativeTimeTests.resolved(text, "2026-03-29T22:30:00.500Z")
                #expect(found == wanted)
            }
        }
    }

    @Test("it is another day on the other side of the world")
    func west() async {
        await #expect(processExitsWith: .success) {
            RelativeTimeTests.move(to: "America/Los_Angeles")
            for (text, wanted) in [
                ("dueDate = today", "dueDate = 2026-03-29"),
                ("changedAt < now + 15 minutes", "changedAt < 2026-03-29T22:45:00.500Z"),
            ] {
                let found = try RelativeTimeTests.resolved(text, "2026-03-29T22:30:00.500Z")
                #expect(found == wanted)
            }
        }
    }

    @Test("what lies between two days that changed places is nothing")
    func reversed() async {
        await #expect(processExitsWith: .success) {
            RelativeTimeTests.move(to: "UTC")
            let filter = try Visits.filter("dueDate between today + 31 days and today + 1 month")
            let july = filter.resolved(at: try RelativeTimeTests.at("2026-07-01T00:00:00.000Z"))
            let june = filter.resolved(at: try RelativeTimeTests.at("2026-06-01T00:00:00.000Z"))
            for (resolved, holds) in [(july, true), (june, false)] {
                let rows = ["2026-07-01", "2026-07-02", "2026-08-01"].map {
                    ["dueDate": FilterValue.text($0)]
                }
                #expect(rows.contains { PlainRow.holds(resolved.condition, $0) } == holds)
            }
        }
    }
}
