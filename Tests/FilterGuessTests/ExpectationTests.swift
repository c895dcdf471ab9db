import Foundation
import InputFilters
import Records
import Testing

@Suite("What is expected of guesses")
struct ExpectationTests {
    private struct Expectation: Decodable {
        var filter: String?
        var recordType: String
        var columns: [String: String?]
    }

    private static func expectations() throws -> [String: Expectation] {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let url = root.appendingPathComponent("Benchmarks/guess-expectations.json")
        return try JSONDecoder().decode([String: Expectation].self, from: Data(contentsOf: url))
    }

    @Test("For a file whose input filter ships, what that filter maps is expected, and nothing else")
    func shippedFilters() throws {
        for (file, expected) in try Self.expectations() {
            guard let name = expected.filter else { continue }
            let yaml = try #require(ShippedFilters.named(name), "\(name)")
            let document = try InputFilterDocument(
                document: name, yaml: yaml, recordTypes: Catalogue.builtIn().types)
            #expect(document.recordType == expected.recordType)
            for (column, field) in expected.columns {
                let mapped = document.columns.filter { Self.isOwn($0, column) }.map(\.field)
                if let field {
                    #expect(mapped.contains(field), "\(file): \(column)")
                } else {
                    #expect(mapped.isEmpty, "\(file): \(column)")
                }
            }
        }
    }

    /// Whether a rule is fed by a column of this name.
    private static func isOwn(_ rule: ColumnRule, _ column: String) -> Bool {
        let wanted = Field.comparableName(column)
        return rule.references.contains { reference in
            guard case .header(let names) = reference else { return false }
            return names.contains { Field.comparableName($0) == wanted }
        }
    }
}
