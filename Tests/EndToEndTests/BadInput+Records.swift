import Foundation

// Rows about single records and their values.

extension BadInput {
    private static let mebibyte = 1 << 20

    private static func oneLongField(_ count: Int) -> [UInt8] {
        Array("Contact ID,Last Name\n1,Ann\n2,".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: count)
            + Array("\n3,Bob\n".utf8)
    }

    static let recordRows: [BadInput] = [
        BadInput(
            input: "a quote that is never closed", source: .ugly("unclosed-quote.csv"),
            what: "before any record is written; the place is the quote that opens",
            end: .refused("unclosed_quote", at: "line 3, column 2, byte 76"), says: ["line 3", "quote: none"]),
        BadInput(
            input: "a record of over 1 MiB", source: .bytes("in.csv") { oneLongField(mebibyte) },
            what: "the records before and behind it are read",
            end: .rejected(["line 3, byte 27: record_too_long"]), says: ["1 MiB"],
            records: ["1|-|Ann", "3|-|Bob"]),
        BadInput(
            input: "a record of over 16 MiB", source: .bytes("in.csv") { oneLongField(16 * mebibyte) },
            what: "no more of it is held; the hint has the likely causes",
            end: .refused("record_too_long", at: "line 3, byte 27"), says: ["line ends", "encoding"]),
        BadInput(
            input: "text behind a closing quote: `\"Mary\"Ann`", source: .ugly("text-after-quote.csv"),
            what: "the message says how a quote within quotes is written",
            end: .rejected(["line 2, byte 38, column 2: text_after_quote"]), says: ["written twice"]),
        BadInput(
            input: "the same, with `lenientQuotes: true`", source: .ugly("text-after-quote.csv"),
            what: "as `MaryAnn`", end: .read, records: ["0001|MaryAnn|Smith", "0002|José|Muñoz"],
            filter: contactFilter.replacing(
                "recordType: contact", with: "recordType: contact\nfile: {lenientQuotes: true}")),
        BadInput(
            input: "a quote within a value that is not quoted: `5\" pipe`", source: .ugly("bare-quote.csv"),
            what: "as it stands", end: .read, records: ["0001|Mary \"Buddy\"|Smith", "0002|5\" pipe|Kim"]),
        BadInput(
            input: "line ends, commas and doubled quotes within quotes, then a mistake",
            source: .ugly("line-ends-in-quotes.csv"),
            what: "they are data; the line that is told is the one an editor shows",
            end: .rejected(["line 6, byte 121, column 4: email_malformed"]),
            records: ["0001|Mary\nAnn|Smith", "0002|Jo\r\n\"JJ\"|Kim, Jr."]),
        BadInput(
            input: "too few and too many fields", source: .ugly("ragged.csv"),
            what: "the message has both counts",
            end: .rejected(["line 3, byte 71: field_count", "line 4, byte 83: field_count"]),
            says: ["has 3 fields, the header has 4", "has 5 fields, the header has 4"],
            records: ["0001|Mary|Smith", "0004|José|Muñoz"]),
        BadInput(
            input: "blank lines", source: .ugly("blank-lines.csv"), what: "skipped and counted", end: .read,
            records: ["0001|Mary|Smith", "0002|José|Muñoz"], skipped: 4),
        BadInput(
            input: "a line of nothing but commas", source: .ugly("commas-only.csv"),
            what: "it is a record, and its key is missing",
            end: .rejected(["line 3, byte 71, column 1: required_missing"])),
        BadInput(
            input: "one key four times, in two of them with a mistake", source: .ugly("mended.csv"),
            what: "the sound ones count, the last of them stays",
            end: .rejected([
                "line 2, byte 38, column 4: email_malformed", "line 5, byte 144, column 4: email_malformed",
            ]), warnings: ["duplicate_in_file"], records: ["0001|Mary|Smith-Jones"], duplicate: 1),
    ]

    private static func customers(
        _ input: String, _ text: String, _ what: String, rejects: [String], says: [String]
    ) -> BadInput {
        BadInput(
            input: input, source: .text("customerNumber,firstName,lastName,email\n" + text), what: what,
            end: .rejected(rejects), says: says, records: ["1|Mary|Smith"],
            columns: "customer_number, first_name, last_name", type: "customers", filter: nil)
    }

    /// An e-mail address of so many characters, sound but for that.
    private static func address(_ count: Int) -> String {
        let local = String(repeating: "x", count: 64)
        let domain =
            Array(repeating: String(repeating: "d", count: 61), count: 3).joined(separator: ".") + "."
        return "\(local)@\(domain)" + String(repeating: "y", count: count - 65 - domain.count)
    }

    static let valueRows: [BadInput] = [
        BadInput(
            input: "an account without a name", source: .text("accountNumber,name\n1,Acme\n2,\n"),
            what: "the message names the field",
            end: .rejected(["line 3, byte 26, column 2: required_missing"]), says: ["name: "],
            records: ["1|Acme"], columns: "account_number, name", type: "accounts", filter: nil),
        customers(
            "a customer without first or last name", "1,Mary,Smith,\n2,,Kim,\n3,Jo,,\n",
            "the message names the field",
            rejects: [
                "line 3, byte 54, column 2: required_missing", "line 4, byte 62, column 3: required_missing",
            ], says: ["firstName: ", "lastName: "]),
        customers(
            "an e-mail address that another customer has",
            "1,Mary,Smith,m@example.com\n2,Jo,Kim,m@example.com\n",
            "the first keeps it", rejects: ["line 3, byte 67, column 4: email_taken"],
            says: ["another record has this email"]
        ),
        BadInput(
            input: "an e-mail address of 254 characters, and one of 255",
            source: .text("Contact ID,Email\n1,\(address(254))\n2,\(address(255))\n"),
            what: "the first is taken; the message has both counts",
            end: .rejected(["line 3, byte 274, column 2: email_too_long"]), says: ["255", "at most 254"],
            records: ["1|\(address(254))"], columns: "contact_number, email"),
        BadInput(
            input: "an e-mail address that is none",
            source: .text("Contact ID,Email\n1,nobody\n2,a@@example.com\n3,a@example.com\n"),
            what: "the message says why",
            end: .rejected([
                "line 2, byte 17, column 2: email_malformed", "line 3, byte 26, column 2: email_malformed",
            ]), says: ["it has no @"], records: ["3|a@example.com"], columns: "contact_number, email"),
        BadInput(
            input: "leading zeros, `1e5`, `NULL`, `=1+1`, SQL, right-to-left text and emoji",
            source: .ugly("kept-as-is.csv"), what: "kept byte for byte", end: .read,
            records: [
                " 9 |👩‍👩‍👧|שלום", "007|=1+1|NULL", "0x1F|+1-2|\u{202E}evil",
                "1e5|'; DROP TABLE contacts;--|null",
            ]),
        BadInput(
            input: "29 February outside a leap year, and days in another order or form than declared",
            source: .ugly("dates.csv"), what: "the message has the form that is declared; nothing is guessed",
            end: .rejected([
                "line 3, byte 31, column 2: date_malformed", "line 5, byte 63, column 2: date_malformed",
                "line 7, byte 95, column 2: date_malformed", "line 8, byte 111, column 2: date_malformed",
            ]), says: ["02/29/1900", "there is no such day", "31/12/1990", "MM/dd/yyyy"],
            records: ["0001|2000-02-29", "0003|2024-02-29", "0005|1990-12-31"],
            columns: "contact_number, date_of_birth"),
    ]
}
