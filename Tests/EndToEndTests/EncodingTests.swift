import FixtureGenerator
import Foundation
import TestSupport
import Testing

/// An encoding as the program knows it and as Foundation does, which makes the tests' files.
struct KnownEncoding: Sendable, CustomTestStringConvertible {
    var name: String
    var foundation: String.Encoding
    var mark: [UInt8] = []
    /// Names that can be written in it, commas and quotes not needed.
    var names: [String]

    var testDescription: String { mark.isEmpty ? name : "\(name) with its mark" }

    func encode(_ text: String) throws -> [UInt8] {
        [UInt8](try #require(text.data(using: foundation), "\(name) lacks a character"))
    }

    func decode(_ bytes: [UInt8]) throws -> String {
        try #require(String(data: Data(bytes.dropFirst(mark.count)), encoding: foundation))
    }

    static let all = [
        KnownEncoding(
            name: "windows-1252", foundation: .windowsCP1252, names: ["Jürgen", "Zoë “x”", "5 €", "Ann"]),
        KnownEncoding(name: "windows-1251", foundation: .windowsCP1251, names: ["Иван", "Ольга", "яю"]),
        KnownEncoding(name: "iso-8859-2", foundation: .isoLatin2, names: ["Łódź", "Žofie"]),
        // 表, ソ and 能 have the byte of a backslash, ポ that of a vertical bar.
        KnownEncoding(name: "shift-jis", foundation: .shiftJIS, names: ["山田", "表ソ", "ポ能", "太郎"]),
        KnownEncoding(
            name: "utf-16", foundation: .utf16LittleEndian, mark: [0xFF, 0xFE],
            names: ["Zoë", "山", "😀", "\u{0A0D}"]),
        KnownEncoding(name: "utf-16be", foundation: .utf16BigEndian, names: ["Zoë", "山", "😀", "\u{0D0A}"]),
        KnownEncoding(name: "utf-32le", foundation: .utf32LittleEndian, names: ["Zoë", "山", "😀"]),
    ]

    static func named(_ names: String...) -> [KnownEncoding] { all.filter { names.contains($0.name) } }
}

@Suite("Files in other encodings")
struct EncodingTests {
    /// Contacts with names of the encoding, some records rejected, some with line ends in quotes.
    private static func text(_ encoding: KnownEncoding, records: Int, seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        var text = "contactNumber,firstName,address1,email\r\n"
        for number in 0..<records {
            let name = encoding.names[Int.random(in: 0..<encoding.names.count, using: &random)]
            let street = random.chance(10) ? "\"\(name)\n\"\"2\"\", 3\"" : "\(name) \(number)"
            let email = random.chance(5) ? "nobody" : "a\(number)@example.com"
            let key = random.chance(3) ? number / 2 : number
            text += "\(key),\(name),\(street),\(email)\(number % 7 == 0 ? "\n" : "\r\n")"
        }
        return text
    }

    @Test(
        "A file in any encoding comes to the same as the file in UTF-8, and places are those of its own bytes",
        arguments: KnownEncoding.all)
    func sameAsUTF8(encoding: KnownEncoding) throws {
        let seed = UInt64.random(in: 1 ... .max)
        print("sameAsUTF8 \(encoding.name): seed \(seed)")
        let text = Self.text(encoding, records: 3_000, seed: seed)
        let plain = try Workdir()
        try plain.write("in.csv", text)
        let expected = try Outcome(plain, plain.importing("contacts", "in.csv").task())
        #expect(expected.counts.rejected > 50 && expected.counts.duplicate > 20)

        let folder = try Workdir()
        let bytes = encoding.mark + (try encoding.encode(text))
        try folder.write("in.csv", bytes)
        let task = try folder.importing("contacts", "in.csv", "--encoding", encoding.name).task()
        let outcome = try Outcome(folder, task)
        #expect(outcome.rows == expected.rows)
        #expect(outcome.counts == expected.counts && outcome.state == expected.state)
        #expect(outcome.errors == expected.errors && outcome.warnings == expected.warnings)
        #expect(outcome.duplicates == expected.duplicates)
        #expect(try encoding.decode(outcome.rejects) == String(decoding: expected.rejects, as: UTF8.self))

        let ours = try folder.rejectList(of: task.id)
        let theirs = try plain.rejectList(of: plain.newestTask().id)
        #expect(ours.map(\.line) == theirs.map(\.line) && ours.map(\.issues) == theirs.map(\.issues))
        for (reject, plain) in zip(ours, theirs) {
            let before = String(decoding: Array(text.utf8).prefix(Int(plain.byteOffset)), as: UTF8.self)
            #expect(Int(reject.byteOffset) == encoding.mark.count + (try encoding.encode(before)).count)
        }
    }

    @Test(
        "Killed around any commit and resumed, an import of another encoding ends as if it had not been killed",
        arguments: KnownEncoding.named("shift-jis", "utf-16"))
    func killedAndResumed(encoding: KnownEncoding) throws {
        let bytes = encoding.mark + (try encoding.encode(Self.text(encoding, records: 9_000, seed: 5)))
        let options = ["--encoding", encoding.name, "--commit-every", "300", "--rejects", "out.csv"]
        let clean = try Workdir()
        try clean.write("in.csv", bytes)
        let expected = try Outcome(clean, clean.importing("contacts", "in.csv", options).task())
        for failpoint in ["after-commit:1", "before-commit:7", "after-commit:13", "after-commit:29"] {
            let folder = try Workdir()
            try folder.write("in.csv", bytes)
            let killed = try folder.importing(
                "contacts", "in.csv", "--encoding", encoding.name, "--commit-every", "300", "--rejects",
                "out.csv", environment: ["SLUICE_FAILPOINT": failpoint])
            #expect(killed.exitCode == -SIGKILL)
            let resumed = try folder.ask("tasks", "resume", folder.newestTask().id).task()
            #expect(try Outcome(folder, resumed).differences(from: expected) == [], "\(failpoint)")
            #expect(try folder.read("out.csv") == clean.read("out.csv"))
        }
    }

    private static let filter = """
        name: far
        recordType: contact
        file: {encoding: ENCODING}
        columns:
          - {field: contactNumber, from: [番号, Nummer]}
          - {field: firstName, from: [名前, Name]}
          - {field: email, from: Mail}
        """

    @Test(
        "Rejects are the source's own bytes, and mended they import again as they are",
        arguments: KnownEncoding.named("shift-jis", "windows-1252", "utf-16"))
    func mended(encoding: KnownEncoding) throws {
        let folder = try Workdir()
        let isFar = encoding.name == "shift-jis"
        let header = isFar ? "番号,名前,Mail\r\n" : "Nummer,Name,Mail\r\n"
        let (first, second) = (encoding.names[0], encoding.names[1])
        let text = header + "1,\(first),a@example.com\r\n2,\(second),nobody\r\n3,\(first),b\r\n"
        try folder.write("far.yaml", Self.filter.replacing("ENCODING", with: encoding.name))
        try folder.write("in.csv", encoding.mark + encoding.encode(text))
        let run = try folder.importing("contacts", "in.csv", "--filter", "far.yaml", "--rejects", "out.csv")
        let task = try run.task()
        #expect(task.counts == ShownCounts(read: 3, created: 1, rejected: 2))
        #expect(task.warnings.isEmpty)
        let rejects = try folder.read("out.csv")
        #expect(rejects.starts(with: encoding.mark))
        let shown = try encoding.decode(rejects)
        #expect(shown.hasPrefix(RejectFile.columns + "," + header))
        #expect(shown.hasSuffix(",2,\(second),nobody\r\n" + shown.split(separator: "\r\n")[2] + "\r\n"))
        #expect(try folder.rejects(of: task.id) == rejects)

        // As sed would: bytes for bytes.
        let mended = try Data(rejects).replacing(
            encoding.encode(",nobody\r\n"), with: encoding.encode(",c@example.com\r\n")
        ).replacing(encoding.encode(",b\r\n"), with: encoding.encode(",b@example.com\r\n"))
        try folder.write("mended.csv", [UInt8](mended))
        let again = try folder.importing("contacts", "mended.csv", "--filter", "far.yaml").task()
        #expect(again.counts == ShownCounts(read: 2, created: 2))
        let rows = try Database(folder).rows("SELECT first_name, email FROM contacts ORDER BY contact_number")
        #expect(rows == [[first, "a@example.com"], [second, "c@example.com"], [first, "b@example.com"]])
    }

    @Test(
        "A byte that is no character rejects its record alone, with its place in the source, and comes back as it was"
    )
    func invalidBytes() throws {
        let folder = try Workdir()
        let shiftJIS = try #require(KnownEncoding.named("shift-jis").first)
        var bytes = try shiftJIS.encode("contactNumber,firstName,title\n1,表")
        let first = bytes.count
        bytes += [0x81] + Array(",\n2,".utf8)
        let second = bytes.count
        bytes += [0xFF, 0x81, 0xAD] + Array(",\n3,".utf8) + (try shiftJIS.encode("山,")) + [0x0A]
        // In a column that no field is fed from it harms nobody, and at the end of the file it is cut short.
        bytes += Array("4,D,\n5,E".utf8) + [0x93]
        try folder.write("in.csv", bytes)
        let task = try folder.importing("contacts", "in.csv", "--encoding", "sjis").task()
        #expect(task.counts.created == 2 && task.byCode == ["invalid_encoding": 2, "field_count": 1])
        let rejects = try folder.rejectList(of: task.id)
        #expect(
            rejects.prefix(2).compactMap { $0.issues.first?.message } == [
                "firstName: invalid shift-jis at byte \(first) of the source; is the file in another encoding?",
                "firstName: invalid shift-jis at byte \(second) of the source; is the file in another encoding?",
            ])
        let file = try folder.rejects(of: task.id)
        for record in [
            Array("1,".utf8) + [0x95, 0x5C, 0x81, 0x2C, 0x0A],
            Array("2,".utf8) + [0xFF, 0x81, 0xAD, 0x2C, 0x0A],
            Array("5,E".utf8) + [0x93, 0x0A],
        ] {
            #expect(Data(file).firstRange(of: Data(record)) != nil, "\(record)")
        }
    }

    @Test("A file of UTF-16 that ends within a character rejects its last record, which comes back as it was")
    func cutShort() throws {
        let folder = try Workdir()
        let wide = try #require(KnownEncoding.named("utf-16").first)
        let bytes = wide.mark + (try wide.encode("contactNumber,firstName\n1,A\n2,山")).dropLast()
        try folder.write("in.csv", bytes)
        let task = try folder.importing("contacts", "in.csv", "--encoding", "utf-16").task()
        #expect(task.counts == ShownCounts(read: 2, created: 1, rejected: 1))
        let reject = try #require(try folder.rejectList(of: task.id).first)
        #expect(reject.issues.first?.code == "invalid_encoding")
        #expect(reject.issues.first?.message.contains("byte \(bytes.count - 1) of the source") == true)
        let file = try folder.rejects(of: task.id)
        #expect(file.suffix(5) == bytes.suffix(5))
        try folder.write("again.csv", file)
        let again = try folder.importing("contacts", "again.csv", "--encoding", "utf-16").task()
        #expect(again.counts == ShownCounts(read: 1, rejected: 1) && again.byCode == task.byCode)
    }

    @Test("Places of a refusal are those of the source, and limits count its bytes")
    func refusals() throws {
        let folder = try Workdir()
        let wide = try #require(KnownEncoding.named("utf-16").first)
        let before = "contactNumber,firstName\n1,山\n2,"
        let open = wide.mark + (try wide.encode(before + "\"山"))
        try folder.write("open.csv", open)
        let unclosed = try #require(try folder.importing("contacts", "open.csv").task().failure)
        #expect(unclosed.code == "unclosed_quote" && unclosed.line == 3 && unclosed.column == 2)
        #expect(unclosed.byteOffset == UInt64(2 + before.utf16.count * 2))

        let whole = wide.mark + (try wide.encode(before + "b\n"))
        try folder.write("whole.csv", whole)
        let limit = ["--encoding", "utf-16", "--max-bytes"]
        let fits = try folder.importing("contacts", "whole.csv", limit + ["\(whole.count)"])
        #expect(fits.exitCode == 0)
        let large = try folder.importing("contacts", "whole.csv", limit + ["\(whole.count - 2)"])
        #expect(large.exitCode == 2)
        let failure = try #require(try large.task().failure)
        #expect(failure.code == "file_too_large" && failure.byteOffset == UInt64(whole.count - 2))
        #expect(failure.message.contains("\(whole.count - 2) bytes") && failure.line == 3)

        try folder.write("header.csv", [0x61, 0x2C, 0x81, 0x0A])
        let header = try #require(
            try folder.importing("contacts", "header.csv", "--encoding", "cp1252").task().failure)
        #expect(
            header.code == "header_encoding" && header.message.contains("windows-1252") && header.column == 2)
    }

    @Test("--encoding wins over the filter, and a mark over both")
    func precedence() throws {
        let folder = try Workdir()
        try folder.write("far.yaml", Self.filter.replacing("ENCODING", with: "koi8-r"))
        let text = Array("Nummer,Name,Mail\n1,".utf8) + [0xC9] + Array(",\n".utf8)
        func name(_ bytes: [UInt8], _ options: [String]) throws -> (String?, [String]) {
            try folder.write("in.csv", bytes)
            let task = try folder.importing(
                "contacts", "in.csv", ["--filter", "far.yaml"] + options
            ).task()
            return (
                try Database(folder).rows("SELECT first_name FROM contacts").first?.first,
                task.warnings.map(\.code)
            )
        }
        #expect(try name(text, []) == ("и", []))
        #expect(try name(text, ["--encoding", "latin1"]) == ("É", []))
        let eight = [0xEF, 0xBB, 0xBF] + Array("Nummer,Name,Mail\n1,é,\n2,,x\n".utf8)
        #expect(try name(eight, []) == ("é", ["encoding_by_mark"]))
        // Its rejects have the mark, too, or they would be read as KOI8-R.
        #expect(try folder.rejects(of: folder.newestTask().id).starts(with: [0xEF, 0xBB, 0xBF]))
    }

    @Test("An encoding that is not known is refused before there is a database")
    func unknown() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "contactNumber,email\n1,\n")
        for (name, code) in [("windwos-1252", "unknown_encoding"), ("iso-2022-jp", "encoding_unsupported")] {
            let run = try folder.importing("contacts", "in.csv", "--encoding", name)
            #expect(run.exitCode == 2)
            #expect(try run.failure().code == code)
        }
        #expect(folder.names == ["in.csv"])
        let order = try folder.importing("contacts", "in.csv", "--encoding", "utf-16")
        #expect(try order.task().failure?.code == "encoding_order_unknown")
        #expect(order.exitCode == 2)
    }

    @Test("Without quoting, the records keep the source's encoding and the reasons are in UTF-8")
    func reasonsApart() throws {
        let folder = try Workdir()
        let filter = Self.filter.replacing("{encoding: ENCODING}", with: "{encoding: shift-jis, quote: none}")
        try folder.write("far.yaml", filter)
        let shiftJIS = try #require(KnownEncoding.named("shift-jis").first)
        let bytes = try shiftJIS.encode("番号,名前,Mail\n1,表,能\n")
        try folder.write("in.csv", bytes)
        _ = try folder.importing("contacts", "in.csv", "--filter", "far.yaml", "--rejects", "out.csv").task()
        #expect(try folder.read("out.csv") == bytes)
        let reasons = String(decoding: try folder.read("out.csv.reasons.csv"), as: UTF8.self)
        #expect(reasons.contains("\"\"能\"\" is not an e-mail address"))
    }
}
