internal import FoundationEssentials
internal import Glibc
internal import SluiceEngine

/// What people and programs are shown: results on standard output, everything else on standard error.
enum Console {
    static func output(_ text: String) {
        fputs(text + "\n", stdout)
        fflush(stdout)
    }

    static func error(_ text: String) {
        fputs("sluice: \(text)\n", stderr)
    }

    /// Why nothing came of it: as `{"error":…}` for programs, in words for people.
    static func failure(_ failure: Failure, json: Bool) {
        if json {
            output(self.json(FailureReport(error: .init(failure))))
        } else {
            error(failure.message)
            if let hint = failure.hint { fputs("        \(hint)\n", stderr) }
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

    private struct FailureReport: Encodable {
        struct Body: Encodable {
            var code: String
            var message: String
            var hint: String?
            var line: UInt64?
            var column: Int?
            var byteOffset: UInt64?

            init(_ failure: Failure) {
                code = failure.code
                message = failure.message
                hint = failure.hint
                line = failure.line
                column = failure.column
                byteOffset = failure.byteOffset
            }
        }

        var error: Body
    }
}
