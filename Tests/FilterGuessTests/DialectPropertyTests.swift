import CSV
import Records
import TestSupport
import Testing

@testable import FilterGuess

/// Files of contacts in a random dialect, of the kind in which each part of it can be told.
///
/// There are at least three columns and twenty records, with values of a kind (numbers, e-mails, dates), so that a
/// header can be told from a record. Quotes are in use in one record of eight at least; where quotes are plain data,
/// as many values begin with one that never ends there. Lines before the header hold words alone, and only stand
/// before a header.
private struct RandomFile {
    var dialect: Dialect
    var bytes: [UInt8]

    private static let columns: [(name: String, value: @Sendable (Int, inout SeededGenerator) -> String)] = [
        ("Contact ID", { number, _ in "C\(1000 + number)" }),
        (
            "First Name",
            { _, generator in ["Ann", "Bob", "Eve", "José"].randomElement(using: &generator) ?? "" }
        ),
        (
            "Last Name",
            { _, generator in ["Lee", "O'Neil", "van Dyk", "Müller"].randomElement(using: &generator) ?? "" }
        ),
        ("Email", { number, _ in "person\(number)@example.com" }),
        ("Date of Birth", { number, _ in "19\(50 + number % 50)-0\(1 + number % 9)-1\(number % 10)" }),
        ("City", { _, generator in ["Reno", "St. Louis", ""].randomElement(using: &generator) ?? "" }),
        ("Balance", { number, _ in "\(number).50" }),
        (
            "Notes",
            { _, generator in
                ["called, no answer; again", "a|b", "x^y", "12:30"].randomElement(using: &generator) ?? ""
            }
        ),
    ]

    init(_ generator: inout SeededGenerator) {
        let quotes: [UInt8?] = [UInt8(ascii: "\""), UInt8(ascii: "'"), nil]
        dialect = Dialect(
            delimiter: [0x2C, 0x3B, 0x09, 0x7C, 0x5E, 0x01].randomElement(using: &generator) ?? 0x2C,
            quote: quotes.randomElement(using: &generator) ?? nil, hasHeader: generator.chance(70))
        if dialect.hasHeader, generator.chance(40) {
            dialect.skippedLines = Int.random(in: 1...3, using: &generator)
        }
        let optional = Self.columns.dropFirst(5).filter { _ in generator.chance(60) }
        let columns = [Self.columns[0], Self.columns[3], Self.columns[4]] + Self.columns[1...2] + optional
        let lineEnd = ["\n", "\r\n", "\r"].randomElement(using: &generator) ?? "\n"
        bytes = []
        for _ in 0..<dialect.skippedLines { bytes += Array(("Made by the nightly job" + lineEnd).utf8) }
        let delimiter = String(UnicodeScalar(dialect.delimiter))
        if dialect.hasHeader {
            bytes += Array((columns.map(\.name).joined(separator: delimiter) + lineEnd).utf8)
        }
        for number in 0..<Int.random(in: 20...60, using: &generator) {
            let cells = columns.map { column in
                written(column.value(number, &generator), number: number, of: column.name, delimiter)
            }
            bytes += Array((cells.joined(separator: delimiter) + lineEnd).utf8)
        }
    }

    /// A value as the dialect writes it.
    private func written(_ value: String, number: Int, of column: String, _ delimiter: String) -> String {
        var value = value
        let isMarked = column == "First Name" && number.isMultiple(of: 8)
        guard let quote = dialect.quote else {
            value = value.replacing(delimiter, with: " ")
            return isMarked ? "\"\(value)" : value
        }
        let mark = String(UnicodeScalar(quote))
        if isMarked { value = "\(value)\(delimiter) known as \(mark)\(value)\(mark)" }
        guard isMarked || value.contains(delimiter) || value.hasPrefix(mark) else { return value }
        return mark + value.replacing(mark, with: mark + mark) + mark
    }
}

@Suite("Dialects")
struct DialectPropertyTests {
    @Test("What a file is written in is found: delimiter, quote, header and lines before it")
    func dialect() throws {
        var generator = SeededGenerator.printingSeed()
        for round in 0..<30 {
            let file = RandomFile(&generator)
            let found = try guess(file.bytes, wishes: wishing { $0.recordType = "contact" })
            var wanted = file.dialect
            // Where no value needs one, any quote says the same.
            if wanted.quote == nil, !file.bytes.contains(UInt8(ascii: "\"")) {
                wanted.quote = UInt8(ascii: "\"")
            }
            #expect(
                found.dialect == wanted,
                "round \(round): \(String(decoding: file.bytes.prefix(400), as: UTF8.self))")
            #expect(found.rejected == 0)
        }
    }

    @Test(
        "A sample that the end of what was read cuts gives the same as the whole",
        arguments: [900, 1_500, 2_200])
    func cut(bytes: Int) throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<10 {
            let file = RandomFile(&generator)
            guard file.bytes.count > bytes else { continue }
            let found = try guess(
                Array(file.bytes.prefix(bytes)), isWhole: false, wishes: wishing { $0.recordType = "contact" }
            )
            #expect(found.dialect.delimiter == file.dialect.delimiter)
            #expect(found.dialect.hasHeader == file.dialect.hasHeader)
        }
    }

    @Test(
        "Delimiters within values do not mislead",
        arguments: [
            ("Name;Price;Note\nA;1,5;x, y\nB;2,5;z, y\nC;3,5;q, r\n", UInt8(ascii: ";")),
            ("id,time,email\n1,10:20:30,a@example.com\n2,11:21:31,b@example.com\n", UInt8(ascii: ",")),
            ("id\temail\n1,2\ta@example.com\n3,4\tb@example.com\n", UInt8(ascii: "\t")),
            ("id|address\n1|12 Main St, Reno, NV\n2|9 Elm St, Reno, NV\n", UInt8(ascii: "|")),
        ])
    func misleading(text: String, delimiter: UInt8) {
        let head = FileHead(name: "x.csv", bytes: Array(text.utf8), isWhole: true)
        #expect(DialectGuess.guess(head) { _ in false }?.dialect.delimiter == delimiter)
    }

    @Test("Quotes behind backslashes are told from doubled ones")
    func backslashes() throws {
        let escaped = (1...20).map { "\($0),\"the \\\"great\\\", no. \($0)\",a\($0)@example.com" }
        let found = try guess((["Contact ID,Title,Email"] + escaped).joined(separator: "\n") + "\n")
        #expect(found.dialect.escape == .backslash)
        #expect(found.rejected == 0)
        let doubled = escaped.map { $0.replacing("\\\"", with: "\"\"") }
        let usual = try guess((["Contact ID,Title,Email"] + doubled).joined(separator: "\n") + "\n")
        #expect(usual.dialect.escape == .doubled)
    }

    @Test("What is told of the header is done", arguments: [true, false])
    func told(hasHeader: Bool) throws {
        let sample = "Contact ID,Email\n1,a@example.com\n2,b@example.com\n"
        let found = try? guess(sample, wishes: wishing { $0.hasHeader = hasHeader })
        // Without a header its names are values, and no e-mails.
        #expect(found.map { $0.dialect.hasHeader == hasHeader } ?? !hasHeader)
    }
}
