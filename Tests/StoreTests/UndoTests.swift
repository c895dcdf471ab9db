import GRDB
import Records
import TestSupport
import Testing

@testable import Store

@Suite("Undo")
struct UndoTests {
    private static let undoable: [UndoScene.Work] = UndoScene.Work.allCases.filter {
        $0 != .mergeWithoutValues
    }

    @Test("in reverse order restores what was there before each task, whatever the steps")
    func reverseOrder() throws {
        var random = SeededGenerator.printingSeed()
        for _ in 0..<25 {
            let scene = try UndoScene(SeededGenerator(seed: random.next()))
            var states: [(task: (number: Int64, id: String), before: UndoScene.Content)] = []
            for _ in 0..<Int.random(in: 3...14, using: &random) {
                let work = Self.undoable.randomElement(using: &random) ?? .merge
                let before = try scene.content()
                let task = try scene.beginTask()
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    try scene.transact(work, task: task.number)
                }
                states.append((task, before))
            }
            for (task, before) in states.reversed() {
                let undo = try scene.beginUndo(
                    of: task, commitRows: Int.random(in: 1...12, using: &random))
                #expect(try scene.state(of: task.id) == .undoing)
                while !undo.isOver { _ = try scene.step(undo) }
                #expect(try scene.content() == before)
                #expect(try scene.state(of: task.id) == .undone)
                #expect(try scene.leftRows(undo.number).isEmpty)
                #expect(undo.receipt.processed <= undo.rows && undo.receipt.skipped == 0)
                #expect(try scene.damage().isEmpty)
            }
        }
    }

    @Test("at any time leaves alone what was edited since, and nothing else")
    func anyOrder() throws {
        var random = SeededGenerator.printingSeed()
        var codes: [String: Int] = [:]
        for _ in 0..<60 { try Self.anyOrder(&random, turns: 40, &codes) }
        print("rows left alone: \(codes)")
        #expect(codes["edited_since", default: 0] > 10 && codes["linked_since", default: 0] > 0)
    }

    /// Transactions of several tasks and steps of several undos, each of which may begin at any time.
    ///
    /// `codes` counts the rows that were left alone, by their codes.
    static func anyOrder(
        _ random: inout SeededGenerator, turns: Int, _ codes: inout [String: Int]
    ) throws {
        let seed = random.next()
        let scene = try UndoScene(SeededGenerator(seed: seed))
        var model = try UndoModel(scene)
        var tasks: [(task: (number: Int64, id: String), work: UndoScene.Work)] = []
        var undos: [UndoScene.Undo] = []
        for turn in 0..<turns {
            let isLast = turn > turns - 8
            if tasks.count < 2 || (!isLast && random.chance(20)) {
                let work = UndoScene.Work.allCases.randomElement(using: &random) ?? .merge
                tasks.append((try scene.beginTask(), work))
            }
            if let index = tasks.indices.randomElement(using: &random), isLast || random.chance(25),
                undos.count < 3, undoable.contains(tasks[index].work)
            {
                let task = tasks.remove(at: index).task
                let undo = try scene.beginUndo(of: task, commitRows: Int.random(in: 1...9, using: &random))
                #expect(undo.rows == UInt64(model.changeCount(of: task.number)), "seed \(seed)")
                undos.append(undo)
            }
            if !isLast, random.chance(70), let (task, work) = tasks.randomElement(using: &random) {
                try scene.transact(work, task: task.number)
                try model.follow(scene)
            }
            for undo in undos where isLast || random.chance(40) {
                let step = try scene.step(undo)
                try check(step, of: undo, scene, &model, seed)
                for row in step.left { codes[row.code, default: 0] += 1 }
            }
            undos.removeAll(where: \.isOver)
        }
        #expect(try scene.damage().isEmpty, "seed \(seed)")
    }

    private static func check(
        _ step: RowStep, of undo: UndoScene.Undo, _ scene: UndoScene, _ model: inout UndoModel, _ seed: UInt64
    ) throws {
        let entries = try scene.entries(after: 0)
        let expected = model.takeBack(undo, to: UndoPoint(step: step.point)) { number in
            entries.first { $0.number == number }?.ids.lowerBound ?? 0
        }
        try model.follow(scene, undo: undo.number)
        let left = step.left.map { UndoModel.Left(id: $0.id, code: $0.code) }
        #expect(step.receipt == expected.receipt, "seed \(seed)")
        #expect(left == expected.left, "seed \(seed)")
        #expect(try scene.content() == model.content, "seed \(seed)")
        let logged = try scene.leftRows(undo.number)
        #expect(logged.suffix(step.left.count).elementsEqual(step.left), "seed \(seed)")
        if undo.isOver { #expect(UInt64(logged.count) == undo.receipt.skipped, "seed \(seed)") }
    }

    @Test("a place in the journal is one number, and comes back")
    func points() {
        for point in [UndoPoint.start, UndoPoint(entry: 1), UndoPoint(entry: 7, idsLeft: 4_000_000_000)] {
            #expect(UndoPoint(step: point.step) == point)
        }
        #expect(UndoPoint(step: nil) == .start)
    }
}

@Suite("Undo, for long", .enabled(if: slowTestsAreOn))
struct UndoSlowTests {
    @Test("at any time leaves alone what was edited since, and nothing else")
    func anyOrder() throws {
        var random = SeededGenerator.printingSeed()
        var codes: [String: Int] = [:]
        for _ in 0..<400 { try UndoTests.anyOrder(&random, turns: 80, &codes) }
        #expect(
            Set(codes.keys) == ["edited_since", "linked_since", "value_taken", "link_side_missing"],
            "\(codes)")
    }
}
