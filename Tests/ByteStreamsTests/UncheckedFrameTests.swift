import TestSupport
import Testing

@testable import ByteStreams

@Suite("zstd frames without a check sum")
struct UncheckedFrameTests {
    /// Every kind of block, table and length that the library writes has to pass the check of its sequences.
    @Test("right frames of any level and content are read", arguments: 0..<24)
    func rightFramesAreRead(round: Int) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let workdir = Workdir()
        for level in [Int32(-7), 1, 3, 6, 10, 16, 19] {
            let bytes = content(of: round % 6, using: &random)
            let frame = zstd(bytes, level: level, checksum: false, contentSize: round % 2 == 0, windowLog: 17)
            let read = try await drain(workdir.write("a", frame), requestBytes: 40_009)
            #expect(read == bytes, "level \(level), seed \(seed)")
        }
    }

    @Test("damage never harms the process, and is either seen or gives some bytes")
    func damageNeverHarms() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let workdir = Workdir()
        var seen = 0
        for level in [Int32(1), 5, 19] {
            let whole = zstd(sampleLines(bytes: 4_000, seed: seed), level: level, checksum: false)
            for _ in 0..<400 {
                var damaged = whole
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    damaged[Int.random(in: 4..<whole.count, using: &random)] = .random(
                        in: 0...255, using: &random)
                }
                let result = await outcome(workdir.write("a", damaged))
                if errorCode(result) != nil { seen += 1 }
            }
        }
        #expect(seen > 300, "seed \(seed)")
    }

    private func content(of kind: Int, using random: inout SeededGenerator) -> [UInt8] {
        let count = Int.random(in: 1...400_000, using: &random)
        switch kind {
        case 0: return sampleLines(bytes: count, seed: random.next())
        case 1: return (0..<count).map { _ in .random(in: 0...255, using: &random) }
        case 2: return [UInt8](repeating: 7, count: count)
        case 3: return (0..<count).map { _ in .random(in: 0...3, using: &random) }
        case 4:
            // Repeats at all distances, long and short.
            var bytes = sampleLines(bytes: 500, seed: random.next())
            while bytes.count < count {
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let length = Int.random(
                    in: 1...max(1, bytes.count >> Int.random(in: 0...12, using: &random)), using: &random)
                bytes += bytes[start..<min(start + length, bytes.count)]
                if Bool.random(using: &random) { bytes.append(.random(in: 0...255, using: &random)) }
            }
            return Array(bytes.prefix(count))
        default:
            // Short periods, where the last offsets are used again and again.
            var bytes: [UInt8] = []
            while bytes.count < count {
                let period = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                for _ in 0..<Int.random(in: 1...200, using: &random) { bytes += period }
            }
            return Array(bytes.prefix(count))
        }
    }
}
