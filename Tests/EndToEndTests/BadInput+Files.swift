import Foundation

// Rows about a file as a whole: its bytes, its compression, its header.

extension BadInput {
    private static let twoRecords = ["0001|Mary|Smith", "0002|José|Muñoz"]

    private static func sameRecords(
        _ input: String, _ name: String, _ what: String = "the same records", warnings: [String] = []
    ) -> BadInput {
        BadInput(
            input: input, source: .ugly(name), what: what, end: .read, warnings: warnings, records: twoRecords
        )
    }

    static let fileRows: [BadInput] = [
        BadInput(
            input: "0 bytes", source: .ugly("empty.csv"), what: "before there is a task or a database",
            end: .refused("empty_file", at: "byte 0")),
        BadInput(
            input: "a header and no record", source: .ugly("header-only.csv"),
            what: "completed with 0 records", end: .read, records: []),
        sameRecords("no line end after the last record", "no-final-newline.csv"),
        sameRecords("lines that end with CRLF", "crlf.csv"),
        sameRecords("lines that end with CR", "cr.csv"),
        BadInput(
            input: "CRLF, CR and LF in one file", source: .ugly("mixed-line-ends.csv"),
            what: "the same records", end: .read, records: twoRecords + ["0003|Anna|Lee"]),
        BadInput(
            input: "a UTF-8 mark at the start, and another in a value",
            source: .ugly("byte-order-mark.csv"), what: "the first is taken off, the other is data",
            end: .read, records: ["0001|Mary|Smith", "0002|\u{FEFF}Jo|Kim"]),
        sameRecords(
            "UTF-16 with its mark", "utf-16.csv", "the same records, and told",
            warnings: ["encoding_by_mark"]),
        BadInput(
            input: "UTF-16 with its mark, line ends in quotes, and an e-mail address that is none",
            source: .ugly("utf-16le-crlf.csv"), what: "line and byte are those of the UTF-16 file",
            end: .rejected(["line 4, byte 152, column 4: email_malformed"]), warnings: ["encoding_by_mark"]),
        BadInput(
            input: "UTF-16 without a mark", source: .ugly("utf-16-without-mark.csv"),
            what: "the message says what it seems to be, and asks for the encoding",
            end: .refused("header_encoding", at: "line 1, column 1, byte 0"),
            says: ["utf-16le", "--encoding utf-16le", "encoding: utf-16le"]),
        BadInput(
            input: "Windows-1252, declared, with a byte that it leaves undefined",
            source: .ugly("windows-1252.csv"), what: "the other records are read; the message names the byte",
            end: .rejected([
                "line 3, byte 71, column 4: email_malformed", "line 4, byte 99, column 2: invalid_encoding",
            ]),
            says: ["windows-1252", "byte 107"], options: ["--encoding", "windows-1252"]),
        BadInput(
            input: "ISO-8859-15, declared", source: .ugly("iso-8859-15.csv"), what: "the euro sign is one",
            end: .read, records: ["0001|Œuvre|500 €", "0002|Žofie|Štastná"],
            options: ["--encoding", "latin9"]),
        BadInput(
            input: "Shift-JIS, declared, with an e-mail address that is none",
            source: .ugly("shift-jis.csv"), what: "line and byte are those of the Shift-JIS file",
            end: .rejected(["line 3, byte 69, column 4: email_malformed"]),
            options: ["--encoding", "shift-jis"]),
        BadInput(
            input: "a stray byte that is not UTF-8, an overlong form and half a surrogate pair",
            source: .ugly("invalid-utf8.csv"),
            what: "the message names the byte itself; no U+FFFD is put in its place",
            end: .rejected([
                "line 2, byte 38, column 2: invalid_utf8", "line 3, byte 71, column 2: invalid_utf8",
                "line 4, byte 99, column 2: invalid_utf8",
            ]), says: ["byte 46", "byte 77", "byte 105"]),
        BadInput(
            input: "a NUL byte in a field", source: .ugly("nul-byte.csv"),
            what: "the message names the byte itself",
            end: .rejected(["line 2, byte 38, column 2: nul_byte"]), says: ["byte 45"]),
        BadInput(
            input: "one record over the limit of the type, or of `--max-records`",
            source: .text("Contact ID,Last Name\n1,Ann\n\n2,Bob\n3,Cy\n"),
            what: "the place is the first record over the limit; blank lines do not count",
            end: .refused("too_many_records", at: "line 5, byte 34"), says: ["--max-records"],
            options: ["--max-records", "2"]),
        BadInput(
            input: "accounts of 15 MiB and a byte", source: .bytes("in.csv") { tooManyBytes },
            what: "the place is the first byte over the limit",
            end: .refused("file_too_large", at: "line 16354, byte 15728640"), says: ["--max-bytes"],
            type: "accounts", filter: nil),
        BadInput(
            input: "the same, compressed with gzip to a few KiB",
            source: .bytes("in.csv.gz") { gzip(tooManyBytes) },
            what: "the limit counts what is decompressed",
            end: .refused("file_too_large", at: "line 16354, byte 15728640"), says: ["--max-bytes"],
            type: "accounts", filter: nil),
    ]

    /// A sound file of accounts, one byte over their limit.
    private static var tooManyBytes: [UInt8] {
        let limit = 15 << 20
        let record = Array(
            "1,\(String(repeating: "x", count: 250)),\(String(repeating: "y", count: 770))\n".utf8)
        var bytes = Array("accountNumber,name,description\n".utf8)
        while bytes.count + record.count < limit { bytes += record }
        return bytes + [UInt8](repeating: UInt8(ascii: "\n"), count: limit + 1 - bytes.count)
    }

    // MARK: Compression

    private static let plain = Array(
        "Contact ID,First Name,Last Name\n0001,Mary,Smith\n0002,José,Muñoz\n".utf8)
    private static let part = 32

    private static func compressionFault(
        _ input: String, _ name: String, _ what: String, _ code: String, at place: String = "byte 0",
        says: [String] = [], _ bytes: @escaping @Sendable () -> [UInt8]
    ) -> BadInput {
        BadInput(
            input: input, source: .bytes(name, bytes), what: what, end: .refused(code, at: place), says: says)
    }

    static let compressionRows: [BadInput] = [
        sameRecords(
            "a plain file that is named `.gz`", "plain-named.csv.gz", "its content decides, and that is told",
            warnings: ["compression_by_content"]),
        sameRecords(
            "a gzip file that is named `.csv`", "gzip-named.csv", "its content decides, and that is told",
            warnings: ["compression_by_content"]),
        sameRecords("several gzip members, one behind the other", "gzip-members.csv.gz", "all of them"),
        BadInput(
            input: "several zstd frames, with a skippable one between them",
            source: .bytes("in.csv.zst") {
                zstd(Array(plain.prefix(part))) + [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
                    + zstd(Array(plain.dropFirst(part)))
            }, what: "all of them; the skippable one is skipped", end: .read, records: twoRecords),
        BadInput(
            input: "a gzip file that was cut short", source: .ugly("gzip-cut.csv.gz"),
            what: "never completed; the message names the byte of the compressed file, the place counts what "
                + "came out of it",
            end: .refused("truncated_compression", at: "byte 106"), says: ["(byte 104)", "Transfer"]),
        compressionFault(
            "a zstd file that was cut short", "in.csv.zst", "the same", "truncated_compression",
            says: ["Transfer"]
        ) { Array(zstd(plain).dropLast(3)) },
        BadInput(
            input: "other bytes behind the end of gzip data", source: .ugly("gzip-garbage.csv.gz"),
            what: "the message names the byte of the compressed file at which they begin",
            end: .refused("corrupt_compression", at: "byte 0"), says: ["byte 110 of the file"]),
        compressionFault(
            "other bytes behind the end of zstd data", "in.csv.zst", "the same", "corrupt_compression",
            says: ["bytes that are not zstd"]
        ) { zstd(plain) + Array("garbage".utf8) },
        compressionFault(
            "zstd data that needs more than 8 MiB of window", "in.csv.zst",
            "the message says how much it needs; memory stays bounded", "window_too_large",
            says: ["134217728", "8 MiB", "--long"]
        ) {
            // A frame of a window of 128 MiB, as `zstd --long=27` makes it, with one raw block.
            [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x88, 0x29, 0x00, 0x00] + Array("hello".utf8)
        },
        compressionFault(
            "zstd data that needs a dictionary", "in.csv.zst",
            "the message names the dictionary by its number",
            "dictionary_needed", says: ["dictionary 7", "without a dictionary"]
        ) { [0x28, 0xB5, 0x2F, 0xFD, 0x21, 0x07, 0x05, 0x29, 0x00, 0x00] + Array("hello".utf8) },
        compressionFault(
            "a few KiB that decompress to a thousand times as much, past 64 MiB", "in.csv.zst",
            "given up at 64 MiB; memory stays bounded", "expansion_limit", at: "byte 67108864",
            says: ["1000 times", "decompress it first"]
        ) {
            let line = Array("1,\(String(repeating: "x", count: 200)),y\n".utf8)
            var bytes = plain
            while bytes.count < 72 << 20 { bytes += line }
            return zstd(bytes)
        },
        BadInput(
            input: "a ZIP archive, and so an Excel workbook",
            source: .bytes("book.csv") { [0x50, 0x4B, 0x03, 0x04, 0, 0, 0, 0] },
            what: "the hint says to save it as CSV", end: .refused("unsupported_format", at: nil),
            says: ["Excel", "CSV"]),
    ]

    // MARK: The header

    static let headerRows: [BadInput] = [
        BadInput(
            input: "two columns of one name that is mapped", source: .ugly("duplicate-header.csv"),
            what: "the message names both columns, the hint how to choose one",
            end: .refused("duplicate_header", at: nil),
            says: ["column 2 ('Email') and column 3 ('Email')", "from: 2"]),
        BadInput(
            input: "a mapped column is missing", source: .ugly("missing-column.csv"),
            what: "the hint has the nearest name of the file, and all of its columns",
            end: .refused("column_missing", at: nil), says: ["'Contact ID'", "did you mean 'Contact Nr'?"]),
        BadInput(
            input: "another delimiter than declared, so that all falls into one column",
            source: .ugly("semicolons.csv"), what: "the hint has the delimiter that it seems to be",
            end: .refused("wrong_delimiter", at: nil), says: ["';'", "delimiter: \";\""]),
        BadInput(
            input: "names that differ in case, spaces, hyphens and underscores",
            source: .ugly("header-spelling.csv"), what: "matched all the same", end: .read,
            records: ["0001|Mary|Smith"]),
        BadInput(
            input: "a name in another Unicode normal form (`é` as `e` and an accent)",
            source: .text("Nume\u{301}ro,Last Name\n0001,Smith\n"), what: "matched all the same", end: .read,
            records: ["0001|-|Smith"],
            filter: contactFilter.replacing("[Contact ID, contactnumber]", with: "Num\u{E9}ro")),
    ]
}
