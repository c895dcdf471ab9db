import Foundation
import Records
import TestSupport
import Testing

@testable import Store

/// Imports one after the other into one table.
struct History: CustomStringConvertible {
    var imports: [ImportCase]

    static func random(using random: inout SeededGenerator) -> History {
        // Records that may find their row by one key and give it another are the hardest: every second time.
        let several = [SampleTypes.account, SampleTypes.customer, SampleTypes.seat]
        let types = random.chance(50) ? several : SampleTypes.all
        let type = types.randomElement(using: &random) ?? SampleTypes.contact
        let count = Int.random(in: 1...4, using: &random)
        return History(imports: (0..<count).map { _ in .random(type, using: &random) })
    }

    var description: String { imports.map { "  \($0)" }.joined() }

    /// What the store and the model do not agree on; `nil` where they agree on everything.
    func disagreement() throws -> String? {
        guard let type = imports.first?.type else { return nil }
        var model = ModelDatabase(type)
        var runner = try ImportRunner(type)
        for (index, work) in imports.enumerated() {
            let wanted = model.run(work)
            let finding: ImportRunner.Finding
            do { finding = try runner.run(work) } catch { return "import \(index + 1): \(error)" }
            if let fault = finding.faults.first { return "import \(index + 1): \(fault)" }
            if finding.result != wanted {
                return "import \(index + 1):\n  store \(finding.result)\n  model \(wanted)"
            }
            let found = try runner.contents(type).map(Self.text).sorted()
            let rows = model.contents.map(Self.text).sorted()
            if found != rows { return "import \(index + 1):\n  store \(found)\n  model \(rows)" }
        }
        return nil
    }

    private var disagrees: Bool {
        do { return try disagreement() != nil } catch { return true }
    }

    private static func text(_ row: [String: Value]) -> String {
        row.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }

    /// The smallest history found that still disagrees.
    func shrunk() -> History {
        var smallest = self
        while let smaller = smallest.smaller.first(where: { $0.disagrees }) {
            smallest = smaller
        }
        return smallest
    }

    private var smaller: [History] {
        var histories: [History] = []
        for index in imports.indices {
            var history = self
            history.imports.remove(at: index)
            histories.append(history)
        }
        for index in imports.indices {
            for record in imports[index].records.indices {
                var history = self
                history.imports[index].records.remove(at: record)
                histories.append(history)
            }
            if imports[index].course.interruptions > 0 {
                var history = self
                history.imports[index].course.interruptions = 0
                histories.append(history)
            }
        }
        return histories
    }
}

/// Runs random histories until one disagrees, and tells the smallest form of that one.
func expectAgreement(histories: Int, using random: inout SeededGenerator) throws {
    for _ in 0..<histories {
        let history = History.random(using: &random)
        guard try history.disagreement() != nil else { continue }
        let shrunk = history.shrunk()
        Testing.Issue.record("\(try shrunk.disagreement() ?? "agrees when run again")\n\(shrunk)")
        return
    }
}

@Suite("The bulk write and its model")
struct ModelTests {
    @Test("any imports come to what records applied one by one in file order come to")
    func agreement() throws {
        var random = SeededGenerator.printingSeed()
        try expectAgreement(histories: 250, using: &random)
    }
}

@Suite("The bulk write and its model, at length", .enabled(if: slowTestsAreOn))
struct ModelSlowTests {
    @Test("thousands of histories come to what records applied one by one in file order come to")
    func agreementAtLength() throws {
        var random = SeededGenerator.printingSeed()
        try expectAgreement(histories: 5000, using: &random)
    }
}

/// Set by `Scripts/slow-tests`.
let slowTestsAreOn = ProcessInfo.processInfo.environment["SLUICE_SLOW"] == "1"
