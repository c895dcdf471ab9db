import Dispatch
import Records
import Store
import TestSupport
import Testing

@testable import Pipeline

@Suite("Exports by several lanes")
struct ExportRunTests {
    /// Plain text, which goes straight into lines, and formats that work on batches.
    private static let formats: [String?] = [
        nil, "name: a\nblank: '-'", "name: a\nfile: {encoding: utf-16le, mark: true, quoting: all}",
    ]
    private static let filters: [String?] = [
        nil, "paymentBalance > 0", "state = 'CA' and lastName is not empty",
    ]

    /// Exports over these snapshots, one lane each.
    private func export(
        _ folder: ExportFolder, _ plan: ExportPlan, over snapshots: [RowSnapshot],
        _ sizes: ExportRun.Sizes = ExportRun.Sizes()
    ) async throws -> ExportRun.Result {
        let preparation = try ExportPreparation(plan, catalogue: .builtIn(), at: Timestamp(milliseconds: 0))
        let run = ExportRun(preparation, over: snapshots, sizes: sizes, stop: StopSignal()) { _ in }
        return try await run.run(to: ExportDestination(plan.path), force: false)
    }

    private func sizes(_ rows: Int, _ bytes: Int) -> ExportRun.Sizes {
        var sizes = ExportRun.Sizes()
        (sizes.rowsPerPart, sizes.bytesPerBuffer) = (rows, bytes)
        return sizes
    }

    @Test("lanes that take parts in turn write what one writes, while others commit", arguments: 0..<3)
    func lanesWriteWhatOneWrites(format: Int) async throws {
        var random = SeededGenerator.printingSeed()
        let folder = try ExportFolder()
        try folder.fill(1500, using: &random)
        try folder.sql("DELETE FROM contacts WHERE id % 11 = 0 OR contact_number BETWEEN 'N300' AND 'N400'")
        for (round, filter) in Self.filters.enumerated() {
            let columns = ["id", "contactNumber", "lastName", "paymentBalance", "description"]
            let snapshots = try folder.snapshots(4)
            let one = try await export(
                folder,
                folder.plan(
                    to: "one\(round)", columns: columns, filter: filter, format: Self.formats[format]),
                over: [snapshots[3]])
            // Others go on to change what the snapshots do not see.
            let stop = StopSignal()
            let changing = DispatchGroup()
            DispatchQueue(label: "test").async(group: changing) { @Sendable in
                while (try? stop.check()) != nil {
                    try? folder.sql(
                        "UPDATE contacts SET last_name = 'other' WHERE id % 3 = 0; "
                            + "UPDATE contacts SET id = id + 1 WHERE id = (SELECT max(id) FROM contacts)")
                }
            }
            for lanes in 2...3 {
                let name = "lanes\(round)-\(lanes)"
                let many = try await export(
                    folder,
                    folder.plan(to: name, columns: columns, filter: filter, format: Self.formats[format]),
                    over: Array(snapshots[..<lanes]),
                    sizes(
                        .random(in: 1...200, using: &random),
                        [1, 300, 1 << 16].randomElement(using: &random) ?? 1))
                #expect(many == one && many.rows > 100)
                #expect(folder.read(name) == folder.read("one\(round)"))
            }
            stop.stop(.cancelled)
            await withCheckedContinuation { done in
                changing.notify(queue: .global()) { @Sendable in done.resume() }
            }
        }
    }

    @Test("a table without rows is its header, whatever the lanes")
    func noRows() async throws {
        let folder = try ExportFolder()
        let result = try await export(
            folder, folder.plan(to: "none.csv", columns: ["id", "lastName"]), over: folder.snapshots(2))
        #expect(result.rows == 0)
        #expect(folder.read("none.csv") == Array("id,lastName\n".utf8))
    }

    @Test("an error in one lane ends the export as it would with one, and nothing is at the destination")
    func errors() async throws {
        var random = SeededGenerator.printingSeed()
        let folder = try ExportFolder()
        try folder.fill(300, using: &random)
        // Two that cannot be written: the one that comes first is told, whichever lane is quicker.
        try folder.sql(
            "UPDATE contacts SET first_name = 'much too long' WHERE contact_number IN ('N200', 'N170')")
        let format =
            "name: a\nrecordType: contact\nfile: {format: fixedWidth}\ncolumns: [{field: firstName, width: 5}]"
        let snapshots = try folder.snapshots(3)
        var failures: [Failure] = []
        for lanes in 1...3 {
            let plan = folder.plan(to: "out.txt", format: format)
            let failure = await #expect(throws: Failure.self) {
                _ = try await export(folder, plan, over: Array(snapshots[..<lanes]), sizes(7, 100))
            }
            if let failure { failures.append(failure) }
            #expect(folder.read("out.txt") == nil)
        }
        #expect(failures.allSatisfy { $0.code == "value_too_wide" && $0.message == failures.first?.message })
    }

    @Test("what was changed so that it could be written is counted over all lanes")
    func changesAreSummed() async throws {
        var random = SeededGenerator.printingSeed()
        let folder = try ExportFolder()
        try folder.fill(300, using: &random)
        try folder.sql("UPDATE contacts SET last_name = 'Zoë', first_name = 'Доктор'")
        let format =
            "name: a\nrecordType: contact\nfile: {format: fixedWidth, encoding: windows-1252, unencodable: replace}\n"
            + "columns: [{field: lastName, width: 2, tooLong: truncate}, {field: firstName, width: 9}]"
        let snapshots = try folder.snapshots(2)
        for lanes in 1...2 {
            let result = try await export(
                folder, folder.plan(to: "out\(lanes)", format: format), over: Array(snapshots[..<lanes]),
                sizes(20, 50))
            #expect(result.warnings.map(\.count) == [300, 300])
            #expect(result.warnings.map(\.code) == ["value_truncated", "characters_replaced"])
        }
    }

    @Test("stopped, it ends with no file")
    func stopped() async throws {
        var random = SeededGenerator.printingSeed()
        let folder = try ExportFolder()
        try folder.fill(100, using: &random)
        let preparation = try ExportPreparation(
            folder.plan(to: "out.csv"), catalogue: .builtIn(), at: Timestamp(milliseconds: 0))
        let stop = StopSignal()
        let run = try ExportRun(
            preparation, over: folder.snapshots(2), sizes: sizes(3, 1), stop: stop
        ) { done in if done.rows > 20 { stop.stop(.cancelled) } }
        await #expect(throws: Stopped.self) {
            _ = try await run.run(to: ExportDestination("\(folder.path)/out.csv"), force: false)
        }
        #expect(folder.read("out.csv") == nil)
    }
}
