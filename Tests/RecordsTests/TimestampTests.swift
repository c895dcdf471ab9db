import Foundation
import TestSupport
import Testing

@testable import Records

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "a moment is told in UTC, also before 1970",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (-1000, "1969-12-31T23:59:59.000Z"), (-1001, "1969-12-31T23:59:58.999Z"),
            (1_795_454_173_042, "2026-11-23T17:16:13.042Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func text(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).text == text)
        #expect(Timestamp(text: text)?.milliseconds == milliseconds)
    }

    @Test("any moment of the years 1 to 9999 comes back from its text and from JSON")
    func roundTrip() throws {
        var random = SeededGenerator.printingSeed()
        for _ in 0..<2000 {
            let moment = Timestamp(milliseconds: .random(in: CivilTime.storable, using: &random))
            #expect(Timestamp(text: moment.text) == moment, "\(moment.milliseconds)")
            let json = try JSONEncoder().encode([moment])
            #expect(String(decoding: json, as: UTF8.self) == "[\"\(moment.text)\"]")
            #expect(try JSONDecoder().decode([Timestamp].self, from: json) == [moment])
        }
    }

    @Test(
        "what is no such text is none",
        arguments: [
            "", "2026-11-23", "2026-11-23T17:16:13Z", "2026-11-23T17:16:13.042", "2026-11-23 17:16:13.042Z",
            "2026-13-23T17:16:13.042Z", "2026-02-30T17:16:13.042Z", "2026-11-23T24:16:13.042Z",
            "2026-11-23T17:16:60.042Z", "2026:11:23T17:16:13.042Z", "2026-11-23T17:16:13.+42Z",
            "2026-11-23T17:16:13.042+", "2026--1-23T17:16:13.042Z", "x026-11-23T17:16:13.042Z",
        ])
    func otherTexts(text: String) throws {
        #expect(Timestamp(text: text) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: JSONEncoder().encode([text]))
        }
    }

    @Test("now lies between the clock before and after")
    func now() {
        let before = Date().timeIntervalSince1970
        let now = Double(Timestamp.now().milliseconds) / 1000
        let after = Date().timeIntervalSince1970
        #expect(before - 0.002...after + 0.002 ~= now)
        #expect(Timestamp(milliseconds: 1) < Timestamp(milliseconds: 2))
    }
}
