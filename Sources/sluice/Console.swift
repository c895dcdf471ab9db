internal import FoundationEssentials
internal import Glibc
internal import SluiceEngine

/// What people and programs are shown: results on standard output, everything else on standard error.
enum Console {
    static func output(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// A document, to the byte: what is printed can be given back.
    static func document(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    /// Columns that a line of standard output may take: the terminal's, or 100 where there is none.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return max(40, Int(size.ws_col))
    }

    static func error(_ text: String) {
        raw("sluice: \(text)\n")
    }

    /// Text as it is on standard error: for a progress bar.
    static func raw(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    /// Writes all of a text.
    ///
    /// Nobody is left to be told where that fails: the exit code says what was done.
    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var done = 0
            while let base = bytes.baseAddress, done < bytes.count {
                let count = Glibc.write(descriptor, base + done, bytes.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                done += count
            }
        }
    }

    /// Why nothing came of it: as `{"error":…}` for programs, in words for people.
    static func failure(_ failure: Failure, json: Bool) {
        if json {
            output(self.json(FailureReport(error: failure)))
        } else {
            error(failure.message)
            if let hint = failure.hint { raw("        \(hint)\n") }
        }
    }

    /// One line of JSON, keys in order.
    static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            preconditionFailure("our own values encode: \(error)")
        }
    }

    /// Prints `{"name":[…]}`, its elements as `forEach` gives them: none is kept.
    static func jsonList<Element: Encodable>(
        _ name: String, forEach: ((Element) throws -> Void) throws -> Void
    ) throws {
        let opening = "{\"\(name)\":["
        var separator = opening
        try forEach { element in
            output(separator + json(element))
            separator = ","
        }
        output((separator == "," ? "" : opening) + "]}")
    }

    private struct FailureReport: Encodable {
        var error: Failure
    }
}
