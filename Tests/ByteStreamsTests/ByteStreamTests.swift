import Dispatch
import Glibc
import Testing

@testable import ByteStreams

@Suite("Streams of decompressed bytes")
struct ByteStreamTests {
    @Test(
        "any request size gives the same bytes, whatever the compression",
        arguments: [1, 2, 3, 7, 61, 4096, 1 << 20])
    func anyRequestSizeGivesTheSameBytes(requestBytes: Int) async throws {
        let workdir = Workdir()
        let bytes = sampleLines(bytes: 2_000)
        let plain = workdir.write("a.csv", bytes)
        let gzipped = workdir.write("a.csv.gz", gzip(bytes))
        let zstandard = workdir.write("a.csv.zst", zstd(bytes))
        #expect(try await drain(plain, requestBytes: requestBytes) == bytes)
        #expect(try await drain(gzipped, requestBytes: requestBytes) == bytes)
        #expect(try await drain(zstandard, requestBytes: requestBytes) == bytes)
    }

    @Test("any chunk size gives the same bytes", arguments: [1, 2, 3, 7, 100, 4096])
    func anyChunkSizeGivesTheSameBytes(chunkBytes: Int) async throws {
        let workdir = Workdir()
        let bytes = sampleLines(bytes: 4_000)
        let gzipped = workdir.write(
            "a.gz", gzip(Array(bytes.prefix(1_900))) + gzip(Array(bytes.dropFirst(1_900))))
        let zstandard = workdir.write(
            "a.zst", zstd(Array(bytes.prefix(1_900))) + zstd(Array(bytes.dropFirst(1_900))))
        for requestBytes in [1, 5, 1 << 20] {
            #expect(try await drain(gzipped, requestBytes: requestBytes, chunkBytes: chunkBytes) == bytes)
            #expect(try await drain(zstandard, requestBytes: requestBytes, chunkBytes: chunkBytes) == bytes)
        }
    }

    @Test("a file of many requests and many blocks comes whole")
    func aLargeFileComesWhole() async throws {
        let workdir = Workdir()
        let bytes = sampleLines(bytes: 5_000_000)
        #expect(try await drain(workdir.write("a", bytes)) == bytes)
        #expect(try await drain(workdir.write("b", gzip(bytes)), requestBytes: 65_537) == bytes)
        for level: Int32 in [-5, 1, 3, 12] {
            let frame = zstd(bytes, level: level, checksum: level != 3)
            #expect(try await drain(workdir.write("c", frame), requestBytes: 65_537) == bytes)
        }
    }

    @Test("gzip members in a row are one text, empty ones too")
    func gzipMembersAreOneText() async throws {
        let workdir = Workdir()
        let members = gzip(Array("one\n".utf8)) + gzip([]) + gzip(Array("two\n".utf8), level: 0) + gzip([])
        let path = workdir.write("a.csv", members)
        for requestBytes in [1, 2, 19, 1000] {
            #expect(try await drain(path, requestBytes: requestBytes) == Array("one\ntwo\n".utf8))
        }
    }

    @Test("zstd frames in a row are one text, skippable ones left out")
    func zstdFramesAreOneText() async throws {
        let workdir = Workdir()
        let frames =
            skippableFrame([1, 2, 3]) + zstd(Array("one\n".utf8)) + skippableFrame([], kind: 15)
            + zstd([]) + zstd(Array("two\n".utf8), checksum: false, contentSize: false)
            + skippableFrame(Array(repeating: 9, count: 700), kind: 7)
        let path = workdir.write("a.csv", frames)
        for requestBytes in [1, 2, 19, 1000] {
            #expect(try await drain(path, requestBytes: requestBytes) == Array("one\ntwo\n".utf8))
        }
    }

    @Test("the compression is told by the first bytes and not by the name")
    func compressionIsToldByMagicBytes() async throws {
        let workdir = Workdir()
        let bytes = sampleLines(bytes: 100)
        #expect(try SourceFile(path: workdir.write("a.gz", bytes)).compression == .none)
        #expect(try SourceFile(path: workdir.write("a.csv", gzip(bytes))).compression == .gzip)
        #expect(try SourceFile(path: workdir.write("b.csv", zstd(bytes))).compression == .zstd)
        #expect(try SourceFile(path: workdir.write("c.csv", skippableFrame([]))).compression == .zstd)
        #expect(try SourceFile(path: workdir.write("d.csv", [0x1F])).compression == .none)
        #expect(try SourceFile(path: workdir.write("e.csv", [0x50, 0x2A])).compression == .none)
        #expect(try await drain(workdir.write("a.gz", bytes)) == bytes)
    }

    @Test("nothing at all after decompression is an empty file", arguments: [0, 1, 2, 3])
    func nothingAfterDecompressionIsAnEmptyFile(which: Int) async throws {
        let workdir = Workdir()
        let contents = [
            gzip([]), gzip([]) + gzip([]), zstd([]), zstd([], checksum: false) + skippableFrame([7]),
        ]
        let result = await outcome(workdir.write("a", contents[which]))
        #expect(errorCode(result) == .emptyFile)
    }

    @Test("skipping goes to any byte, whatever the compression")
    func skippingGoesToAnyByte() async throws {
        let workdir = Workdir()
        let bytes = sampleLines(bytes: 3_000)
        let paths = [
            workdir.write("a", bytes), workdir.write("b", gzip(bytes)), workdir.write("c", zstd(bytes)),
        ]
        for path in paths {
            for target in [0, 1, 99, 100, 101, 1_000, 2_999, 3_000] {
                var options = ByteStream.Options()
                options.requestBytes = 100
                options.chunkBytes = 100
                let stream = try ByteStream(try SourceFile(path: path), options: options)
                try await stream.skip(to: UInt64(target / 2))
                try await stream.skip(to: UInt64(target))
                #expect(stream.byteOffset == UInt64(target))
                #expect(try await drain(stream) == Array(bytes[target...]))
            }
        }
    }

    @Test("skipping past the end is an error")
    func skippingPastTheEndIsAnError() async throws {
        let workdir = Workdir()
        let bytes = sampleLines(bytes: 500)
        for content in [bytes, gzip(bytes), zstd(bytes)] {
            let stream = try ByteStream(try SourceFile(path: workdir.write("a", content)))
            let error = await #expect(throws: ByteStreamError.self) { try await stream.skip(to: 501) }
            #expect(error?.code == .sourceChanged)
        }
    }

    @Test("a file that became shorter does not end normally")
    func aShorterFileDoesNotEndNormally() async throws {
        let workdir = Workdir()
        let bytes = sampleLines(bytes: 4_000)
        for content in [bytes, gzip(bytes), zstd(bytes)] {
            let path = workdir.write("a", content)
            var options = ByteStream.Options()
            options.requestBytes = 200
            let stream = try ByteStream(try SourceFile(path: path), options: options)
            truncate(path, 300)
            let error = await #expect(throws: ByteStreamError.self) {
                while try await stream.next() != nil {}
            }
            #expect(error?.code == .sourceChanged)
            #expect(error?.byteOffset == stream.byteOffset)
            let again = await #expect(throws: ByteStreamError.self) { _ = try await stream.next() }
            #expect(again == error)
        }
    }

    @Test("a cancelled task gets no more chunks")
    func aCancelledTaskGetsNoMoreChunks() async throws {
        let workdir = Workdir()
        let path = workdir.write("a", sampleLines(bytes: 4_000))
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await outcome(path)
        }
        task.cancel()
        #expect(errorCode(await task.value) == .cancelled)
    }

    @Test("lanes that block do not keep each other from running")
    func lanesThatBlockDoNotKeepEachOtherFromRunning() async {
        // More of them than the shared pool has threads, each going on only once all have begun.
        let lanes = 2 * Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) + 2
        let meeting = Meeting(of: lanes)
        await withTaskGroup(of: Bool.self) { group in
            for number in 1...lanes {
                group.addTask(executorPreference: LaneExecutor(label: "lane \(number)")) { meeting.wait() }
            }
            for await met in group { #expect(met) }
        }
    }

    @Test("lanes read side by side")
    func lanesReadSideBySide() async throws {
        let workdir = Workdir()
        let bytes = sampleLines(bytes: 300_000)
        let path = workdir.write("a", gzip(bytes))
        let lanes = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in 1...3 {
                group.addTask(executorPreference: LaneExecutor(label: "lane \(number)")) {
                    try await drain(path, requestBytes: 10_000)
                }
            }
            var all: [[UInt8]] = []
            for try await lane in group { all.append(lane) }
            return all
        }
        #expect(lanes == [bytes, bytes, bytes])
    }
}

/// A place where a number of threads wait for each other.
private final class Meeting: Sendable {
    private let missing = DispatchGroup()

    init(of count: Int) {
        for _ in 0..<count { missing.enter() }
    }

    /// Whether all came within ten seconds.
    func wait() -> Bool {
        missing.leave()
        return missing.wait(timeout: .now() + 10) == .success
    }
}
