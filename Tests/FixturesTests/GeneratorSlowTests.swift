import FixtureGenerator
import Foundation
import Testing

@Suite("The fixture generator, at full size", .enabled(if: slowTestsAreOn))
struct GeneratorSlowTests {
    @Test("makes 1,000,000 usual contacts of about 144 MB")
    func aMillionContacts() {
        let summary = FixtureFile(.contacts(.usual), size: .records(1_000_000), seed: 1).write { _ in }
        #expect((143_000_000...145_000_000).contains(summary.bytes))
        #expect(summary.rejected == 5_000)
        #expect(summary.duplicate == 1_000)
        #expect(summary.created == 994_000)
    }

    @Test("reports what a plain reading of many records finds")
    func summaryAgreesWithAPlainReading() {
        expectAgreement(made(FixtureFile(.contacts(.usual), size: .records(150_000), seed: 2)))
    }

    @Test("fills the limit for accounts to the last record")
    func accountsUpToTheLimit() {
        let limit = 15 * 1024 * 1024
        let file = made(FixtureFile(.accounts, size: .bytes(UInt64(limit)), seed: 1))
        #expect((limit - 1_000...limit).contains(file.bytes.count))
    }
}

/// Set by `Scripts/slow-tests`.
let slowTestsAreOn = ProcessInfo.processInfo.environment["SLUICE_SLOW"] == "1"
