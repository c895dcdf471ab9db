import CSVTestSupport
import Records
import TestSupport
import Testing

@testable import CSV

/// The parser against the reader of Python's library.
@Suite("Python's csv")
struct PythonTests {
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
    @Test(
        "random files give the same records as Python's strict reader", .enabled(if: Python.isThere)
    )
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
        for (text, answer) in zip(texts, try PythonReader.read(texts.map { (Array($0.utf8), Dialect()) })) {
            let seen = parse(Array(text.utf8), columns: Array(0..<41), cutting: .every(5))
            let sound = seen.records.prefix { $0.fault == .none }
            let rows = sound.map { $0.values.prefix(Int($0.fieldCount)).map(PythonReader.text) }
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

    /// Three differences more, which the inputs leave out: letters behind a backslash are letters to Python, and so
    /// is a field `\N`; a LF behind an escaped CR ends its record; and a record with an escaped line end is an
    /// error where the file ends without another.
    @Test(
        "lenient and backslash dialects give the same records as Python's reader",
        .enabled(if: Python.isThere),
        arguments: [
            Dialect(allowsTextAfterQuote: true), Dialect(escape: .backslash),
            Dialect(delimiter: 59, quote: 39, escape: .backslash),
            Dialect(delimiter: 9, quote: nil, escape: .backslash),
        ])
    func agreesWithPython(dialect: Dialect) throws {
        var numbers = SeededGenerator(seed: runSeed("agreesWithPython, \(dialect)"))
        var alphabet = Array("ab \n\r\n".utf8) + Array(repeating: dialect.delimiter, count: 3)
        alphabet += Array(repeating: dialect.quote ?? 34, count: 4)
        if dialect.escape == .backslash { alphabet += Array("\\\\".utf8) }
        let inputs = (0..<3000).map { _ in
            (0..<Int.random(in: 0...40, using: &numbers)).map { _ in
                alphabet.randomElement(using: &numbers) ?? 97
            }
        }.filter { !PythonReader.text($0).contains("\\\r") && $0.last != UInt8(ascii: "\\") }.map {
            $0 + [10]
        }
        var (whole, faulty) = (0, 0)
        for (bytes, answer) in zip(inputs, try PythonReader.read(inputs.map { ($0, dialect) })) {
            let seen = parse(bytes, dialect, columns: Array(0..<41), cutting: .every(5))
            let sound = seen.records.prefix { $0.fault == .none }
            let rows = sound.map { $0.values.prefix(Int($0.fieldCount)).map(PythonReader.text) }
            let python = answer.rows.filter { !$0.isEmpty }
            if seen.failure == nil && sound.count == seen.records.count {
                whole += 1
                #expect(rows == python && answer.error == nil, "\(bytes)")
            } else {
                faulty += 1
                // Without strictness Python takes what a quote that is never closed holds.
                #expect(Array(python.prefix(rows.count)) == rows, "\(bytes)")
            }
        }
        #expect(whole > 100 && (faulty > 100 || dialect.quote == nil))
    }
}
