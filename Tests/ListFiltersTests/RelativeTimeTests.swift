import Glibc
import ListFiltersTestSupport
import Records
import Testing

@testable import ListFilters

/// Where the process is decides what today is: these tests set that, one after the other.
@Suite("Days told from today on", .serialized)
struct RelativeTimeTests {
    private func at(_ text: String) throws -> Timestamp { try #require(Timestamp(text: text)) }

    private func inZone(_ zone: String, _ body: () throws -> Void) throws {
        let before = getenv("TZ").map { String(cString: $0) }
        setenv("TZ", zone, 1)
        tzset()
        defer {
            if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
            tzset()
        }
        try body()
    }

    private func resolved(_ text: String, _ moment: String) throws -> String {
        try Visits.filter(text).resolved(at: at(moment)).text
    }

    @Test(
        "a day is counted on the calendar, to the last of a shorter month",
        arguments: [
            ("today", "2026-03-31"), ("today - 1 day", "2026-03-30"), ("today + 1 week", "2026-04-07"),
            ("today - 1 month", "2026-02-28"), ("today + 1 month", "2026-04-30"),
            ("today + 11 months", "2027-02-28"),
            ("today - 25 months", "2024-02-29"), ("today + 1 year", "2027-03-31"),
            ("today - 100000 years", "0001-01-01"), ("today + 100000 weeks", "3942-10-13"),
            ("today + 100000 months", "9999-12-31"),
        ])
    func days(text: String, day: String) throws {
        try inZone("UTC") { () throws in
            #expect(try resolved("dueDate = \(text)", "2026-03-31T12:00:00.000Z") == "dueDate = \(day)")
        }
    }

    @Test("today is the day where the process is, and its first moment there")
    func zones() throws {
        let moment = "2026-03-29T22:30:00.500Z"
        try inZone("Europe/Berlin") { () throws in
            #expect(try resolved("dueDate = today", moment) == "dueDate = 2026-03-30")
            #expect(try resolved("changedAt >= today", moment) == "changedAt >= 2026-03-29T22:00:00.000Z")
            // The clocks of that day are an hour longer.
            #expect(
                try resolved("changedAt >= today - 1 day", moment) == "changedAt >= 2026-03-28T23:00:00.000Z")
            #expect(
                try resolved("changedAt >= now - 1 day", moment) == "changedAt >= 2026-03-28T23:30:00.500Z")
            #expect(
                try resolved("changedAt >= now - 24 hours", moment) == "changedAt >= 2026-03-28T22:30:00.500Z"
            )
        }
        try inZone("America/Los_Angeles") { () throws in
            #expect(try resolved("dueDate = today", moment) == "dueDate = 2026-03-29")
            #expect(
                try resolved("changedAt < now + 15 minutes", moment) == "changedAt < 2026-03-29T22:45:00.500Z"
            )
        }
    }

    @Test("what lies between two days that changed places is nothing")
    func reversed() throws {
        try inZone("UTC") { () throws in
            let filter = try Visits.filter("dueDate between today + 31 days and today + 1 month")
            let july = filter.resolved(at: try at("2026-07-01T00:00:00.000Z"))
            let june = filter.resolved(at: try at("2026-06-01T00:00:00.000Z"))
            for (resolved, holds) in [(july, true), (june, false)] {
                let rows = ["2026-07-01", "2026-07-02", "2026-08-01"].map {
                    ["dueDate": FilterValue.text($0)]
                }
                #expect(rows.contains { PlainRow.holds(resolved.condition, $0) } == holds)
            }
        }
    }
}
