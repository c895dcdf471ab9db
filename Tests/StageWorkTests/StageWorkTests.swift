import StageWork
import Testing

/// The stages as benchmarks run them.
@Suite("Stages alone")
struct StageWorkTests {
    @Test("each stage gives what its input must come to", arguments: Stage.allCases, Shape.allCases)
    func eachStageGivesWhatItsInputMustComeTo(stage: Stage, shape: Shape) async throws {
        let run = try StageRun(stage, shape, records: 400)
        try await run.checkContent()
        try run.prepare()
        try await run.run()
        #expect(run.records == 400 && run.bytes > 400)
    }
}
