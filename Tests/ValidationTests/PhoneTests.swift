import Records
import TestSupport
import Testing

@testable import Validation

@Suite("Phones")
struct PhoneTests {
    @Test(
        "a number becomes E.164 by its country's plan",
        arguments: [
            ("US", "(212) 555-0134", "+12125550134"), ("US", "212.555.0134", "+12125550134"),
            ("US", "2125550134", "+12125550134"), ("US", "1-212-555-0134", "+12125550134"),
            ("US", "+1 212 555 0134", "+12125550134"), ("US", "011 44 20 7946 0958", "+442079460958"),
            ("US", "00442079460958", "+442079460958"), ("CA", "416/555-0134", "+14165550134"),
            ("GB", "020 7946 0958", "+442079460958"), ("GB", "(020) 7946 0958", "+442079460958"),
            ("GB", "+44 (0)20 7946 0958", "+442079460958"), ("GB", "20 7946 0958", "+442079460958"),
            ("GB", "00 1 212 555 0134", "+12125550134"), ("GB", "44 20 7946 0958", "+442079460958"),
            ("DE", "030 123456", "+4930123456"), ("DE", "0049 30 123456", "+4930123456"),
            ("DE", "+49/30/123456", "+4930123456"), ("FR", "01 23 45 67 89", "+33123456789"),
            ("IT", "06 1234 5678", "+390612345678"), ("IT", "0039 06 1234 5678", "+390612345678"),
            ("IT", "+39 (0)6 1234 5678", "+390612345678"), ("ES", "912 345 678", "+34912345678"),
            ("PL", "22 123 45 67", "+48221234567"), ("HU", "06 1 234 5678", "+3612345678"),
            ("LT", "8 612 34567", "+37061234567"), ("RU", "8 (812) 345-67-89", "+78123456789"),
            ("RU", "812 345-67-89", "+78123456789"), ("RU", "8 10 1 212 555 0134", "+12125550134"),
            ("AU", "0412 345 678", "+61412345678"), ("AU", "0011 1 212 555 0134", "+12125550134"),
            ("NZ", "021 123 4567", "+64211234567"), ("JP", "03-1234-5678", "+81312345678"),
            ("JP", "011-123-4567", "+81111234567"), ("JP", "010 1 212 555 0134", "+12125550134"),
            ("IN", "098765 43210", "+919876543210"), ("BR", "(11) 91234-5678", "+5511912345678"),
            ("MX", "55 1234 5678", "+525512345678"), ("MX", "01 55 1234 5678", "+525512345678"),
            ("ZA", "082 123 4567", "+27821234567"), ("CN", "138 1234 5678", "+8613812345678"),
            ("CN", "010 1234 5678", "+861012345678"), ("KR", "02-123-4567", "+8221234567"),
            ("SG", "6123 4567", "+6561234567"), ("HK", "2123 4567", "+85221234567"),
            ("IL", "050-123-4567", "+972501234567"), ("TR", "0212 345 67 89", "+902123456789"),
            ("AE", "050 123 4567", "+971501234567"), ("us", "212 555 0134", "+12125550134"),
            ("CI", "07 01 23 45 67", "+2250701234567"),
        ])
    func normalised(country: String, value: String, expected: String) throws {
        #expect(try fate(of: value, plan(.phone, country: country)) == .text(expected))
    }

    @Test(
        "a number that no plan explains is rejected with its reason",
        arguments: [
            ("US", "555-0134", "numbering plan"), ("US", "112 555 0134", "numbering plan"),
            ("US", "212 155 0134", "numbering plan"), ("US", "2 212 555 0134", "numbering plan"),
            ("US", "212 555 0134 x123", "extension"), ("US", "212 555 0134 ext. 5", "extension"),
            ("US", "212 555 0134;5", "extension"), ("US", "212-555-CALL", "letters"),
            ("US", "n/a", "letters"),
            ("US", "212_555_0134", "other than digits"), ("US", "212+5550134", "other than digits"),
            ("US", "++12125550134", "other than digits"), ("US", "212 555\u{2011}0134", "other than digits"),
            ("US", "+", "too few"), ("US", "()", "too few"), ("US", "+123456", "too few or too many"),
            ("US", "+1234567890123456", "too few or too many"), ("US", "+0212555013", "begins with 0"),
            ("US", "011 0 212 555 0134", "begins with 0"), ("GB", "00", "numbering plan"),
            ("GB", "00 020 7946 0958", "begins with 0"), ("GB", "7946", "numbering plan"),
            ("US", "12345678901234567890123456789012345678901234567890", "numbering plan"),
        ])
    func rejected(country: String, value: String, reason: String) throws {
        let plan = plan(.phone, country: country)
        #expect(try fate(of: value, plan) == .rejected("phone_malformed"))
        let text = try message(of: Array(value.utf8), plan)
        #expect(text?.contains(reason) == true, "\(text ?? "none")")
    }

    @Test("without a country each number begins with +")
    func withoutCountry() throws {
        #expect(try fate(of: "+44 20 7946 0958", plan(.phone)) == .text("+442079460958"))
        #expect(try fate(of: "020 7946 0958", plan(.phone)) == .rejected("phone_malformed"))
        #expect(try message(of: Array("020".utf8), plan(.phone))?.contains("phone: {country: …}") == true)
    }

    @Test("a number in E.164 is not copied")
    func notCopied() throws {
        let batch = HandBatch([plan(.phone)], texts: [["+12125550134"], [" +442079460958 "]])
        _ = try batch.check()
        #expect(batch.records.storage.plane(0)[0].kind == .source)
        #expect(batch.records.storage.plane(0)[1].kind == .source)
        #expect(batch.records.storage.arenaCount == 0)
        #expect(batch.stored(1) == .text("+442079460958"))
    }

    @Test("normalising twice is normalising once, in every country")
    func idempotent() throws {
        var generator = SeededGenerator.printingSeed()
        var taken = 0
        for code in PhoneCountry.codes {
            let values = (0..<300).map { _ -> [UInt8] in
                let count = Int.random(in: 1...20, using: &generator)
                return (0..<count).map { _ in
                    Array("00123456789012345678901234567890 -()+".utf8).randomElement(using: &generator) ?? 0
                }
            }
            let once = try fates(of: values, plan(.phone, country: code))
            let texts = once.compactMap { if case .text(let text) = $0 { text } else { nil } }
            taken += texts.count
            #expect(
                texts.allSatisfy {
                    $0.first == "+" && (8...16).contains($0.utf8.count) && $0.dropFirst().first != "0"
                })
            #expect(
                try fates(of: texts.map { Array($0.utf8) }, plan(.phone, country: code))
                    == texts.map(Fate.text))
        }
        #expect(taken > 1000)
    }

    @Test("an unknown country is refused before the first record")
    func unknownCountry() {
        let failure = #expect(throws: Failure.self) {
            try BatchValidator(fields: [plan(.phone, country: "XX")])
        }
        #expect(failure?.code == "unknown_country")
    }
}

@Suite("Numbering plans")
struct PhoneCountryTests {
    @Test("the table has the world's larger countries, each sound")
    func table() throws {
        let codes = PhoneCountry.codes
        #expect(codes.count > 180)
        let europe =
            "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
        let others =
            "US CA PR DO JM AU NZ JP IN BR MX ZA CN KR SG HK IL TR AE SA EG NG KE AR CL CO PE ID PH TH VN MY TW"
        for code in (europe + " " + others).split(separator: " ") {
            #expect(PhoneCountry(code: String(code)) != nil, "\(code)")
        }
        for code in codes {
            let country = try #require(PhoneCountry(code: code))
            #expect(code.utf8.count == 2 && code == code.uppercased())
            #expect((1...3).contains(country.diallingCode.utf8.count), "\(code)")
            #expect(country.diallingCode.first != "0" && Int(country.diallingCode) != nil, "\(code)")
            #expect(country.nationalDigits.upperBound + country.diallingCode.utf8.count <= 15, "\(code)")
            #expect(country.nationalDigits.lowerBound >= 4, "\(code)")
            #expect(country.internationalPrefixes.allSatisfy { Int($0) != nil }, "\(code)")
            #expect(country.trunkPrefixes.allSatisfy { Int($0) != nil }, "\(code)")
        }
        #expect(PhoneCountry(code: "us")?.isNorthAmerican == true)
        #expect(PhoneCountry(code: "GB")?.isNorthAmerican == false)
        #expect(PhoneCountry(code: "ZZ") == nil)
    }
}
