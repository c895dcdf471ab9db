import Records
import Testing

@testable import ByteStreams

@Suite("Damaged and hostile compressed files")
struct DamagedCompressionTests {
    private let text = Array("id,name\r\n".utf8) + sampleLines(bytes: 700)

    @Test("a compressed file cut at any byte never ends normally", arguments: Compression.allCases)
    func aCutFileNeverEndsNormally(compression: Compression) async throws {
        guard compression != .none else { return }
        let workdir = Workdir()
        let half = Array(text.prefix(400))
        let rest = Array(text.dropFirst(400))
        let whole =
            compression == .gzip
            ? gzip(text) : zstd(half, checksum: false) + skippableFrame([1, 2]) + zstd(rest)
        #expect(try await drain(workdir.write("whole", whole)) == text)
        // Where one frame ends and the next begins a cut leaves a file that is whole.
        let seam = zstd(half, checksum: false).count
        for length in 4..<whole.count where compression == .gzip || length != seam && length != seam + 10 {
            let path = workdir.write("cut", Array(whole.prefix(length)))
            for requestBytes in [3, 1 << 20] {
                let result = await outcome(path, requestBytes: requestBytes)
                #expect(errorCode(result) == .truncatedCompression, "cut to \(length) bytes")
            }
        }
    }

    @Test("a flipped bit gives an error or the same bytes")
    func aFlippedBitGivesAnErrorOrTheSameBytes() async throws {
        let workdir = Workdir()
        for whole in [gzip(text), zstd(text), zstd(text, level: 19, contentSize: false)] {
            var harmless = 0
            for bit in 0..<whole.count * 8 {
                var flipped = whole
                flipped[bit / 8] ^= 1 << (bit % 8)
                let path = workdir.write("flipped", flipped)
                // A file without its magic number is plain text, and fails as records.
                guard try SourceFile(path: path).compression != .none else { continue }
                switch await outcome(path) {
                case .success(let bytes):
                    #expect(bytes == text, "bit \(bit)")
                    harmless += 1
                case .failure(let error):
                    #expect(
                        [
                            .corruptCompression, .truncatedCompression, .windowTooLarge, .dictionaryNeeded,
                            .emptyFile,
                        ].contains(error.code), "bit \(bit): \(error)")
                }
            }
            // Time, system and flags in a gzip header; the window and an unused bit in a zstd header.
            #expect(harmless < 100)
        }
    }

    @Test(
        "bytes after the compressed data are an error that names where they begin",
        arguments: [1, 7, 1 << 20])
    func trailingBytesAreAnError(requestBytes: Int) async throws {
        let workdir = Workdir()
        for whole in [gzip(text), zstd(text), zstd(text, checksum: false)] {
            for garbage in ["\n\n\n\n", "id,name", "\0\0\0\0\0\0\0\0"] {
                let path = workdir.write("a", whole + Array(garbage.utf8))
                guard case .failure(let error) = await outcome(path, requestBytes: requestBytes) else {
                    Issue.record("trailing bytes were taken")
                    continue
                }
                #expect(error.code == .corruptCompression)
                #expect(error.message.contains("at byte \(whole.count) of the file"), "\(error.message)")
                #expect(error.failure.byteOffset == error.byteOffset)
                #expect(error.hint != nil)
            }
            for garbage in 1...3 {
                let path = workdir.write("a", whole + Array(repeating: 10, count: garbage))
                let result = await outcome(path, requestBytes: requestBytes)
                #expect(errorCode(result) != nil)
            }
        }
    }

    @Test("a zstd frame whose size or check sum is not that of its content is refused")
    func aWrongSizeOrChecksumIsRefused() async throws {
        let workdir = Workdir()
        let bytes = Array("hello".utf8)
        #expect(try await drain(workdir.write("a", storedFrame(header: [0x20, 5], bytes))) == bytes)
        for told: UInt8 in [4, 6] {
            let path = workdir.write("a", storedFrame(header: [0x20, told], bytes))
            let result = await outcome(path)
            #expect(errorCode(result) == .corruptCompression, "told \(told)")
        }
        let unchecked = workdir.write("a", storedFrame(header: [0x24, 5], bytes, checksum: [1, 2, 3, 4]))
        #expect(errorCode(await outcome(unchecked)) == .corruptCompression)
    }

    @Test("a zstd frame that needs a dictionary is refused and names it")
    func aDictionaryIsRefused() async throws {
        let workdir = Workdir()
        let path = workdir.write("a", storedFrame(header: [0x21, 77, 5], Array("hello".utf8)))
        let result = await outcome(path)
        #expect(errorCode(result) == .dictionaryNeeded)
        guard case .failure(let error) = result else { return }
        #expect(error.message.contains("77"))
        // Number 0 means none.
        let none = workdir.write("b", storedFrame(header: [0x21, 0, 5], Array("hello".utf8)))
        #expect(try await drain(none) == Array("hello".utf8))
    }

    @Test("a zstd window of 8 MiB is taken and a larger one refused, however the file is read")
    func windowsAreTakenUpTo8MiB() async throws {
        let workdir = Workdir()
        let bytes = Array("hello".utf8)
        for requestBytes in [1, 1 << 20] {
            let fits = workdir.write("a", storedFrame(header: [0x00, 13 << 3], bytes))
            #expect(try await drain(fits, requestBytes: requestBytes) == bytes)
            let over = workdir.write("b", storedFrame(header: [0x00, 13 << 3 | 1], bytes))
            #expect(errorCode(await outcome(over, requestBytes: requestBytes)) == .windowTooLarge)
            // Content and window are one here.
            let single = workdir.write("c", storedFrame(header: [0xA0, 1, 0, 0x80, 0], bytes))
            #expect(errorCode(await outcome(single, requestBytes: requestBytes)) == .windowTooLarge)
        }
    }

    @Test("a file that decompresses to more than the cap ends there", arguments: Compression.allCases)
    func theCapEndsTheStream(compression: Compression) async throws {
        let workdir = Workdir()
        let zeros = [UInt8](repeating: 0, count: 3_000_000)
        let content = [.none: zeros, .gzip: gzip(zeros), .zstd: zstd(zeros)][compression] ?? []
        var options = ByteStream.Options()
        options.chunkBytes = 4_096
        options.maxExpandedBytes = 1_000_000
        options.maxExpansionRatio = .max
        let capped = try ByteStream(SourceFile(path: workdir.write("a", content)), options: options)
        guard compression != .none else {
            // A plain file expands to nothing: its size is for others to limit.
            #expect(try await drain(capped) == zeros)
            return
        }
        let error = await #expect(throws: ByteStreamError.self) { _ = try await drain(capped) }
        #expect(error?.code == .expansionLimit)
        #expect((995_000...1_000_000).contains(error?.byteOffset ?? 0))

        options.maxExpandedBytes = .max
        options.maxExpansionRatio = 100
        options.ratioFreeBytes = 500_000
        let steep = try ByteStream(SourceFile(path: workdir.write("a", content)), options: options)
        let ratioError = await #expect(throws: ByteStreamError.self) { _ = try await drain(steep) }
        #expect(ratioError?.code == .expansionLimit)
        #expect((495_000...500_000).contains(ratioError?.byteOffset ?? 0))
    }

    @Test(
        "bombs end with their reason, in chunks no larger than any",
        .enabled(if: Suites.have("generated-bombs")),
        arguments: [
            ("g512.gz", ByteStreamError.Code.expansionLimit), ("z512.zst", .expansionLimit),
            ("win2g.zst", .windowTooLarge), ("long31.zst", .windowTooLarge),
        ])
    func bombsEndWithTheirReason(name: String, code: ByteStreamError.Code) async throws {
        let options = ByteStream.Options()
        let stream = try ByteStream(
            try SourceFile(path: Suites.path("generated-bombs/\(name)")), options: options)
        var largest = 0
        let error = await #expect(throws: ByteStreamError.self) {
            while let chunk = try await stream.next() { largest = max(largest, chunk.bytes.count) }
        }
        #expect(error?.code == code)
        #expect(largest <= options.chunkBytes)
    }

    @Test("right zstd frames made by others are read", .enabled(if: Suites.have("zstd-golden")))
    func goldenFramesAreRead() async throws {
        let expected = [
            "block-128k": 131_068, "empty-block": 0, "rle-first-block": 1_048_576, "zeroSeq_2B": 13,
        ]
        for (name, bytes) in expected {
            let path = Suites.path("zstd-golden/tests/golden-decompression/\(name).zst")
            for requestBytes in [61, 1 << 20] {
                let result = await outcome(path, requestBytes: requestBytes)
                if bytes == 0 {
                    #expect(errorCode(result) == .emptyFile, "\(name)")
                } else {
                    #expect(try result.get().count == bytes, "\(name)")
                }
            }
        }
    }

    @Test("wrong zstd frames made by others are refused", .enabled(if: Suites.have("zstd-golden")))
    func wrongGoldenFramesAreRefused() async throws {
        for name in ["off0.bin", "truncated_huff_state", "zeroSeq_extraneous"] {
            let path = Suites.path("zstd-golden/tests/golden-decompression-errors/\(name).zst")
            for requestBytes in [1, 1 << 20] {
                let result = await outcome(path, requestBytes: requestBytes)
                #expect(errorCode(result) == .corruptCompression, "\(name)")
            }
        }
    }
}
