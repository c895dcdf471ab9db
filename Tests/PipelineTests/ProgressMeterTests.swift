import Records
import TestSupport
import Testing

@testable import Pipeline

@Suite("The progress meter")
struct ProgressMeterTests {
    private func seconds(_ value: Double) -> Duration { .milliseconds(Int64((value * 1000).rounded())) }

    @Test("a steady rate gives the right rate and the right rest", arguments: [0.06, 0.2, 1, 7])
    func steady(step: Double) throws {
        var meter = ProgressMeter(bytesTotal: 1_000_000)
        var at = 0.0
        // 10,000 bytes and 70 records a second, from an odd moment on.
        while at <= 60 {
            meter.note(bytesDone: UInt64(at * 10_000), records: UInt64(at * 70), at: seconds(123.4 + at))
            at += step
        }
        let progress = meter.progress
        let rest = Double(1_000_000 - progress.bytesDone) / 10_000
        #expect(abs(try #require(progress.etaSeconds) - rest) < 0.5)
        #expect(abs(progress.recordsPerSecond - 70) <= 3)
        #expect(progress.bytesTotal == 1_000_000)
    }

    @Test("in the first second no rest is told; after it there is one")
    func silence() {
        var meter = ProgressMeter(bytesTotal: 1000)
        #expect(meter.progress.etaSeconds == nil)
        for step in 0...9 {
            meter.note(bytesDone: UInt64(step * 10), records: 1, at: seconds(50 + Double(step) / 10))
            #expect(meter.progress.etaSeconds == nil, "after \(step) tenths")
            #expect(meter.progress.bytesDone == UInt64(step * 10))
        }
        meter.note(bytesDone: 100, records: 1, at: seconds(51))
        #expect(meter.progress.etaSeconds == 9)
    }

    @Test("a change of rate shows within seconds")
    func change() throws {
        var meter = ProgressMeter(bytesTotal: 10_000)
        for second in 0...20 {
            meter.note(bytesDone: UInt64(second * 100), records: 0, at: seconds(Double(second)))
        }
        // 8,000 bytes are left; at the old rate 80 s, at the new one 40 s less what is done by then.
        for second in 1...20 {
            meter.note(bytesDone: UInt64(2000 + second * 200), records: 0, at: seconds(20 + Double(second)))
        }
        #expect(abs(try #require(meter.progress.etaSeconds) - 20) < 1)
    }

    @Test("while nothing moves the rest grows, and is not told where there is no rate left")
    func stall() throws {
        var meter = ProgressMeter(bytesTotal: 10_000)
        for second in 0...10 {
            meter.note(bytesDone: UInt64(second * 100), records: UInt64(second), at: seconds(Double(second)))
        }
        let before = try #require(meter.progress.etaSeconds)
        var last = before
        for second in 11...20 {
            meter.note(bytesDone: 1000, records: 10, at: seconds(Double(second)))
            let rest = try #require(meter.progress.etaSeconds)
            #expect(rest > last)
            last = rest
        }
        #expect(meter.progress.recordsPerSecond == 0)
        meter.note(bytesDone: 1000, records: 10, at: seconds(60))
        #expect(meter.progress.etaSeconds == nil)
        // And it comes back.
        meter.note(bytesDone: 2000, records: 20, at: seconds(61))
        #expect(meter.progress.etaSeconds == 8)
    }

    @Test("what is done is never more than all, and never falls")
    func bounds() {
        var meter = ProgressMeter(bytesTotal: 100)
        meter.note(bytesDone: 0, records: 0, at: seconds(0))
        meter.note(bytesDone: 60, records: 6, at: seconds(2))
        meter.note(bytesDone: 50, records: 5, at: seconds(4))
        #expect(meter.progress.bytesDone == 60)
        #expect(meter.progress.recordsPerSecond >= 0)
        #expect((meter.progress.etaSeconds ?? 0) >= 0)
        meter.note(bytesDone: 170, records: 17, at: seconds(6))
        #expect(meter.progress.bytesDone == 100)
        #expect(meter.progress.etaSeconds == 0)
    }

    @Test("whatever is noted, rest and rate are never below zero")
    func neverNegative() {
        var random = SeededGenerator.printingSeed()
        for _ in 0..<200 {
            var meter = ProgressMeter(bytesTotal: .random(in: 0...1000, using: &random))
            var at = 0.0
            for _ in 0..<30 {
                at += .random(in: 0...1.5, using: &random)
                meter.note(
                    bytesDone: .random(in: 0...1200, using: &random),
                    records: .random(in: 0...50, using: &random),
                    at: seconds(at))
                let progress = meter.progress
                #expect(progress.recordsPerSecond >= 0)
                #expect(progress.etaSeconds.map { $0 >= 0 && $0.isFinite } ?? true)
                #expect(progress.bytesDone <= progress.bytesTotal)
            }
        }
    }

    @Test("a file that is done has no rest")
    func finished() {
        var meter = ProgressMeter(bytesTotal: 300)
        for second in 0...3 {
            meter.note(bytesDone: UInt64(second * 100), records: 0, at: seconds(Double(second)))
        }
        #expect(meter.progress.etaSeconds == 0)
        #expect(meter.progress.bytesDone == 300)
    }
}
