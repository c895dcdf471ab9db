import FixtureGenerator
import Foundation
import Testing

@Suite("The fixture generator, at full size", .enabled(if: slowTestsAreOn))
struct GeneratorSlowTests {
    @Test("makes 1,000,000 usual contacts of about 144 MB that a plain reading agrees with")
    func aMillionContacts() {
        let file = made(FixtureFile(.contacts(.usual), size: .records(1_000_000), seed: 1))
        #expect((143_000_000...145_000_000).contains(file.bytes.count))
        #expect(file.summary.rejected == 5_000)
        #expect(file.summary.duplicate == 1_000)
        expectAgreement(file)
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
