import FixtureGenerator
import Foundation

/// Files that come with the project, and what must come of them.
enum Given {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let fixtures = root.appendingPathComponent("Fixtures")
    static let contacts = fixtures.appendingPathComponent("contacts-30k.csv.zst").path
    static let accounts = fixtures.appendingPathComponent("accounts-2k.csv").path

    static func ugly(_ name: String) -> String { fixtures.appendingPathComponent("ugly/\(name)").path }

    static func bytes(_ path: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// What lies beside a bundled fixture: what its import must report.
    static func summary(_ name: String) throws -> FixtureSummary {
        let data = try Data(contentsOf: fixtures.appendingPathComponent(name))
        return try JSONDecoder().decode(FixtureSummary.self, from: data)
    }

    /// A made-up file and its summary.
    static func made(_ file: FixtureFile) -> (bytes: [UInt8], summary: FixtureSummary) {
        var bytes: [UInt8] = []
        let summary = file.write { bytes += $0 }
        return (bytes, summary)
    }
}

/// Conformance data made by others, beside the package; tests that need it are skipped where it is missing.
enum Suites {
    private static let root: URL = {
        if let told = ProcessInfo.processInfo.environment["SLUICE_SUITES"] {
            return URL(fileURLWithPath: told)
        }
        return Given.root.deletingLastPathComponent().appendingPathComponent("shared/suites")
    }()

    static func path(_ name: String) -> String { root.appendingPathComponent(name).path }

    /// Whether a folder of the suites is there; says so where it is not.
    static func have(_ name: String) -> Bool {
        if access(path(name), R_OK) == 0 { return true }
        print("skipped: the suite '\(name)' is not on this machine")
        return false
    }
}

/// Set by `Scripts/slow-tests`.
let slowTestsAreOn = ProcessInfo.processInfo.environment["SLUICE_SLOW"] == "1"
