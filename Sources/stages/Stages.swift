public import ArgumentParser
public import StageWork

/// Measures each stage of the data plane alone, its answers checked.
@main
struct Stages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stages",
        abstract: "Measure each stage of the data plane alone, over made-up contacts, and check its answers.")

    @Option(help: "Records of an input; of the wide one a fifth.")
    var records: UInt64 = 100_000

    @Option(help: "Measured runs, after one that is not.")
    var runs = 5

    @Option(
        parsing: .upToNextOption,
        help: "Only these stages: \(Stage.allCases.map(\.rawValue).joined(separator: ", ")).")
    var stage: [Stage] = Stage.allCases

    @Option(
        parsing: .upToNextOption,
        help: "Only these inputs: \(Shape.allCases.map(\.rawValue).joined(separator: ", ")).")
    var shape: [Shape] = Shape.allCases

    func validate() throws {
        guard records >= 10, records <= 5_000_000 else {
            throw ValidationError("An input has 10 to 5,000,000 records.")
        }
        guard runs > 0 else { throw ValidationError("At least one run is measured.") }
    }

    func run() async throws {
        for stage in stage {
            for shape in shape {
                let records = shape == .wide ? records / 5 : records
                let run = try StageRun(stage, shape, records: records)
                try await measure(run)
            }
        }
    }

    private func measure(_ run: StageRun) async throws {
        try await run.checkContent()
        let clock = ContinuousClock()
        var times: [Duration] = []
        for number in 0...runs {
            try run.prepare()
            let start = clock.now
            try await run.run()
            if number > 0 { times.append(clock.now - start) }
        }
        let seconds = times.sorted()[times.count / 2] / .seconds(1)
        let columns = [
            run.stage.rawValue, run.shape.rawValue, "\(run.records) records",
            "\(Self.rounded(seconds * 1000)) ms",
            "\(Self.rounded(Double(run.bytes) / seconds / 1e9)) GB/s",
            "\(Self.rounded(Double(run.records) / seconds / 1e6)) M records/s",
        ]
        print(columns.joined(separator: "\t"))
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension Stage: ExpressibleByArgument {}
extension Shape: ExpressibleByArgument {}
