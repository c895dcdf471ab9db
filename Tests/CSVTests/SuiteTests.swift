import CSV
import CSVTestSupport
import Foundation
import Records
import Testing

private let spectrum = Suites.folder("csv-spectrum")
private let duckDB = Suites.folder("duckdb-csv")

/// Inputs that others found worth keeping.
@Suite("Conformance suites")
struct SuiteTests {
    @Test(
        "csv-spectrum gives the records of its JSON", .enabled(if: spectrum != nil),
        arguments: [1, 2, 3, 7, 64, 4096])
    func csvSpectrum(chunkBytes: Int) throws {
        let folder = try #require(spectrum)
        let files = try Suites.files(folder.appendingPathComponent("csvs"))
        #expect(files.count >= 11)
        for file in files {
            let name = file.deletingPathExtension().lastPathComponent
            let json = folder.appendingPathComponent("json/\(name).json")
            let expected = try JSONDecoder().decode([[String: String]].self, from: Data(contentsOf: json))
            let bytes = try Array(Data(contentsOf: file))
            let summary = try scan(bytes, cutting: .every(chunkBytes))
            let header = try #require(summary.header)
            let seen = parse(
                bytes, columns: Array(header.indices), expected: header.count, start: summary.bodyStart,
                cutting: .every(chunkBytes))
            let found = seen.records.map { Dictionary(uniqueKeysWithValues: zip(header, $0.texts)) }
            #expect(found == expected, "\(name)")
            #expect(UInt64(seen.records.count) == summary.records)
        }
    }

    @Test("scan and parser agree on every DuckDB input, at any cutting", .enabled(if: duckDB != nil))
    func duckDBInputs() throws {
        let files = try Suites.files(try #require(duckDB))
        #expect(files.count > 500)
        var refused = 0
        for file in files {
            let bytes = try Array(Data(contentsOf: file))
            for dialect in [Dialect(), Dialect(delimiter: 124, quote: nil, hasHeader: false)] {
                let outcomes = [61, 4096].map { run(bytes, dialect, .every($0)) }
                #expect(outcomes[0] == outcomes[1], "\(file.path)")
                if outcomes[0].failure != nil { refused += 1 }
            }
        }
        // Most are sound; a pass that refuses everything would agree with itself, too.
        #expect(refused < files.count / 5)
    }

    private struct Outcome: Equatable {
        var summary: ScanSummary?
        var failure: CSVError?
    }

    private func run(_ bytes: [UInt8], _ dialect: Dialect, _ cutting: Cutting) -> Outcome {
        let limits = BatchLimits(records: 300, bytes: 40_000)
        do throws(CSVError) {
            let summary = try scan(bytes, dialect, cutting: cutting)
            let seen = parse(
                bytes, dialect, columns: [0, 1], expected: summary.expectedFields, start: summary.bodyStart,
                cutting: cutting, limits: limits)
            #expect(seen.failure == nil)
            #expect(UInt64(seen.records.count + seen.blankLines) == summary.records)
            #expect(UInt64(seen.blankLines) == summary.blankLines)
            return Outcome(summary: summary, failure: nil)
        } catch {
            if error.code == .unclosedQuote {
                // The header may be what is unclosed; the parser knows no header and says the same.
                let seen = parse(bytes, dialect, columns: [0, 1], cutting: cutting, limits: limits)
                #expect(seen.failure == error)
            }
            return Outcome(summary: nil, failure: error)
        }
    }
}
