internal import ArgumentParser
internal import Glibc
internal import SluiceEngine

struct RecordsNote: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note",
        abstract: "Write a note on a record.",
        discussion: """
            A note has the moment and your name. It is never changed or deleted, and stays where its record is deleted.

              sluice records note contacts C-0001 'Called back, will pay on Friday.'
            """)

    @Argument(help: "What the record is: contact, account … ('sluice types list').")
    var type: String

    @Argument(help: "A value of one of its keys, FIELD=VALUE, or id=N.")
    var key: String

    @Argument(help: "The note; '-' reads it from standard input.")
    var text: String

    @OptionGroup var global: GlobalOptions

    func run() throws {
        try reportingFailures(json: global.json) {
            let engine = try global.engine()
            let text = text == "-" ? try StandardInput.text() : text
            let task = try engine.addNote(type, key, text: text, requestedBy: CurrentUser.name)
            if global.json {
                Console.output(Console.json(task))
            } else if !global.quiet {
                Console.output("\(VisibleText.of(type)) \(VisibleText.of(key)): noted")
            }
            return Exit.code(for: task)
        }
    }
}

/// A short text from standard input.
enum StandardInput {
    /// Most bytes: more than any field takes.
    private static let mostBytes = 1 << 20

    /// All of it, without the line end behind the last line.
    ///
    /// - Throws: `record_too_long`, `invalid_utf8`, `read_failed`.
    static func text() throws(Failure) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw Failure(
                    .refused, code: "read_failed",
                    message: "standard input: \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= mostBytes else {
                throw Failure(
                    .refused, code: "record_too_long",
                    message: "standard input: more than \(mostBytes) bytes are no value of a field")
            }
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(
                .refused, code: "invalid_utf8", message: "standard input: the text is not UTF-8",
                hint: "Convert it first: iconv -f NAME -t UTF-8")
        }
        return text
    }
}
