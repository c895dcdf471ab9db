import Benchmark
import StageWork

/// Bytes of the input in a second: a narrow record and a wide one can be compared by it.
private let megabytes = BenchmarkMetric.custom(
    "MB of input a second", polarity: .prefersLarger, useScalingFactor: false)
private let records = BenchmarkMetric.custom(
    "thousand records a second", polarity: .prefersLarger, useScalingFactor: false)

/// Each stage over each input; each checks what comes out once, and its counts at every run.
let benchmarks: @Sendable () -> Void = {
    let configuration = Benchmark.Configuration(
        metrics: [.wallClock, .cpuTotal, .peakMemoryResident, megabytes, records], warmupIterations: 1,
        maxDuration: .seconds(5), maxIterations: 15)
    for stage in Stage.allCases {
        for shape in Shape.allCases {
            Benchmark("\(stage.rawValue) \(shape.rawValue)", configuration: configuration) {
                (benchmark: Benchmark, run: StageRun) in
                try run.prepare()
                let clock = ContinuousClock()
                benchmark.startMeasurement()
                let start = clock.now
                try await run.run()
                let seconds = (clock.now - start) / .seconds(1)
                benchmark.stopMeasurement()
                benchmark.measurement(megabytes, Int(Double(run.bytes) / seconds / 1e6))
                benchmark.measurement(records, Int(Double(run.records) / seconds / 1e3))
            } setup: {
                let run = try StageRun(stage, shape, records: shape == .wide ? 20_000 : 100_000)
                try await run.checkContent()
                return run
            }
        }
    }
}
