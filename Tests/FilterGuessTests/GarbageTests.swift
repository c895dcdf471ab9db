import Records
import TestSupport
import Testing

@testable import FilterGuess

@Suite("Files that are no tables")
struct GarbageTests {
    /// More than each dialect is tried on.
    private static let longBytes = 160 << 10

    static let files: [(name: String, bytes: [UInt8])] = [
        ("nothing", []), ("a line end", [0x0A]), ("a mark alone", [0xEF, 0xBB, 0xBF]), ("one letter", [0x41]),
        ("one quote", [0x22]), ("blank lines", Array(repeating: 0x0A, count: 5_000)),
        ("delimiters alone", Array(",,,,\n,,,,\n".utf8)),
        ("one long line", Array(repeating: 0x61, count: longBytes)),
        ("many delimiters", Array(repeating: 0x2C, count: longBytes)),
        ("many quotes", Array(repeating: 0x22, count: longBytes)),
        ("zero bytes", Array(repeating: 0, count: 4_096)),
        ("every byte", (0..<8_192).map { UInt8(truncatingIfNeeded: $0) }),
        ("bytes above ASCII", (0..<8_192).map { 0x80 | UInt8(truncatingIfNeeded: $0) }),
        ("prose", Array("It was the best of times, it was the worst of times; so it goes.\n".utf8)),
        ("a header with a control character", Array("Contact ID,E\u{1}mail\n1,a@example.com\n".utf8)),
        ("a header that is not UTF-8", [0x43, 0x2C, 0xFF, 0x0A, 0x31, 0x2C, 0x32, 0x0A]),
    ]

    @Test("A file of any bytes gives a document or a refusal, never a crash", arguments: files.map(\.name))
    func anyBytes(name: String) throws {
        let file = try #require(Self.files.first { $0.name == name })
        for isWhole in [true, false] {
            do throws(Failure) {
                _ = try guess(file.bytes, isWhole: isWhole)
            } catch {
                #expect(error.kind == .refused)
            }
        }
    }

    @Test("Files of random pieces give a document or a refusal")
    func randomPieces() {
        var generator = SeededGenerator.printingSeed()
        let pieces = [
            ",", ";", "\t", "|", "\"", "'", "\n", "\r\n", "\r", "Contact ID", "Email", "1", "a@b.example",
            "\u{0}", "é",
            "01/02/2024", "+12025550123", " ", "\\", "Y",
        ]
        for _ in 0..<60 {
            let count = Int.random(in: 0..<60, using: &generator)
            let text = (0..<count).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            do throws(Failure) {
                let found = try guess(text)
                #expect(throws: Never.self) { try found.read() }
            } catch {
                #expect(error.kind == .refused, "\(text)")
            }
        }
    }

    @Test("A binary file is refused as no table")
    func binary() {
        let failure = #expect(throws: Failure.self) { try guess(Array(repeating: 0, count: 100)) }
        #expect(failure?.code == "not_a_table")
    }
}
