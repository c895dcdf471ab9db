import Foundation
import TestSupport
import Testing

@Suite("sluice filters guess")
struct GuessTests {
    private static let people = """
        Contact ID,First Name,Email
        1,Ann,ann@example.com
        2,Bob,bob@example.com

        """

    @Test("What it writes imports the file it was guessed from")
    func roundTrip() throws {
        let folder = try Workdir()
        try folder.write("people.csv", Self.people)
        let guessed = try folder.sluice("filters", "guess", "people.csv", "--output", "people.yaml")
        #expect(guessed.exitCode == 0)
        #expect(guessed.output.isEmpty)
        let task = try folder.importing("contacts", "people.csv", "--filter", "people.yaml").task()
        #expect(task.counts == ShownCounts(read: 2, created: 2))
    }

    @Test("Standard output has the document, or with --json one value with it")
    func outputs() throws {
        let folder = try Workdir()
        try folder.write("people.csv", Self.people)
        let plain = try folder.sluice("filters", "guess", "people.csv")
        #expect(plain.text.hasPrefix("# Input filter for contacts"))
        let json = try folder.sluice("filters", "guess", "people.csv", "--json")
        let answer = try JSONDecoder().decode(Answer.self, from: Data(json.output))
        #expect(answer.document == plain.text)
        #expect(answer.columns.map(\.fields) == [["contactNumber"], ["firstName"], ["email"]])
    }

    @Test("A file that is there is replaced only with --force, and the source never")
    func output() throws {
        let folder = try Workdir()
        try folder.write("people.csv", Self.people)
        try folder.write("there.yaml", "mine")
        let refused = try folder.sluice("filters", "guess", "people.csv", "--output", "there.yaml", "--json")
        #expect(try refused.exitCode == 2 && refused.failure().code == "output_exists")
        let forced = try folder.sluice("filters", "guess", "people.csv", "--output", "there.yaml", "--force")
        #expect(forced.exitCode == 0)
        let itself = try folder.sluice(
            "filters", "guess", "people.csv", "--output", "people.csv", "--force", "--json")
        #expect(try itself.exitCode == 2 && itself.failure().code == "output_is_input")
    }

    @Test(
        "What cannot be guessed ends with 2 and its code",
        arguments: [
            ("empty.csv", "empty_file"), ("gzip-cut.csv.gz", "truncated_compression"),
            ("missing.csv", "file_not_found"),
        ])
    func refusals(name: String, code: String) throws {
        let run = try Workdir().sluice("filters", "guess", Given.ugly(name), "--json")
        #expect(run.exitCode == 2)
        #expect(try run.failure().code == code)
    }

    @Test("Nearly all columns of the files at hand are mapped as they should be")
    func share() throws {
        let url = Given.root.appendingPathComponent("Benchmarks/guess-expectations.json")
        let expectations = try JSONDecoder().decode([String: Expectation].self, from: Data(contentsOf: url))
        var (right, all) = (0, 0)
        for (name, expected) in expectations {
            let isSuite = name.hasPrefix("suites/")
            let path =
                isSuite
                ? Suites.path(String(name.dropFirst(7))) : Given.root.appendingPathComponent(name).path
            if isSuite, access(path, R_OK) != 0 {
                print("skipped: \(name) is not on this machine")
                continue
            }
            let run = try Workdir().sluice("filters", "guess", path, "--json")
            #expect(run.exitCode == 0, "\(name): \(run.errors)")
            let answer = try JSONDecoder().decode(Answer.self, from: Data(run.output))
            #expect(answer.recordType == expected.recordType, "\(name)")
            let found = Dictionary(answer.columns.map { ($0.name ?? "\($0.column)", Set($0.fields)) }) {
                one, _ in one
            }
            all += expected.columns.count
            right += expected.columns.count { name, wanted in
                wanted.fields.isEmpty
                    ? found[name]?.isEmpty ?? false : found[name]?.isSuperset(of: wanted.fields) ?? false
            }
        }
        // 91.5 % with the files of the suite, 89.8 % without.
        #expect(Double(right) >= 0.89 * Double(all), "\(right) of \(all)")
    }

    private struct Expectation: Decodable {
        var recordType: String
        var columns: [String: WantedFields]
    }

    private struct Answer: Decodable {
        var recordType: String
        var document: String
        var columns: [Column]

        struct Column: Decodable {
            var column: Int
            var name: String?
            var fields: [String]
        }
    }
}
