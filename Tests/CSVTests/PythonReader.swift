import Records
import TestSupport

/// What Python's reader made of one input.
struct PythonRows: Decodable {
    /// Each byte as the character of its number.
    var rows: [[String]]
    /// Why it stopped; `nil` at the end of input.
    var error: String?
}

/// The reader of Python's library, which is strict unless text behind a closing quote is allowed.
enum PythonReader {
    private struct Question: Encodable {
        var text: String
        var delimiter: String
        var quote: String?
        var hasEscapes: Bool
        var isStrict: Bool
    }

    private static let script = """
        import csv, io, json, sys
        csv.field_size_limit(1 << 30)
        answers = []
        for asked in json.load(sys.stdin):
            rows, error = [], None
            quote = asked.get('quote')
            reader = csv.reader(
                io.StringIO(asked['text'], newline=''), delimiter=asked['delimiter'], quotechar=quote,
                quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE, doublequote=True,
                escapechar='\\\\' if asked['hasEscapes'] else None, strict=asked['isStrict'])
            try:
                for row in reader:
                    rows.append(row)
            except csv.Error as problem:
                error = str(problem)
            answers.append({'rows': rows, 'error': error})
        json.dump(answers, sys.stdout)
        """

    /// Asks once for all inputs.
    static func read(_ inputs: [(bytes: [UInt8], dialect: Dialect)]) throws -> [PythonRows] {
        let questions = inputs.map { bytes, dialect in
            Question(
                text: text(bytes), delimiter: text([dialect.delimiter]),
                quote: dialect.quote.map { text([$0]) },
                hasEscapes: dialect.escape == .backslash, isStrict: !dialect.allowsTextAfterQuote)
        }
        return try Python.ask(script, questions)
    }

    /// Bytes as Python is given them: each is the character of its number.
    static func text(_ bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        return text
    }
}
