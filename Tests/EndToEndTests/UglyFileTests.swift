import Foundation
import Testing

/// What must become of a file of `Fixtures/ugly`, imported with ``UglyFileTests/filter``.
struct UglyFile: Sendable, CustomTestStringConvertible {
    var name: String
    var exitCode: Int32
    /// The code of the failure, where the file is refused.
    var failure: String?
    var counts: ShownCounts
    /// Line and code of each reject.
    var rejects: [String]
    var warnings: [String]
    /// Told with `--encoding`.
    var encoding: String?

    var testDescription: String { name }

    /// A file that is read to its end.
    static func read(
        _ name: String, created: UInt64 = 0, duplicate: UInt64 = 0, skipped: UInt64 = 0,
        rejects: [String] = [], warnings: [String] = [], encoding: String? = nil
    ) -> UglyFile {
        var counts = ShownCounts(created: created, duplicate: duplicate, skipped: skipped)
        counts.rejected = UInt64(rejects.count)
        counts.read = counts.processed
        return UglyFile(
            name: name, exitCode: rejects.isEmpty ? 0 : 3, counts: counts, rejects: rejects,
            warnings: warnings, encoding: encoding)
    }

    /// A file that is refused: nothing of it is written.
    static func refused(_ name: String, _ code: String) -> UglyFile {
        UglyFile(
            name: name, exitCode: 2, failure: code, counts: ShownCounts(), rejects: [], warnings: [])
    }

    static let all: [UglyFile] = [
        .read("bare-quote.csv", created: 2),
        .read("blank-lines.csv", created: 2, skipped: 4),
        .read("byte-order-mark.csv", created: 2),
        .read("commas-only.csv", created: 2, rejects: ["3 required_missing"]),
        .read("cr.csv", created: 2),
        .read("crlf.csv", created: 2),
        .read(
            "dates.csv", created: 3,
            rejects: ["3 date_malformed", "5 date_malformed", "7 date_malformed", "8 date_malformed"]),
        .refused("duplicate-header.csv", "duplicate_header"),
        .refused("empty.csv", "empty_file"),
        .refused("gzip-cut.csv.gz", "truncated_compression"),
        .refused("gzip-garbage.csv.gz", "corrupt_compression"),
        .read("gzip-members.csv.gz", created: 2),
        .read("gzip-named.csv", created: 2, warnings: ["compression_by_content"]),
        .read("header-only.csv"),
        .read("header-spelling.csv", created: 1),
        .read(
            "invalid-utf8.csv", created: 1, rejects: ["2 invalid_utf8", "3 invalid_utf8", "4 invalid_utf8"]),
        .read("iso-8859-15.csv", created: 2, encoding: "latin9"),
        .read("kept-as-is.csv", created: 4),
        .read("line-ends-in-quotes.csv", created: 2, rejects: ["6 email_malformed"]),
        .read(
            "mended.csv", created: 1, duplicate: 1, rejects: ["2 email_malformed", "5 email_malformed"],
            warnings: ["duplicate_in_file"]),
        .refused("missing-column.csv", "column_missing"),
        .read("mixed-line-ends.csv", created: 3),
        .read("no-final-newline.csv", created: 2),
        .read("nul-byte.csv", created: 1, rejects: ["2 nul_byte"]),
        .read("plain-named.csv.gz", created: 2, warnings: ["compression_by_content"]),
        .read("ragged.csv", created: 2, rejects: ["3 field_count", "4 field_count"]),
        .refused("semicolons.csv", "wrong_delimiter"),
        .read("shift-jis.csv", created: 2, rejects: ["3 email_malformed"], encoding: "shift-jis"),
        .read("text-after-quote.csv", created: 1, rejects: ["2 text_after_quote"]),
        .refused("unclosed-quote.csv", "unclosed_quote"),
        .refused("utf-16-without-mark.csv", "header_encoding"),
        .read("utf-16.csv", created: 2, warnings: ["encoding_by_mark"]),
        .read(
            "utf-16le-crlf.csv", created: 2, rejects: ["4 email_malformed"], warnings: ["encoding_by_mark"]),
        .read(
            "windows-1252.csv", created: 2, rejects: ["3 email_malformed", "4 invalid_encoding"],
            encoding: "windows-1252"),
    ]
}

@Suite("Ugly files")
struct UglyFileTests {
    static let filter = """
        name: ugly
        recordType: contact
        columns:
          - {field: contactNumber, from: [Contact ID, contactnumber]}
          - {field: firstName, from: First Name, optional: true}
          - {field: lastName, from: Last Name, optional: true}
          - {field: email, from: [Email, E-Mail], optional: true}
          - {field: dateOfBirth, from: DOB, date: MM/dd/yyyy, optional: true}
        """

    @Test("Each ugly file ends as it must", arguments: UglyFile.all)
    func endsAsItMust(file: UglyFile) throws {
        let folder = try Workdir()
        try folder.write("ugly.yaml", Self.filter)
        let told = file.encoding.map { ["--encoding", $0] } ?? []
        let run = try folder.importing("contacts", Given.ugly(file.name), ["--filter", "ugly.yaml"] + told)
        #expect(run.exitCode == file.exitCode)
        guard file.failure != "empty_file" else {
            // Refused before there is a task, and so before there is a database.
            #expect(try run.failure().code == file.failure)
            #expect(folder.names == ["ugly.yaml"])
            return
        }
        let task = try run.task()
        #expect(task.failure?.code == file.failure)
        #expect(task.failure?.kind == file.failure.map { _ in "refused" })
        #expect(task.counts == file.counts)
        #expect(task.warnings.map(\.code) == file.warnings)
        let state =
            file.failure != nil ? "failed" : file.rejects.isEmpty ? "completed" : "completedWithRejects"
        #expect(task.state == state)
        let rejected = try folder.rejectList(of: task.id)
        #expect(rejected.map { "\($0.line) \($0.issues.first?.code ?? "")" } == file.rejects)
        let database = try Database(folder)
        #expect(try database.number("SELECT count(*) FROM contacts") == Int64(file.counts.created))
        #expect(try database.damage().isEmpty)
    }

    @Test("Each file of the folder is in the table above")
    func everyFileIsExpected() throws {
        let there = try FileManager.default.contentsOfDirectory(
            atPath: Given.fixtures.appendingPathComponent("ugly").path)
        #expect(there.sorted() == UglyFile.all.map(\.name))
    }

    private func rows(_ name: String, _ columns: String) throws -> [[String]] {
        let folder = try Workdir()
        try folder.write("ugly.yaml", Self.filter)
        _ = try folder.importing("contacts", Given.ugly(name), "--filter", "ugly.yaml")
        return try Database(folder).rows("SELECT \(columns) FROM contacts ORDER BY contact_number")
    }

    @Test("Leading zeros, exponents, formulas, NULL, right-to-left text and emoji are kept as they are")
    func keptAsTheyAre() throws {
        #expect(
            try rows("kept-as-is.csv", "contact_number, first_name, last_name") == [
                [" 9 ", "👩‍👩‍👧", "שלום"], ["007", "=1+1", "NULL"], ["0x1F", "+1-2", "\u{202E}evil"],
                ["1e5", "'; DROP TABLE contacts;--", "null"],
            ])
    }

    @Test("A byte-order mark is taken off the start of a file, and left alone elsewhere")
    func byteOrderMark() throws {
        let names = try rows("byte-order-mark.csv", "contact_number, first_name")
        #expect(names == [["0001", "Mary"], ["0002", "\u{FEFF}Jo"]])
    }

    @Test("Line ends, commas and doubled quotes in quotes are data")
    func quotedData() throws {
        let names = try rows("line-ends-in-quotes.csv", "first_name, last_name")
        #expect(names == [["Mary\nAnn", "Smith"], ["Jo\r\n\"JJ\"", "Kim, Jr."]])
        #expect(try rows("bare-quote.csv", "first_name") == [["Mary \"Buddy\""], ["5\" pipe"]])
    }

    @Test("29 February is a day in leap years only, and dates are read in the declared order only")
    func dates() throws {
        let days = try rows("dates.csv", "contact_number, date_of_birth")
        #expect(days == [["0001", "2000-02-29"], ["0003", "2024-02-29"], ["0005", "1990-12-31"]])
    }

    @Test("A record is created by its first sound form, and a later reject leaves it alone")
    func mended() throws {
        #expect(try rows("mended.csv", "contact_number, last_name") == [["0001", "Smith-Jones"]])
    }

    @Test("A refusal names the line, the likely cause and what to do")
    func refusalsHelp() throws {
        let folder = try Workdir()
        try folder.write("ugly.yaml", Self.filter)
        func failure(_ name: String) throws -> ShownFailure {
            try #require(
                folder.importing("contacts", Given.ugly(name), "--filter", "ugly.yaml").task().failure)
        }
        let unclosed = try failure("unclosed-quote.csv")
        #expect(unclosed.line == 3)
        #expect(unclosed.column == 2)
        #expect(unclosed.byteOffset == 76)
        #expect(unclosed.message.contains("line 3"))
        #expect(unclosed.hint?.contains("quote: none") == true)
        #expect(try failure("semicolons.csv").message.contains("';'"))
        #expect(try failure("semicolons.csv").hint?.contains("delimiter: \";\"") == true)
        #expect(try failure("missing-column.csv").hint?.contains("'Contact Nr'") == true)
        #expect(
            try failure("duplicate-header.csv").message.contains("column 2 ('Email') and column 3") == true)
        #expect(try failure("utf-16-without-mark.csv").message.contains("utf-16le"))
        #expect(try failure("utf-16-without-mark.csv").hint?.contains("encoding: utf-16le") == true)
    }
}
