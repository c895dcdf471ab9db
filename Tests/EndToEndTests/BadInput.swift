import Foundation
import Testing

/// What a user's file, input filter or command may be, and what must happen then: one row of `docs/bad-input.md`.
struct BadInput: Sendable, CustomTestStringConvertible {
    /// The input in words.
    var input: String
    /// What the words mean, for the test.
    var source: Source
    /// What happens, in words, behind the word for how it ends.
    var what: String
    var end: End
    /// Codes of the task's warnings.
    var warnings: [String] = []
    /// What the message and the hint of a failure, or the messages of the rejects, must hold.
    var says: [String] = []
    /// What `columns` of the table hold afterwards, a row each, `|` between them; `nil` where nobody looks.
    var records: [String]?
    var columns = "contact_number, first_name, last_name"
    /// Blank lines, and records with a key that the file had before.
    var skipped: UInt64 = 0
    var duplicate: UInt64 = 0

    var type = "contacts"
    var filter: String? = BadInput.contactFilter
    var options: [String] = []
    /// Makes what must be there besides.
    var prepare: (@Sendable (Workdir) throws -> Void)?

    var testDescription: String { "\(input): \(what)" }

    enum Source: Sendable {
        /// A file of `Fixtures/ugly`.
        case ugly(String)
        case text(String)
        /// The bytes of a file of this name.
        case bytes(String, @Sendable () -> [UInt8])
        /// No file is made: this path is named.
        case path(String)
        /// This path is named last, behind `--`.
        case dashes(String)
    }

    /// How it ends; places are as people read them, and `nil` where none is told.
    enum End: Sendable {
        case read
        /// Each reject as `line 3, byte 28, column 2: nul_byte`; the byte is that of the record.
        case rejected([String])
        /// The place is one of the file, as `line 3, column 2, byte 28`.
        case refused(String, at: String?)
        /// The place is one of the filter's document, as `line 5, column 13`, and is told by import and `filters save`.
        case filterRefused(String, at: String)
    }

    var exitCode: Int32 {
        switch end {
        case .read: 0
        case .rejected: 3
        case .refused, .filterRefused: 2
        }
    }

    var fixture: String? {
        guard case .ugly(let name) = source else { return nil }
        return name
    }

    /// Most rows are imported with it.
    static let contactFilter = """
        name: bad-input
        recordType: contact
        columns:
          - {field: contactNumber, from: [Contact ID, contactnumber]}
          - {field: firstName, from: First Name, optional: true}
          - {field: lastName, from: Last Name, optional: true}
          - {field: email, from: [Email, E-Mail], optional: true}
          - {field: dateOfBirth, from: DOB, date: MM/dd/yyyy, optional: true}
        """

    static let sections: [(title: String, rows: [BadInput])] = [
        ("The file and its bytes", fileRows),
        ("Compression", compressionRows),
        ("Records and quotes", recordRows),
        ("The header", headerRows),
        ("Values", valueRows),
        ("The input filter", filterRows),
        ("What is named on the command line", commandRows),
    ]

    static var all: [BadInput] { sections.flatMap(\.rows) }

    /// Those whose input is a file of `Fixtures/ugly`.
    static var ofFixtures: [BadInput] { all.filter { $0.fixture != nil } }
}

// MARK: The page

extension BadInput {
    /// The tables of the page.
    static var page: String {
        sections.map { title, rows in
            "## \(title)\n\n| input | what happens | code | place told |\n| --- | --- | --- | --- |\n"
                + rows.map(\.line).joined(separator: "\n") + "\n"
        }
        .joined(separator: "\n")
    }

    private var line: String {
        let cells = [input, "\(ending): \(what)", codes.joined(separator: ", "), places]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }

    private var ending: String {
        switch end {
        case .read: "read"
        case .rejected: "rejected"
        case .refused, .filterRefused: "refused"
        }
    }

    private var codes: [String] {
        var codes: [String]
        switch end {
        case .read: codes = []
        case .rejected(let rejects): codes = rejects.map { String($0.split(separator: " ").last ?? "") }
        case .refused(let code, _), .filterRefused(let code, _): codes = [code]
        }
        var seen: Set<String> = []
        codes = codes.filter { seen.insert($0).inserted }.map { "`\($0)`" }
        codes += warnings.map { "`\($0)` (warning)" }
        return codes.isEmpty ? ["–"] : codes
    }

    /// Which parts of a place are told.
    private var places: String {
        let told: String
        var suffix = ""
        switch end {
        case .read: return "–"
        case .rejected(let rejects):
            told = String(rejects.first?.split(separator: ":").first ?? "")
        case .refused(_, let place): told = place ?? "–"
        case .filterRefused(_, let place):
            told = place
            suffix = " of the document"
        }
        return told.split(separator: ", ").map { $0.prefix { $0 != " " } }.joined(separator: ", ") + suffix
    }
}
