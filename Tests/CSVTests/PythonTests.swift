import Records
import TestSupport
import Testing

@testable import CSV

/// What Python's strict reader made of one input.
private struct PythonRows: Decodable {
    var rows: [[String]]
    /// Why it stopped; `nil` at the end of input.
    var error: String?
}

/// The parser against the reader of Python's library.
@Suite("Python's csv")
struct PythonTests {
    private static let script = """
        import csv, io, json, sys
        answers = []
        for text in json.load(sys.stdin):
            rows, error = [], None
            try:
                for row in csv.reader(io.StringIO(text, newline=''), strict=True):
                    rows.append(row)
            except csv.Error as problem:
                error = str(problem)
            answers.append({'rows': rows, 'error': error})
        json.dump(answers, sys.stdout)
        """

    /// Whether the record that never ends has text behind a closing quote before the quote that never closes;
    /// Python stops at the first of the two, we at the second.
    private func hasTextAfterQuote(beforeUnclosedQuoteOf text: String, _ seen: SeenFile) -> Bool {
        let start = seen.records.last.map { Int($0.position.byteOffset) + $0.bytes.count } ?? 0
        var index = SafeIndex(delimiter: UInt8(ascii: ","), quote: UInt8(ascii: "\""))
        index.index(Array(Array(text.utf8)[start..<Int(seen.failure?.byteOffset ?? 0)]).span, position: 0)
        return index.tokens.contains { $0.hasTextAfterQuote }
    }

    /// The documented differences are two: Python gives a blank line as a row of no fields, where we count it;
    /// and it stops at text behind a closing quote, where we flag the record and go on.
    @Test("random files give the same records as Python's strict reader", .enabled(if: Python.isThere))
    func agreesWithPython() throws {
        var numbers = SeededGenerator(seed: runSeed("agreesWithPython"))
        let alphabet = Array(",,\n\r\"\"\"ab \n")
        var texts = (0..<3000).map { _ in
            String(
                (0..<Int.random(in: 0...40, using: &numbers)).map { _ in
                    alphabet.randomElement(using: &numbers) ?? "a"
                })
        }
        texts += (0..<300).map { _ in String(decoding: tidyBytes(&numbers, records: 9), as: UTF8.self) }
        var faulty = 0
        var unclosed = 0
        let answers: [PythonRows] = try Python.ask(Self.script, texts)
        for (text, answer) in zip(texts, answers) {
            let seen = parse(Array(text.utf8), columns: Array(0..<41), cutting: .every(5))
            let sound = seen.records.prefix { $0.fault == .none }
            let rows = sound.map { Array($0.texts.prefix(Int($0.fieldCount))) }
            #expect(rows == answer.rows.filter { !$0.isEmpty }, "\(text.debugDescription)")
            if sound.count < seen.records.count {
                faulty += 1
                #expect(seen.records[sound.count].fault == .textAfterQuote)
                #expect(answer.error?.contains("expected after") == true, "\(text.debugDescription)")
            } else if seen.failure != nil {
                unclosed += 1
                #expect(seen.failure?.code == .unclosedQuote)
                let stopsBefore = hasTextAfterQuote(beforeUnclosedQuoteOf: text, seen)
                #expect(
                    answer.error == (stopsBefore ? "',' expected after '\"'" : "unexpected end of data"),
                    "\(text.debugDescription)")
            } else {
                #expect(answer.error == nil, "\(text.debugDescription)")
                #expect(seen.blankLines == answer.rows.count { $0.isEmpty })
            }
        }
        #expect(faulty > 0 && unclosed > 0)
    }
}
