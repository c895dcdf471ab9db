import FixtureGenerator
import Testing

@Suite("The fixture generator")
struct GeneratorTests {
    @Test("gives SplitMix64's published numbers")
    func givesThePublishedNumbers() {
        var random = SplitMix64(seed: 1_234_567)
        let numbers = (0..<5).map { _ in random.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test("gives each record a key of its own, in no order")
    func keysAreDifferent() {
        let keys = KeyPermutation(seed: 7)
        let first = (0..<100_000).map { keys[$0] }
        #expect(Set(first).count == first.count)
        #expect(first.allSatisfy { $0 < KeyPermutation.count })
        let ascents = zip(first, first.dropFirst()).count { $0 < $1 }
        #expect((49_000...51_000).contains(ascents))
        // A tenth of the keys of ten digits begin with zero.
        let leadingZeros = first.count { $0 < KeyPermutation.count / 10 }
        #expect((9_000...11_000).contains(leadingZeros))
    }

    @Test("makes the committed fixtures byte for byte")
    func makesTheCommittedFixtures() throws {
        let contacts = made(FixtureFile(.contacts(.usual), size: .records(30_000), seed: 1))
        #expect(try contacts.bytes == committed("contacts-30k.csv.zst"))
        #expect(try contacts.summary == committedSummary("contacts-30k.json"))
        let accounts = made(FixtureFile(.accounts, size: .records(2_000), seed: 1))
        #expect(try accounts.bytes == committed("accounts-2k.csv"))
        #expect(try accounts.summary == committedSummary("accounts-2k.json"))
    }

    @Test("makes the committed exports byte for byte", arguments: Export.allCases)
    func makesTheCommittedExports(export: Export) throws {
        let summary = try committedSummary("exports/\(export.rawValue).json")
        let export = made(
            FixtureFile(
                .export(export), size: .records(300), seed: 1, rejectsPerMillion: 40_000,
                duplicatesPerMillion: 10_000))
        #expect(export.summary == summary)
        let compressed = summary.arguments.contains("hubspot-companies") ? ".gz" : ""
        #expect(try export.bytes == committed("exports/\(summary.arguments[1]).csv\(compressed)"))
    }

    @Test("an export's phones and e-mails are nobody's", arguments: Export.allCases)
    func nobodyIsMeantInExports(export: Export) throws {
        let bytes = made(FixtureFile(.export(export), size: .records(400), seed: 3)).bytes
        let text = String(decoding: bytes, as: UTF8.self)
        for match in text.matches(of: /[\w.]+@([\w.]+)/) where match.1.contains(".com") {
            #expect(match.1.contains("example."), "\(match.0)")
        }
        for match in text.matches(of: /[2-9]\d{2}\)?[ -]+555-(\d{4})/) {
            #expect(match.1.hasPrefix("01"), "\(match.0)")
        }
    }

    @Test("makes other bytes from another seed")
    func anotherSeedGivesOtherBytes() {
        let one = made(FixtureFile(.contacts(.usual), size: .records(100), seed: 1))
        let two = made(FixtureFile(.contacts(.usual), size: .records(100), seed: 2))
        #expect(one.bytes != two.bytes)
    }

    @Test("reports what a plain reading of the file finds", arguments: ContactShape.allCases)
    func summaryAgreesWithAPlainReading(shape: ContactShape) {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        let file = FixtureFile(
            .contacts(shape), size: .records(3_000), seed: seed, rejectsPerMillion: 50_000,
            duplicatesPerMillion: 20_000)
        expectAgreement(made(file))
    }

    @Test("makes exactly the shares of rejects and duplicates that are asked for")
    func sharesAreExact() throws {
        let summary = try committedSummary("contacts-30k.json")
        #expect(summary.read == 30_000)
        #expect(summary.rejected == 150)
        #expect(summary.duplicate == 30)
        #expect(summary.created == 29_820)
        #expect(summary.byCode.values.reduce(0, +) == 150)
        #expect(summary.byCode.count == 10)
        #expect(summary.mended > 0)
        #expect(summary.rejectedWithKnownKey > 0)

        let sound = FixtureFile(
            .contacts(.usual), size: .records(500), seed: 3, rejectsPerMillion: 0, duplicatesPerMillion: 0)
        #expect(made(sound).summary.created == 500)
        let unsound = FixtureFile(
            .contacts(.usual), size: .records(500), seed: 3, rejectsPerMillion: 1_000_000)
        #expect(made(unsound).summary.rejected == 500)
    }

    @Test("files that begin where another ends have none of its keys", arguments: ContactShape.allCases)
    func laterRecordsHaveOtherKeys(shape: ContactShape) {
        let file = FixtureFile(
            .contacts(shape), size: .records(2_000), seed: 4, rejectsPerMillion: 50_000,
            duplicatesPerMillion: 20_000)
        var later = file
        later.firstRecord = 2_000
        expectAgreement(made(later))
        let (here, there) = (NaiveImport(made(file).bytes).keys, NaiveImport(made(later).bytes).keys)
        #expect(here.count > 1_900)
        #expect(here.isDisjoint(with: there))
        // A file that begins later has the records that are there in one that began before.
        var whole = file
        (whole.rejectsPerMillion, whole.duplicatesPerMillion) = (0, 0)
        var half = whole
        (half.firstRecord, half.size) = (1_500, .records(500))
        let lines = made(whole).bytes.split(separator: UInt8(ascii: "\n"))
        let lastLines = made(half).bytes.split(separator: UInt8(ascii: "\n")).dropFirst()
        #expect(shape == .wide || lines.suffix(lastLines.count).elementsEqual(lastLines))
    }

    @Test("a share of changed records is told, and is the difference between the files")
    func changedRecordsAreTold() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        let before = FixtureFile(
            .contacts(.usual), size: .records(2_000), seed: seed, rejectsPerMillion: 20_000,
            duplicatesPerMillion: 0)
        var after = before
        after.changedPerMillion = 500_000
        let (old, new) = (made(before), made(after))
        expectAgreement(new)
        #expect(old.summary.changed == nil)
        #expect(new.summary.read == old.summary.read && new.summary.created == old.summary.created)
        let differing = zip(records(old.bytes), records(new.bytes)).count { $0 != $1 }
        #expect(new.summary.changed == UInt64(differing))
        #expect((850...1_110).contains(differing))
    }

    private func records(_ bytes: [UInt8]) -> [[[UInt8]]] {
        var left = NaiveRecords(bytes)
        var records: [[[UInt8]]] = []
        while let record = left.next() { records.append(record) }
        return records
    }

    @Test("puts duplicates both near their originals and far from them")
    func duplicatesAreNearAndFar() throws {
        let distances = try NaiveImport(committed("contacts-30k.csv.zst")).duplicateDistances
        #expect(distances.count == 30)
        #expect(distances.count { $0 <= 2_000 } >= 8)
        #expect(distances.count { $0 > 5_000 } >= 5)
    }

    @Test("fills a limit in bytes up to the last record that fits")
    func fillsALimit() {
        let full = made(FixtureFile(.accounts, size: .records(100), seed: 5))
        var longest = 0
        for limit in stride(from: 1_000, to: 6_000, by: 197) {
            let part = made(FixtureFile(.accounts, size: .bytes(UInt64(limit)), seed: 5))
            #expect(part.bytes.count <= limit)
            #expect(part.summary.bytes == UInt64(part.bytes.count))
            #expect(full.bytes.starts(with: part.bytes))
            let next = made(FixtureFile(.accounts, size: .records(part.summary.read + 1), seed: 5))
            #expect(next.bytes.count > limit)
            longest = max(longest, part.bytes.count)
        }
        #expect(longest > 5_400)
    }

    @Test("writes numbers and addresses of nobody only")
    func nobodyIsMeant() throws {
        var records = try NaiveRecords(committed("contacts-30k.csv.zst"))
        let header = (records.next() ?? []).map { String(decoding: $0, as: UTF8.self) }
        var phones = 0
        var beyondASCII = 0
        for _ in 0..<5_000 {
            guard let record = records.next() else { break }
            for (name, bytes) in zip(header, record) {
                let value = String(decoding: bytes, as: UTF8.self)
                if name == "Email", value.contains("@"), !value.hasSuffix("@") {
                    #expect(value.contains(/[@.]example\.(com|org|net)$/), "\(value)")
                }
                let digits = value.filter(\.isNumber)
                if name.hasSuffix("Phone"), digits.count >= 10 {
                    phones += 1
                    #expect(digits.contains(/^1?[2-9][0-9]{2}55501[0-9]{2}$/), "\(value)")
                }
            }
            beyondASCII += record.joined().contains { $0 > 127 } ? 1 : 0
        }
        #expect(phones > 7_000)
        #expect((70...160).contains(beyondASCII))
    }
}

/// Compares a file's summary with a reading that knows nothing of it.
func expectAgreement(_ file: (bytes: [UInt8], summary: FixtureSummary)) {
    let plain = NaiveImport(file.bytes)
    let summary = file.summary
    #expect(summary.bytes == UInt64(file.bytes.count))
    #expect(summary.read == plain.read)
    #expect(summary.created == plain.created)
    #expect(summary.duplicate == plain.duplicate)
    #expect(summary.rejected == plain.rejected)
    #expect(summary.byCode == plain.byCode)
    #expect(summary.distinctKeys == UInt64(plain.keys.count))
    #expect((summary.amountHundredths ?? 0) == plain.amountHundredths)
    #expect(summary.read == summary.created + summary.duplicate + summary.rejected)
}
