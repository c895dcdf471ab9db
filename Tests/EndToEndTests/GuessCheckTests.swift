import Foundation
import Testing

@Suite("What sluice filters guess writes, tried by sluice filters check")
struct GuessCheckTests {
    /// Bundled files and those of the suites, but for the ones that are no whole table.
    static let files: [String] = {
        let unreadable: Set = ["empty.csv", "gzip-cut.csv.gz", "gzip-garbage.csv.gz"]
        let bundled = ["", "exports", "ugly"].flatMap { folder in
            let path = Given.fixtures.appendingPathComponent(folder).path
            return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
                .filter { $0.contains(".csv") && !unreadable.contains($0) }
                .map { "\(path)/\($0)" }
        }
        let real = ["current", "district-offices"].map {
            Suites.path("real-us-legislators/legislators-\($0).csv")
        }
        return (bundled + real).sorted()
    }()

    @Test("There are files to guess at")
    func isNotEmpty() {
        #expect(Self.files.count > 45)
    }

    @Test("It is taken for the file it was guessed from, and rejects what was said", arguments: files)
    func taken(file: String) throws {
        guard access(file, R_OK) == 0 else {
            print("skipped: \(file) is not on this machine")
            return
        }
        let folder = try Workdir()
        let guessed = try folder.sluice("filters", "guess", file, "--json", "--no-examples")
        try #require(guessed.exitCode == 0, "\(guessed.errors)")
        let guess = try JSONDecoder().decode(Guess.self, from: Data(guessed.output))
        try folder.write("guess.yaml", guess.document)
        let checked = try folder.sluice(
            "filters", "check", "guess.yaml", file, "--json", "--records", "\(max(1, guess.records))")
        try #require(checked.exitCode == 0 || checked.exitCode == 3, "\(checked.errors)")
        let sample = try JSONDecoder().decode(Check.self, from: Data(checked.output)).sample
        #expect(sample.accepted + sample.rejected == guess.records)
        #expect(sample.rejected <= guess.rejected)
        // What is plainly bad in the files is few records, or one or two of very few.
        #expect(guess.rejected <= max(2, guess.records / 8), "\(guess.document)")
    }

    private struct Guess: Decodable {
        var document: String
        var records: Int
        var rejected: Int
    }

    private struct Check: Decodable {
        var sample: Sample

        struct Sample: Decodable {
            var accepted: Int
            var rejected: Int
        }
    }
}
