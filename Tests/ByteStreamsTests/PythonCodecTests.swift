import Records
import TestSupport
import Testing

@testable import ByteStreams

/// Our decoding against the codecs of Python's library, for each byte and each pair of bytes.
@Suite("Python's codecs")
struct PythonCodecTests {
    /// For each encoding the text of each sequence; `null` where Python has none.
    private static let script = """
        import json, sys
        sequences = [bytes([a]) for a in range(256)] + [bytes([a, b]) for a in range(128, 256) for b in range(256)]
        def text(sequence, codec):
            try: return sequence.decode(codec)
            except UnicodeDecodeError: return None
        json.dump([[text(s, asked["codec"]) for s in (sequences if asked["hasPairs"] else sequences[:256])]
                   for asked in json.load(sys.stdin)], sys.stdout)
        """

    private struct Asked: Sendable {
        var name: String
        var codec: String
        /// Whether pairs of bytes are compared, too.
        var hasPairs = false
        /// Where the two tables give different characters on purpose; each has its reason below.
        var differs: Set<UInt32> = []
    }

    private struct Question: Encodable {
        var codec: String
        var hasPairs: Bool

        init(_ asked: Asked) {
            codec = asked.codec
            hasPairs = asked.hasPairs
        }
    }

    /// Single bytes that Python leaves open and glibc does not, or the other way round, are passed over: only
    /// characters that both have are compared. The differences:
    /// - macintosh: C6 is the Greek letter Δ in glibc, the mathematical sign ∆ in Python; F0, the apple, lies at
    ///   another place of the private area.
    /// - GB18030: glibc has the edition of 2005, in which 25 pairs moved from the private area to characters.
    private static let asked: [Asked] =
        (1250...1258).map { Asked(name: "windows-\($0)", codec: "cp\($0)") }
        + [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16].map {
            Asked(name: "iso-8859-\($0)", codec: "iso8859_\($0)")
        } + [437, 850, 852, 855, 857, 858, 862, 866].map { Asked(name: "ibm\($0)", codec: "cp\($0)") }
        + [
            Asked(name: "windows-874", codec: "cp874"), Asked(name: "koi8-r", codec: "koi8_r"),
            Asked(name: "koi8-u", codec: "koi8_u"),
            Asked(name: "macintosh", codec: "mac_roman", differs: [0xC6, 0xF0]),
            Asked(name: "shift-jis", codec: "cp932", hasPairs: true),
            Asked(name: "euc-jp", codec: "euc_jp", hasPairs: true),
            Asked(name: "euc-kr", codec: "cp949", hasPairs: true),
            Asked(name: "gbk", codec: "gbk", hasPairs: true),
            Asked(
                name: "gb18030", codec: "gb18030", hasPairs: true,
                differs: Set(
                    [0xA6EC, 0xA6ED, 0xA6F3, 0xA8BC, 0xFE51, 0xFE52, 0xFE53, 0xFE59, 0xFE61, 0xFE66, 0xFE67]
                        + [0xFE6C, 0xFE6D, 0xFE76, 0xFE7E, 0xFE90, 0xFE91, 0xFEA0]
                        + (0xA6D9...0xA6DF).map { $0 })),
        ]

    @Test(
        "Bytes and pairs of bytes are the characters that Python has for them", .enabled(if: Python.isThere))
    func agreesWithPython() throws {
        let pairs = (0x80...0xFF).flatMap { high in (0...0xFF).map { [UInt8(high), UInt8($0)] } }
        let sequences = (0...0xFF).map { [UInt8($0)] } + pairs
        let answers: [[String?]] = try Python.ask(Self.script, Self.asked.map(Question.init))
        for (asked, texts) in zip(Self.asked, answers) {
            let encoding = try TextEncoding(named: asked.name)
            let decoder = try TextDecoder(encoding)
            var compared = 0
            for (sequence, text) in zip(sequences, texts) {
                guard let text, !asked.differs.contains(sequence.reduce(0) { $0 << 8 | UInt32($1) }) else {
                    continue
                }
                var room = [UInt8](repeating: 0, count: 16)
                let step = sequence.withUnsafeBufferPointer { input in
                    room.withUnsafeMutableBufferPointer { decoder.decode(input, isEnd: true, into: $0) }
                }
                guard step.invalid == 0 else { continue }
                compared += 1
                let ours = String(decoding: room.prefix(step.given), as: UTF8.self)
                #expect(Array(ours.unicodeScalars) == Array(text.unicodeScalars), "\(asked.name) \(sequence)")
            }
            #expect(compared > (asked.hasPairs ? 7_000 : 180), "\(asked.name): \(compared) compared")
        }
    }
}
