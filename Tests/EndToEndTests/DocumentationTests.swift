import Foundation
import Testing

@Suite("The manual of the command line")
struct DocumentationTests {
    /// Each command, by its words, and what its `--help` says.
    private func commands() throws -> [(words: [String], help: String)] {
        let folder = try Workdir()
        var found: [(words: [String], help: String)] = []
        var waiting: [[String]] = [[]]
        while let words = waiting.popLast() {
            let run = try folder.start(words + ["--help"]).wait()
            #expect(run.exitCode == 0)
            found.append((words, run.text))
            guard let start = run.text.firstRange(of: "SUBCOMMANDS:") else { continue }
            for line in run.text[start.upperBound...].split(separator: "\n") {
                guard let match = line.firstMatch(of: /^  ([a-z-]+)( \(default\))?( |$)/) else { continue }
                waiting.append(words + [String(match.1)])
            }
        }
        return found
    }

    @Test("docs/command-line.md tells of every command and every option that --help prints")
    func everythingIsDocumented() throws {
        let manual = try String(
            contentsOf: Given.root.appendingPathComponent("docs/command-line.md"), encoding: .utf8)
        let commands = try commands()
        #expect(commands.count >= 13, "\(commands.map(\.words))")
        for (words, help) in commands {
            let name = (["sluice"] + words).joined(separator: " ")
            // In running text a command stands without the program's name.
            let short = "`" + words.joined(separator: " ")
            let isTold = manual.contains(name) || words.count > 1 && manual.contains(short)
            #expect(isTold, "'\(name)' is not in the manual")
            for option in Set(help.matches(of: /--[a-z][a-z-]+/).map { String($0.output) }) {
                let isTold = manual.contains(option)
                #expect(isTold, "\(option) of '\(name)' is not in the manual")
            }
        }
    }

    @Test("The manual tells of no option that there is not")
    func nothingElseIsDocumented() throws {
        let manual = try String(
            contentsOf: Given.root.appendingPathComponent("docs/command-line.md"), encoding: .utf8)
        let known = try Set(
            commands().flatMap { $0.help.matches(of: /--[a-z][a-z-]+/).map { String($0.output) } })
        let told = Set(manual.matches(of: /`(--[a-z][a-z-]+)/).map { String($0.1) })
        #expect(told.subtracting(known) == [])
    }
}
