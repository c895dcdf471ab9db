import Records
import TestSupport
import Testing

@testable import ByteStreams

/// A file of an encoding made piece by piece, so that every place of its text is known in the plainest way.
private struct ModelFile {
    var source: [UInt8] = []
    var text: [UInt8] = []
    /// For each byte of text the byte of the source where its character begins; one more for the end.
    var origins: [Int] = []
    /// Places of the text that lie between characters.
    var borders: [Int] = []

    init(_ encoding: TextEncoding, characters: Int, _ random: inout SeededGenerator) throws {
        let encoder = try TextEncoder(encoding)
        let letters = encoder.representable("abc,,\"\r\n é€ßñ Ж я山田ソ表ｱ김국 😀 \u{FEFF}|\\")
            .unicodeScalars.map { $0 }
        let invalid = Self.invalid(in: encoding)
        for _ in 0..<characters {
            if !invalid.isEmpty, random.chance(3) {
                let bytes = invalid[Int.random(in: 0..<invalid.count, using: &random)]
                add(bytes, [UInt8](repeating: 0xFF, count: bytes.count))
                // A plain sign behind it, so that the piece is judged alone.
                add(encoder.encode([0x2C]), [0x2C])
            } else {
                let letter = letters[Int.random(in: 0..<letters.count, using: &random)]
                let text = Array(String(letter).utf8)
                add(encoder.encode(text), text)
            }
        }
        borders.append(text.count)
        origins.append(source.count)
    }

    private mutating func add(_ bytes: [UInt8], _ text: [UInt8]) {
        borders.append(self.text.count)
        origins += text.map { _ in source.count }
        source += bytes
        self.text += text
    }

    private static func invalid(in encoding: TextEncoding) -> [[UInt8]] {
        switch encoding.name {
        case "utf-16le": [[0x00, 0xDC], [0x3D, 0xD8]]
        case "utf-16be": [[0xDC, 0x00], [0xD8, 0x3D]]
        case "utf-32le": [[0, 0, 0x11, 0]]
        case "utf-32be": [[0, 0xFF, 0, 0], [0, 0, 0xD8, 0]]
        case "windows-1252": [[0x81], [0x9D]]
        case "shift-jis": [[0xFF], [0x81], [0x81, 0xAD]]
        case "euc-jp", "big5", "gbk", "gb18030": [[0xFF], [0xC4]]
        case "euc-kr": [[0xFF], [0xC9], [0xB0]]
        default: []
        }
    }
}

@Suite("Streams of text")
struct TextStreamTests {
    private func options(_ requestBytes: Int) -> ByteStream.Options {
        var options = ByteStream.Options()
        options.requestBytes = requestBytes
        options.chunkBytes = max(requestBytes, 64)
        return options
    }

    @Test(
        "However a file is cut, its text, its places and its bytes are those of a model that goes letter by letter",
        arguments: [
            "utf-16le", "utf-16be", "utf-32le", "utf-32be", "windows-1252", "windows-1258", "iso-8859-15",
            "koi8-r",
            "shift-jis", "euc-jp", "gb18030", "gbk", "big5", "euc-kr",
        ])
    func agreesWithTheModel(name: String) async throws {
        var random = SeededGenerator.printingSeed("agreesWithTheModel \(name)")
        let encoding = try TextEncoding(named: name)
        let workdir = Workdir()
        for (requestBytes, characters) in [
            (1, 300), (2, 300), (3, 700), (7, 900), (4096, 9_000), (1 << 20, 20_000),
        ] {
            let model = try ModelFile(encoding, characters: characters, &random)
            let path =
                requestBytes == 3
                ? workdir.write("a.gz", gzip(model.source)) : workdir.write("a", model.source)
            let stream = try TextStream(
                try SourceFile(path: path), encoding: encoding, options: options(requestBytes),
                keepsSource: true)
            var text: [UInt8] = []
            while let chunk = try await stream.next() {
                #expect(chunk.byteOffset == UInt64(text.count))
                text += chunk.bytes
            }
            #expect(text == model.text, "\(requestBytes) bytes at a time")
            guard text == model.text else { continue }
            let origin = try #require(try stream.origin(of: 0..<UInt64(text.count)))
            for _ in 0..<300 {
                let at = Int.random(in: 0...text.count, using: &random)
                #expect(origin.sourceOffset(ofText: UInt64(at)) == UInt64(model.origins[at]))
                let ends = (0..<2).map { _ in
                    model.borders[Int.random(in: 0..<model.borders.count, using: &random)]
                }
                let (low, high) = (min(ends[0], ends[1]), max(ends[0], ends[1]))
                #expect(
                    origin.sourceBytes(ofText: UInt64(low)..<UInt64(high))
                        == Array(model.source[model.origins[low]..<model.origins[high]]))
            }
        }
    }

    @Test("Text before a batch is let go, and what is skipped can be found, too", arguments: [5, 4096])
    func skippedAndLetGo(requestBytes: Int) async throws {
        var random = SeededGenerator.printingSeed()
        let model = try ModelFile(.utf16LE, characters: requestBytes * 20, &random)
        let workdir = Workdir()
        let file = try SourceFile(path: workdir.write("a", model.source))
        for _ in 0..<20 {
            let start = model.borders[Int.random(in: 0..<model.borders.count, using: &random)]
            let stream = try TextStream(
                file, encoding: .utf16LE, options: options(requestBytes), keepsSource: true)
            try await stream.skip(to: UInt64(start))
            var text: [UInt8] = []
            var low = start
            while let chunk = try await stream.next() {
                let dropped = max(0, start + text.count - Int(chunk.byteOffset))
                text += chunk.bytes.dropFirst(dropped)
                // As batches do: each begins where the last one ended, and asks for its part alone.
                let high = try #require(model.borders.last { $0 <= start + text.count })
                let origin = try #require(try stream.origin(of: UInt64(low)..<UInt64(high)))
                #expect(origin.sourceOffset(ofText: UInt64(low)) == UInt64(model.origins[low]))
                #expect(
                    origin.sourceBytes(ofText: UInt64(low)..<UInt64(high))
                        == Array(model.source[model.origins[low]..<model.origins[high]]))
                low = high
            }
            #expect(text == Array(model.text[start...]))
        }
        let stream = try TextStream(file, encoding: .utf16LE, keepsSource: true)
        await #expect(throws: ByteStreamError.self) {
            try await stream.skip(to: UInt64(model.text.count + 1))
        }
    }

    @Test("A file in UTF-8 is given as it lies, also where it is not sound")
    func utf8AsItLies() async throws {
        let bytes: [UInt8] = [0xEF, 0xBB, 0xBF, 0x41, 0xFF, 0xC3]
        let workdir = Workdir()
        let stream = try TextStream(
            try SourceFile(path: workdir.write("a", bytes)), encoding: .utf8, keepsSource: true)
        #expect(try await stream.next()?.bytes == bytes)
        #expect(try stream.origin(of: 0..<6) == nil && stream.textOffset(ofSource: 1) == nil)
    }

    @Test(
        "A limit in bytes of the source is found in the text by the chunk that passes it",
        arguments: [1, 6, 4096])
    func limits(requestBytes: Int) async throws {
        var random = SeededGenerator.printingSeed()
        let workdir = Workdir()
        for name in ["utf-16le", "shift-jis", "windows-1252"] {
            let encoding = try TextEncoding(named: name)
            let model = try ModelFile(encoding, characters: 400, &random)
            let file = try SourceFile(path: workdir.write("a", model.source))
            for limit in [0, 1, model.source.count / 2, model.source.count - 1, model.source.count] {
                let stream = try TextStream(
                    file, encoding: encoding, options: options(requestBytes), keepsSource: false)
                var found: UInt64?
                while found == nil, try await stream.next() != nil {
                    found = stream.textOffset(ofSource: UInt64(limit))
                }
                guard limit < model.source.count else {
                    #expect(found == nil, "\(name)")
                    continue
                }
                // The border before the character that passes the limit.
                let border = try #require(model.borders.firstIndex { UInt64($0) == found })
                #expect(model.origins[model.borders[border]] <= limit)
                // Of a sequence that the limit cuts nobody can say yet whether its bytes are one character or,
                // unsound, one each: the border is then the one before all of them.
                let longestSequence = 4
                #expect(
                    model.origins[model.borders[border + 1]] > limit - longestSequence, "\(name), \(limit)")
            }
        }
    }
}
