import ByteStreams
import Records
import TestSupport
import Testing

@testable import ExportFormats

@Suite("Values as texts")
struct ValueFormatterTests {
    private static let head = "name: a\nrecordType: contact\n"

    @Test("without settings values stand as they are kept: ISO dates, UTC, decimals with a point")
    func plain() throws {
        let layout = try ExportLayout(
            "name: a",
            columns: [
                "id", "firstName", "dateOfBirth", "paymentBalance", "active", "happinessUpdated",
                "retentionDays",
                "account.name",
            ])
        let rows: [[Value]] = [
            [
                .integer(7), .text("=1"), .text("1980-12-31"), .integer(-1250), .integer(1),
                .integer(1_700_000_000_042), .integer(0), .list(["a", "b; c"]),
            ],
            [.integer(8), .blank, .blank, .integer(5), .integer(0), .blank, .blank, .blank],
        ]
        #expect(
            try layout.formatted(rows) == [
                ["7", "=1", "1980-12-31", "-12.50", "true", "2023-11-14T22:13:20.042Z", "0", "a; b; c"],
                ["8", "", "", "0.05", "false", "", "", ""],
            ])
    }

    @Test("dates, moments, numbers, words, blanks, lists and single values are written as the format says")
    func settings() throws {
        let layout = try ExportLayout(
            Self.head + """
                dates: d.M.yyyy
                dateTimes: {pattern: "dd.MM.yyyy HH:mm XXX", timeZone: Europe/Vienna}
                numbers: {decimal: ",", grouping: "."}
                booleans: {true: ja, false: nein}
                blank: "-"
                lists: " | "
                columns:
                  - {field: dateOfBirth}
                  - {field: happinessUpdated}
                  - {field: paymentBalance}
                  - {field: active}
                  - {field: account.annualRevenue}
                  - {field: smsConsent, map: {"yes": Y, "no": ""}}
                """)
        let rows: [[Value]] = [
            [
                .text("1980-02-01"), .integer(1_700_000_000_042), .integer(-123_456_789), .integer(1),
                .list(["100", "-99999999"]), .text("yes"),
            ],
            [.blank, .integer(1_720_000_000_000), .integer(99_999), .integer(0), .blank, .text("no")],
            [.text("soon"), .integer(.min >> 3), .integer(100_000), .blank, .list(["5"]), .text("unknown")],
        ]
        #expect(
            try layout.formatted(rows) == [
                ["1.2.1980", "14.11.2023 23:13 +01:00", "-1.234.567,89", "ja", "1,00 | -999.999,99", "Y"],
                ["-", "03.07.2024 11:46 +02:00", "999,99", "nein", "-", "-"],
                ["soon", "01.01.0001 01:05 +01:05", "1.000,00", "-", "0,05", "unknown"],
            ])
    }

    @Test("every date pattern that imports read is written so that it reads back")
    func datesReadBack() throws {
        var random = SeededGenerator.printingSeed()
        for pattern in [
            "yyyy-MM-dd", "MM/dd/yyyy", "M/d/yyyy", "d.M.yyyy", "dd-MMM-yyyy", "yyyyMMdd", "'T'd/MM yyyy",
        ] {
            let layout = try ExportLayout(
                Self.head + "columns: [{field: dateOfBirth, date: \(YAMLText.quoted(pattern))}]")
            let days = (0..<300).map { _ in
                Int64.random(in: -719_162...2_932_896, using: &random) * 86_400_000
            }
            let rows = days.map { [Value.text(iso(CivilTime(milliseconds: $0)))] }
            for (written, day) in zip(try layout.formatted(rows), days) {
                let reading = try DatePattern(pattern).read(Array(written[0].utf8).span)
                #expect(reading == .time(CivilTime(milliseconds: day)), "\(pattern): \(written)")
            }
        }
    }

    @Test("a moment with its offset reads back, in any zone")
    func momentsReadBack() throws {
        var random = SeededGenerator.printingSeed()
        for zone in ["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"] {
            for pattern in ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "MM/dd/yyyy hh:mm:ss.SSS a XXX"] {
                let layout = try ExportLayout(
                    Self.head + """
                        columns:
                          - {field: happinessUpdated, dateTime: {pattern: \(YAMLText.quoted(pattern)), timeZone: \(zone)}}
                        """)
                let moments = (0..<300).map { _ in Int64.random(in: CivilTime.storable, using: &random) }
                let texts = try layout.formatted(moments.map { [.integer($0)] })
                for (written, moment) in zip(texts, moments) {
                    guard case .time(let time) = try DatePattern(pattern).read(Array(written[0].utf8).span)
                    else {
                        Issue.record("\(written) is not read back by \(pattern)")
                        continue
                    }
                    #expect(time.milliseconds == moment)
                }
            }
        }
    }

    @Test("numbers are exact, whatever their marks")
    func numbers() throws {
        var random = SeededGenerator.printingSeed()
        let layout = try ExportLayout(
            Self.head + "columns: [{field: paymentBalance, number: {decimal: \",\", grouping: \"'\"}}]")
        let values =
            [0, 1, -1, 99, 100, -100, Cell.maxInteger, -Cell.maxInteger]
            + (0..<500).map { _ in
                Int64.random(in: -Cell.maxInteger...Cell.maxInteger, using: &random)
                    >> Int64.random(in: 0...60, using: &random)
            }
        for (written, value) in zip(try layout.formatted(values.map { [.integer($0)] }), values) {
            let digits = written[0].filter { $0 != "'" && $0 != "," }
            #expect(Int64(digits) == value)
            let groups = written[0].split(separator: ",")[0].drop { $0 == "-" }.split(separator: "'")
            #expect(groups.dropFirst().allSatisfy { $0.count == 3 } && groups[0].count <= 3)
        }
    }

    @Test("where formulas are guarded, texts and lists are, and numbers and phones stay as they are")
    func formulas() throws {
        let layout = try ExportLayout(
            "name: a\nfile: {formulas: guarded}",
            columns: ["firstName", "phone1", "paymentBalance", "description", "account.name"])
        let rows: [[Value]] = [
            [.text("=1+1"), .text("+14155550100"), .integer(-1250), .text("-12.50"), .list(["@a", "b"])],
            [.text("'=1"), .blank, .blank, .text("'a"), .blank],
        ]
        #expect(
            try layout.formatted(rows) == [
                ["'=1+1", "+14155550100", "-12.50", "-12.50", "'@a; b"], ["''=1", "", "", "'a", ""],
            ])
    }

    @Test(
        "a character that the encoding lacks ends the export with record and field, or is replaced and counted"
    )
    func encodings() throws {
        let rows: [[Value]] = [[.text("Jürgen"), .text("a")], [.text("Łuka"), .text("b – c")]]
        let names = ["firstName", "lastName"]
        let encoder = try TextEncoder(TextEncoding(named: "latin1"))
        let strict = try ExportLayout("name: a\nfile: {encoding: latin1}", columns: names)
        var formatter = ValueFormatter(strict, repertoire: encoder)
        let error = #expect(throws: Failure.self) { try formatter.format(makeBatch(rows)) }
        #expect(error?.code == "value_not_encodable")
        #expect(error?.message.contains("record 2, firstName") == true, "\(error?.message ?? "")")
        let lenient = try ExportLayout(
            "name: a\nfile: {encoding: latin1, unencodable: replace}", columns: names)
        formatter = ValueFormatter(lenient, repertoire: encoder)
        let batch = makeBatch(rows)
        try formatter.format(batch)
        #expect(texts(batch) == [["Jürgen", "a"], ["?uka", "b - c"]])
        #expect(formatter.replaced == [1, 1])
    }

    private func iso(_ time: CivilTime) -> String {
        var bytes = [UInt8](repeating: 0, count: 10)
        bytes.withUnsafeMutableBufferPointer { bytes in
            if let base = bytes.baseAddress { time.writeISODate(to: base) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
