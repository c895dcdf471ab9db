import Records
import TestSupport
import Testing

@testable import ExportFormats

@Suite("Fixed-width output")
struct FixedWidthWriterTests {
    private static let head =
        "name: a\nrecordType: contact\nfile: {format: fixedWidth, lineEnd: lf}\ncolumns:\n"

    private func write(_ columns: String, _ rows: [[Value]]) throws -> (String, FixedWidthWriter) {
        let layout = try ExportLayout(Self.head + columns)
        let batch = makeBatch(rows)
        var formatter = ValueFormatter(layout)
        try formatter.format(batch)
        var writer = FixedWidthWriter(layout)
        let buffer = ByteBuffer(capacity: 1)
        try writer.append(batch, to: buffer)
        return (String(decoding: buffer.bytes, as: UTF8.self), writer)
    }

    @Test(
        "texts lie to the left, numbers to the right, padded as the column says; characters are counted, not bytes"
    )
    func places() throws {
        let columns = """
              - {field: firstName, width: 5}
              - {field: paymentBalance, width: 8}
              - {field: retentionDays, width: 4, pad: "0"}
              - {field: amountToSpeak, width: 7, pad: "0"}
              - {field: city, width: 4, align: right, pad: "."}
            """
        let (text, _) = try write(
            columns,
            [
                [.text("Zoë"), .integer(-1250), .integer(7), .integer(-5), .text("日本")],
                [.blank, .blank, .blank, .blank, .blank],
            ])
        #expect(text == "Zoë    -12.500007-000.05..日本\n" + String(repeating: " ", count: 28) + "\n")
    }

    @Test("a value that does not fit ends the export with record, field and value, or is cut and counted")
    func tooLong() throws {
        let error = #expect(throws: Failure.self) {
            try write("  - {field: city, width: 3}", [[.text("abc")], [.text("Wien")]])
        }
        #expect(error?.code == "value_too_wide")
        #expect(error?.message.contains("record 2, city: 'Wien' has 4 characters") == true)
        let (text, writer) = try write(
            "  - {field: city, width: 3, tooLong: truncate}", [[.text("Łódź")], [.text("abc")]])
        #expect(text == "Łód\nabc\n")
        #expect(writer.truncated == [1])
    }

    @Test(
        "a line end within a value ends the export, for the line would be two",
        arguments: ["a\nb", "\r", "a\r\n"])
    func lineEnds(text: String) throws {
        let error = #expect(throws: Failure.self) {
            try write("  - {field: city, width: 9, tooLong: truncate}", [[.text(text)]])
        }
        #expect(error?.code == "line_end_in_value")
    }

    @Test("what is written, the slices of an input filter read back")
    func readsBack() throws {
        var random = SeededGenerator.printingSeed()
        let widths = [6, 1, 12, 9]
        let columns = zip(["firstName", "lastName", "city", "state"], widths).map {
            "  - {field: \($0), width: \($1)}"
        }
        let alphabet: [Character] = ["a", "é", "日", "😀", "-", "1"]
        let rows: [[Value]] = (0..<500).map { _ in
            widths.map { width in
                let count = Int.random(in: 0...width, using: &random)
                let text = String(
                    (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
                return text.isEmpty ? .blank : .text(text)
            }
        }
        let (text, _) = try write(columns.joined(separator: "\n"), rows)
        let lines = text.split(separator: "\n")
        #expect(lines.count == rows.count)
        for (line, row) in zip(lines, rows) {
            var rest = Array(line.unicodeScalars)
            #expect(rest.count == widths.reduce(0, +))
            for (width, value) in zip(widths, row) {
                var found = ""
                found.unicodeScalars.append(contentsOf: rest.prefix(width))
                rest.removeFirst(width)
                while found.last == " " { found.removeLast() }
                #expect(value == (found.isEmpty ? .blank : .text(found)))
            }
        }
    }
}
