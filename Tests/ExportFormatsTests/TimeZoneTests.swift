import Records
import TestSupport
import Testing

@testable import ExportFormats

@Suite("Time zones")
struct TimeZoneTests {
    private static let names = [
        "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo",
        "Europe/Dublin", "Africa/Casablanca", "Pacific/Apia", "Asia/Gaza", "America/Nuuk", "Etc/GMT+12",
        "Pacific/Kiritimati", "Asia/Tehran", "America/St_Johns", "Antarctica/Troll",
    ]

    @Test("clocks are ahead of UTC by what Python's zoneinfo says, in the past and in years to come")
    func agreesWithPython() throws {
        guard Python.isThere else { return }
        var random = SeededGenerator.printingSeed()
        // 1890 to 2200, and the hours around the changes of some years.
        var moments = (0..<1500).map { _ in Int64.random(in: -2_520_000_000...7_258_000_000, using: &random) }
        for name in Self.names {
            let zone = try TimeZoneRules(named: name)
            var at: Int64 = 1_700_000_000
            for _ in 0..<700 {
                let next = at + 86_400
                if zone.offset(at: at) != zone.offset(at: next) {
                    moments += (0...24).map { at + $0 * 3_600 - 1 }
                }
                at = next
            }
        }
        let script = """
            import datetime, json, sys, zoneinfo
            asked = json.load(sys.stdin)
            epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            def offset(zone, moment):
                time = epoch + datetime.timedelta(seconds=moment)
                return round(time.astimezone(zone).utcoffset().total_seconds())
            json.dump([[offset(zoneinfo.ZoneInfo(name), m) for m in asked["moments"]] for name in asked["names"]],
                      sys.stdout)
            """
        struct Question: Encodable {
            var names: [String]
            var moments: [Int64]
        }
        let answers: [[Int]] = try Python.ask(script, Question(names: Self.names, moments: moments))
        for (name, offsets) in zip(Self.names, answers) {
            let zone = try TimeZoneRules(named: name)
            let differing = zip(moments, offsets).filter { zone.offset(at: $0) != $1 }
            #expect(differing.isEmpty, "\(name): \(differing.prefix(3))")
        }
    }

    @Test("the local time with its offset names the moment exactly")
    func namesTheMoment() throws {
        var random = SeededGenerator.printingSeed()
        for name in Self.names {
            let zone = try TimeZoneRules(named: name)
            for _ in 0..<500 {
                let moment = Int64.random(in: CivilTime.storable, using: &random)
                #expect(zone.civilTime(milliseconds: moment).milliseconds == moment)
            }
            for moment in [CivilTime.storable.lowerBound, CivilTime.storable.upperBound] {
                let time = zone.civilTime(milliseconds: moment)
                #expect(time.isReal && time.milliseconds == moment)
            }
        }
    }

    @Test(
        "a name that is no zone's is refused, and no file outside of the database is opened",
        arguments: [
            "", "Vienna", "../../../etc/passwd", "/etc/passwd", "Europe/", "Europe", ".", "tzdata.zi",
        ])
    func unknown(name: String) {
        #expect(throws: Failure.self) { try TimeZoneRules(named: name) }
    }

    @Test("days counted without the 29 February, and times past midnight, are understood")
    func otherRules() throws {
        // 60 is 1 March in every year.
        let rule = try #require(YearlyRule("AAA0BBB,J60/0,J300/26"))
        let march = CivilTime(year: 2024, month: 3, day: 1).milliseconds / 1000
        #expect(rule.offset(at: march - 1) == 0)
        #expect(rule.offset(at: march) == 3600)
        let plain = try #require(YearlyRule("<-03>3"))
        #expect(plain.offset(at: 0) == -10_800)
        for wrong in ["", "A", "AAA", "AAA0BBB", "AAA0BBB,M13.1.0,M3.1.0", "AAA0BBB,M3.1.0"] {
            let found = YearlyRule(wrong)
            #expect(found == nil || wrong == "A", "\(wrong)")
        }
    }
}
