import Records
import TestSupport
import Testing

@testable import ByteStreams

@Suite("Compressed output")
struct CompressorTests {
    private static let all: [Compression] = [.none, .gzip, .zstd]

    @Test("what was compressed is read back, however input and chunks are cut", arguments: all)
    func anyCutReadsBack(compression: Compression) async throws {
        var random = SeededGenerator.printingSeed()
        let workdir = Workdir()
        for chunkBytes in [1, 2, 7, 100, 4_096, Compressor.chunkBytes] {
            for most in [1, 13, 5_000] {
                let bytes = sampleLines(
                    bytes: Int.random(in: 1...20_000, using: &random), seed: random.next())
                let packed = compress(
                    bytes, compression, chunkBytes: chunkBytes, pieces: 1...most, using: &random)
                #expect(try await drain(workdir.write("a", packed)) == bytes)
            }
        }
    }

    @Test("a large text and bytes that do not compress come back in chunks of bounded size", arguments: all)
    func largeTextsComeBack(compression: Compression) async throws {
        var random = SeededGenerator.printingSeed()
        let workdir = Workdir()
        let noise = (0..<2_000_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        for bytes in [sampleLines(bytes: 5_000_000), noise] {
            let packed = compress(bytes, compression, pieces: 1...400_000, using: &random)
            #expect(try await drain(workdir.write("a", packed)) == bytes)
        }
    }

    @Test("each compressed file is told by its first bytes, and so read as what it is")
    func firstBytesTell() {
        var random = SeededGenerator(seed: 1)
        for compression in [Compression.gzip, .zstd] {
            let packed = compress(Array("a\n".utf8), compression, pieces: 1...1, using: &random)
            #expect(Compression(head: packed) == compression)
        }
    }

    @Test("an output of nothing is a valid file of its kind")
    func nothingIsValid() throws {
        for (compression, command) in [(Compression.gzip, ["gzip", "-dc"]), (.zstd, ["zstd", "-dc"])] {
            let packed = Compressor(compression).finish().flatMap { $0 }
            #expect(!packed.isEmpty)
            let answer = try answer(of: [(packed, command)])
            #expect(answer == [""])
        }
        #expect(Compressor(.none).finish().isEmpty)
    }

    @Test("the programs gzip and zstd and Python's library read it back")
    func otherProgramsReadIt() throws {
        guard Python.isThere else { return }
        var random = SeededGenerator.printingSeed()
        let bytes = sampleLines(bytes: 600_000, seed: random.next())
        let gzipped = compress(bytes, .gzip, pieces: 1...70_000, using: &random)
        let zstandard = compress(bytes, .zstd, pieces: 1...70_000, using: &random)
        let answers = try answer(of: [
            (gzipped, ["gzip", "-dc"]), (gzipped, ["python"]), (zstandard, ["zstd", "-dc"]),
        ])
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(answers.allSatisfy { $0 == text })
    }

    @Test("a zstd file has a check sum of its content: a changed one is refused")
    func zstdHasChecksum() async throws {
        var random = SeededGenerator(seed: 7)
        let packed = compress(sampleLines(bytes: 10_000), .zstd, pieces: 1...900, using: &random)
        #expect(ZstdFormat.FrameHeader(packed).hasChecksum)
        var damaged = packed
        damaged[damaged.count - 1] ^= 1
        let workdir = Workdir()
        #expect(errorCode(await outcome(workdir.write("a", damaged))) == .corruptCompression)
    }

    @Test("equal content makes equal gzip files: no time and no name is in them")
    func gzipFilesAreEqual() {
        var random = SeededGenerator(seed: 3)
        let bytes = sampleLines(bytes: 50_000)
        let packed = compress(bytes, .gzip, pieces: 4_096...4_096, using: &random)
        // Flags, and four bytes of time.
        #expect(packed[3..<8] == [0, 0, 0, 0, 0])
        #expect(packed == compress(bytes, .gzip, pieces: 4_096...4_096, using: &random))
    }

    /// Compresses piece by piece; checks that no chunk is empty or too large, and the count of bytes.
    private func compress(
        _ bytes: [UInt8], _ compression: Compression, chunkBytes: Int = Compressor.chunkBytes,
        pieces: ClosedRange<Int>, using random: inout SeededGenerator
    ) -> [UInt8] {
        let compressor = Compressor(compression, chunkBytes: chunkBytes)
        var chunks: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: pieces, using: &random))
            rest = rest.dropFirst(piece.count)
            chunks += compressor.append(Array(piece))
        }
        chunks += compressor.finish()
        #expect(chunks.allSatisfy { (1...chunkBytes).contains($0.count) })
        #expect(chunks.dropLast().allSatisfy { $0.count == chunkBytes })
        let packed = chunks.flatMap { $0 }
        #expect(compressor.bytesOut == UInt64(packed.count))
        return packed
    }

    private struct Question: Encodable {
        var bytes: [UInt8]
        var command: [String]
    }

    /// The texts that programs make of files; `python` is Python's own gzip.
    private func answer(of questions: [([UInt8], [String])]) throws -> [String] {
        let script = """
            import gzip, json, subprocess, sys
            def text(q):
                packed = bytes(q["bytes"])
                if q["command"] == ["python"]: return gzip.decompress(packed).decode()
                return subprocess.run(q["command"], input=packed, stdout=subprocess.PIPE, check=True).stdout.decode()
            json.dump([text(q) for q in json.load(sys.stdin)], sys.stdout)
            """
        guard Python.isThere else { return [] }
        return try Python.ask(script, questions.map { Question(bytes: $0.0, command: $0.1) })
    }
}
