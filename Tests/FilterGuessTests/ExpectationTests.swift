import Foundation
import InputFilters
import Records
import TestSupport
import Testing

@Suite("What is expected of guesses")
struct ExpectationTests {
    private struct Expectation: Decodable {
        var filter: String?
        var recordType: String
        /// By the column's name, or its number where it has none.
        var columns: [String: WantedFields]
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
            for (column, wanted) in expected.columns {
                let mapped = document.columns.filter { Self.isOwn($0, column, among: expected.columns.keys) }
                let fields = Set(mapped.map(\.field))
                #expect(fields.isSuperset(of: wanted.fields), "\(file): \(column)")
                #expect(!wanted.fields.isEmpty || fields.isEmpty, "\(file): \(column)")
            }
        }
    }

    /// Whether a rule is fed by a column of this name, or number, in a file of these columns.
    private static func isOwn(
        _ rule: ColumnRule, _ column: String, among columns: some Sequence<String>
    ) -> Bool {
        let present = Set(columns.map(Field.comparableName))
        return rule.references.contains { reference in
            switch reference {
            case .position(let position): return column == "\(position + 1)"
            case .slice: return false
            case .header(let names):
                let first = names.map(Field.comparableName).first(where: present.contains)
                return first == Field.comparableName(column)
            }
        }
    }
}
