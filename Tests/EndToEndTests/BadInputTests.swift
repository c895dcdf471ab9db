import Foundation
import Testing

@Suite("Bad input")
struct BadInputTests {
    /// What no row may take, however great its file is or would become.
    private static let mostMemory: UInt64 = 256 << 20

    private struct Attempt {
        var folder: Workdir
        var run: Run
        /// What must not be touched by a refusal: each file by its name, with its bytes; a folder with `nil`.
        var before: [String: [UInt8]?]
        /// The file's name as messages have it.
        var fileName: String
    }

    private func attempt(_ row: BadInput) throws -> Attempt {
        let folder = try Workdir()
        if let filter = row.filter { try folder.write("filter.yaml", filter) }
        let path: String
        switch row.source {
        case .ugly(let name): path = Given.ugly(name)
        case .text(let text): path = try folder.write("in.csv", text)
        case .bytes(let name, let bytes): path = try folder.write(name, bytes())
        case .path(let told), .dashes(let told): path = told
        }
        try row.prepare?(folder)
        // A FIFO would be waited for; none is refused.
        let before: [String: [UInt8]?] = folder.has("pipe") ? [:] : content(of: folder)
        let filter = row.filter.map { _ in ["--filter", "filter.yaml"] } ?? []
        let rest = filter + row.options + ["--json", "--database", "a.db"]
        let isBehindDashes = if case .dashes = row.source { true } else { false }
        let words = isBehindDashes ? rest + ["--", path] : [path] + rest
        let program = try folder.start(["import", row.type] + words)
        let run = program.wait()
        #expect(program.peakResidentBytes < Self.mostMemory)
        return Attempt(
            folder: folder, run: run, before: before, fileName: URL(fileURLWithPath: path).lastPathComponent)
    }

    private func content(of folder: Workdir) -> [String: [UInt8]?] {
        Dictionary(uniqueKeysWithValues: folder.names.map { ($0, try? folder.read($0)) })
    }

    private func check(_ failure: ShownFailure, _ row: BadInput, names: [String]) {
        #expect(failure.kind == "refused")
        #expect(failure.hint?.isEmpty == false, "no next step: \(failure.message)")
        let told = failure.message + " " + (failure.hint ?? "")
        #expect(
            names.contains { failure.message.contains($0) }, "neither file nor document: \(failure.message)")
        for word in row.says { #expect(told.contains(word), "\(told)") }
    }

    @Test("Each bad input ends as docs/bad-input.md says", arguments: BadInput.all)
    func endsAsThePageSays(row: BadInput) throws {
        let attempt = try attempt(row)
        #expect(attempt.run.exitCode == row.exitCode, "\(attempt.run.text)\(attempt.run.errors)")
        switch row.end {
        case .read: try checkRead(attempt, row, rejects: [])
        case .rejected(let rejects): try checkRead(attempt, row, rejects: rejects)
        case .refused(let code, let place):
            let failure = try failure(of: attempt)
            #expect(failure.code == code)
            #expect(failure.place == place)
            check(failure, row, names: [attempt.fileName, "input filter 'bad-input'", "out.csv"])
        case .filterRefused(let code, let place):
            let saved = try attempt.folder.ask("filters", "save", "filter.yaml")
            #expect(saved.exitCode == 2)
            for failure in [try failure(of: attempt), try saved.failure()] {
                #expect(failure.code == code)
                #expect(failure.message.contains("filter.yaml, \(place) ("), "\(failure.message)")
                check(failure, row, names: ["filter.yaml"])
            }
        }
    }

    /// The failure of a run that wrote no record, whether or not there was a task.
    private func failure(of attempt: Attempt) throws -> ShownFailure {
        guard attempt.folder.has("a.db") else {
            #expect(content(of: attempt.folder) == attempt.before)
            return try attempt.run.failure()
        }
        let task = try attempt.run.task()
        #expect(task.state == "failed")
        #expect(task.counts == ShownCounts())
        let database = try Database(attempt.folder)
        for table in ["contacts", "accounts", "customers"] where try database.hasTable(table) {
            #expect(try database.number("SELECT count(*) FROM \(table)") == 0)
        }
        return try #require(task.failure)
    }

    private func checkRead(_ attempt: Attempt, _ row: BadInput, rejects: [String]) throws {
        let task = try attempt.run.task()
        #expect(task.failure == nil)
        #expect(task.state == (rejects.isEmpty ? "completed" : "completedWithRejects"))
        #expect(task.counts.reconcile)
        #expect(task.counts.rejected == UInt64(rejects.count))
        #expect(task.counts.skipped == row.skipped)
        #expect(task.counts.duplicate == row.duplicate)
        #expect(task.warnings.map(\.code) == row.warnings)
        let shown = try attempt.folder.rejectList(of: task.id)
        #expect(shown.map(\.words) == rejects)
        let told = shown.flatMap(\.issues).map(\.message).joined(separator: "\n")
        for word in row.says { #expect(told.contains(word), "\(told)") }
        let database = try Database(attempt.folder)
        #expect(try database.number("SELECT count(*) FROM \(row.type)") == Int64(task.counts.created))
        #expect(try database.damage().isEmpty)
        guard let records = row.records else { return }
        let found = try database.rows("SELECT \(row.columns) FROM \(row.type) ORDER BY 1")
        // As bytes: Unicode calls texts equal that are not the same.
        #expect(
            found.map { Array($0.joined(separator: "|").utf8) } == records.map { Array($0.utf8) }, "\(found)")
    }

    @Test("Each file of Fixtures/ugly is in the table")
    func everyFixtureIsThere() throws {
        let there = try FileManager.default.contentsOfDirectory(
            atPath: Given.fixtures.appendingPathComponent("ugly").path)
        #expect(Set(there) == Set(BadInput.all.compactMap(\.fixture)))
    }

    @Test("docs/bad-input.md has these rows, in this order and in these words")
    func pageHasTheTable() throws {
        let path = Given.root.appendingPathComponent("docs/bad-input.md")
        let page = try String(contentsOf: path, encoding: .utf8)
        let start = try #require(page.firstRange(of: "## "), "the page has no tables").lowerBound
        let written = page[start...].split(separator: "\n", omittingEmptySubsequences: false)
        let expected = BadInput.page.split(separator: "\n", omittingEmptySubsequences: false)
        for (one, other) in zip(written, expected) where one != other {
            Issue.record("the page has\n\(one)\nand must have\n\(other)")
        }
        guard written != expected else { return }
        Issue.record("from the first heading on, the page must be\n\n\(BadInput.page)")
    }
}

extension ShownFailure {
    /// The place in the file in words; `nil` where none is told.
    fileprivate var place: String? {
        let parts = [
            line.map { "line \($0)" }, column.map { "column \($0)" }, byteOffset.map { "byte \($0)" },
        ]
        let told = parts.compactMap { $0 }
        return told.isEmpty ? nil : told.joined(separator: ", ")
    }
}

extension ShownReject {
    /// Place and first code in words.
    fileprivate var words: String {
        let column = issues.first?.column.map { ", column \($0)" } ?? ""
        return "line \(line), byte \(byteOffset)\(column): \(issues.first?.code ?? "")"
    }
}
