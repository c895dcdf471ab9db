import Foundation
import Testing

// Rows about what stands around the file: the input filter, and the names on the command line.

extension BadInput {
    private static let sound = "Contact ID,Last Name\n1,Ann\n2,Bob\n"

    private static func filterFault(
        _ input: String, _ line: String, _ what: String, _ code: String, at place: String, says: [String]
    ) -> BadInput {
        BadInput(
            input: input, source: .text(sound), what: what, end: .filterRefused(code, at: place), says: says,
            filter: """
                name: bad-input
                recordType: contact
                columns:
                  - {field: contactNumber, from: Contact ID}
                  - \(line)
                """)
    }

    /// Each is refused by `import` and by `filters save`.
    static let filterRows: [BadInput] = [
        filterFault(
            "two columns are mapped to one field", "{field: contactNumber, from: Last Name}",
            "by `import` and by `filters save`; the hint has the ways to keep both", "field_twice",
            at: "line 5, column 5", says: ["'contactNumber'", "join"]),
        filterFault(
            "a field that the record type has not", "{field: lastname, from: Last Name}",
            "by both; the hint has the nearest name", "unknown_field", at: "line 5, column 13",
            says: ["Did you mean 'lastName'?"]),
        filterFault(
            "a date pattern that cannot be read", "{field: dateOfBirth, from: DOB, date: MM/xx/yyyy}",
            "by both; the hint has the letters that are known", "bad_date_pattern", at: "line 5, column 43",
            says: ["'xx'", "Known: "]),
        BadInput(
            input: "an empty part in `namePattern`", source: .text(sound),
            what: "by both; the hint has an example",
            end: .filterRefused("bad_name_pattern", at: "line 3, column 21"),
            says: ["*.csv"],
            filter: contactFilter.replacing(
                "recordType: contact", with: "recordType: contact\nfile: {namePattern: \"a||b\"}")),
    ]

    private static func path(
        _ input: String, _ path: String, _ what: String, _ code: String, says: [String] = [],
        prepare: (@Sendable (Workdir) throws -> Void)? = nil
    ) -> BadInput {
        BadInput(
            input: input, source: .path(path), what: what, end: .refused(code, at: nil), says: says,
            prepare: prepare)
    }

    private static let dashFile: @Sendable (Workdir) throws -> Void = { try $0.write("-x", sound) }

    static let commandRows: [BadInput] = [
        path(
            "a file that is not there", "nowhere.csv", "the message names it", "file_not_found",
            says: ["nowhere.csv"]),
        path("a folder", "folder", "the hint asks for a file in it", "file_is_directory") {
            try FileManager.default.createDirectory(
                atPath: $0.file("folder"), withIntermediateDirectories: false)
        },
        path(
            "`/dev/zero`, or another device", "/dev/zero", "nothing of it is read", "not_a_file",
            says: ["standard input"]),
        BadInput(
            input: "a FIFO", source: .path("pipe"),
            what: "what comes is kept in a file until the import ends",
            end: .read, records: ["1|-|Ann", "2|-|Bob"],
            prepare: { folder in
                #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
                try folder.write("data.csv", sound)
                // `cat` waits for the reader, as any program that writes to a FIFO does.
                let writer = Process()
                writer.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
                writer.arguments = ["60", "sh", "-c", "cat \"$0/data.csv\" > \"$0/pipe\"", folder.path]
                try writer.run()
            }),
        BadInput(
            input: "a file named `-x`, given as `./-x`", source: .path("./-x"), what: "as any other file",
            end: .read, records: ["1|-|Ann", "2|-|Bob"], prepare: dashFile),
        BadInput(
            input: "a file named `-x`, given behind `--`", source: .dashes("-x"), what: "as any other file",
            end: .read, records: ["1|-|Ann", "2|-|Bob"], prepare: dashFile),
        BadInput(
            input: "an output that is the input", source: .text(sound),
            what: "also with `--force`; the input stays as it is", end: .refused("output_is_input", at: nil),
            says: ["in.csv"], options: ["--rejects", "in.csv", "--force"]),
        BadInput(
            input: "an output that is there already", source: .text(sound),
            what: "the hint has `--force`; the file stays as it is", end: .refused("output_exists", at: nil),
            says: ["out.csv", "--force"], options: ["--rejects", "out.csv"],
            prepare: { try $0.write("out.csv", "mine") }),
    ]
}
