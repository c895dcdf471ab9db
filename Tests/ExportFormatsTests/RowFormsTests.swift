import Records
import TestSupport
import Testing

@testable import ExportFormats

@Suite("Forms of single rows")
struct RowFormsTests {
    /// Every kind that has a form, and texts.
    private static let columns = [
        "contactNumber", "paymentBalance", "happinessIndex", "active", "happinessUpdated", "dateOfBirth",
        "id",
    ]

    private func value(_ column: Int, using random: inout SeededGenerator) -> Value {
        guard !random.chance(20) else { return .blank }
        let number = Int64.random(in: -(1 << 40)...(1 << 40), using: &random)
        return switch Self.columns[column] {
        case "contactNumber": .text(["", "A", "é\"; 1"].randomElement(using: &random) ?? "")
        case "active": .integer(random.chance(50) ? 0 : 1)
        case "dateOfBirth":
            .text(["2024-02-29", "0001-01-01", "no date"].randomElement(using: &random) ?? "")
        case "paymentBalance", "happinessIndex", "happinessUpdated", "id":
            .integer([number, number % 1000, 0].randomElement(using: &random) ?? 0)
        default: .blank
        }
    }

    /// The texts of a row, as its lane gets them.
    private func texts(_ row: [Value], _ forms: RowForms) -> [String] {
        let given = row.map { value in
            var text: [UInt8] = []
            if case .text(let string) = value { text = Array(string.utf8) }
            let room = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, text.count))
            for (index, byte) in text.enumerated() { room[index] = byte }
            return (room: room, count: text.count)
        }
        defer { for text in given { text.room.deallocate() } }
        var values = zip(row, given).map { value, text -> RowValue in
            switch value {
            case .integer(let integer): .integer(integer)
            case .text: .text(text.room, count: text.count)
            default: .blank
            }
        }
        values.withUnsafeMutableBufferPointer { values in
            if let base = values.baseAddress { forms.write(base) }
        }
        return values.map { value in String(decoding: value.text, as: UTF8.self) }
    }

    @Test(
        "a row's texts are those that a batch of it has",
        arguments: [
            "name: a",
            "name: a\ndates: MM/dd/yyyy\ndateTimes: {pattern: 'dd.MM.yyyy HH:mm', timeZone: Europe/Berlin}",
            "name: a\nnumbers: {decimal: ',', grouping: '.'}\nbooleans: {true: J, false: Nein}",
        ])
    func agreesWithBatches(yaml: String) throws {
        var random = SeededGenerator.printingSeed()
        let layout = try ExportLayout(yaml, columns: Self.columns)
        let forms = try #require(RowForms(layout))
        let rows = (0..<500).map { _ in Self.columns.indices.map { value($0, using: &random) } }
        let wanted = try layout.formatted(rows)
        for (row, wanted) in zip(rows, wanted) { #expect(texts(row, forms) == wanted) }
    }

    @Test(
        "formats that ask for more than forms go another way",
        arguments: ["blank: '-'", "file: {formulas: guarded}"])
    func asksForMore(line: String) throws {
        #expect(try RowForms(ExportLayout("name: a\n\(line)", columns: Self.columns)) == nil)
        #expect(try RowForms(ExportLayout("name: a", columns: Self.columns)) != nil)
        #expect(try RowForms(ExportLayout("name: a", columns: ["account.name"])) == nil, "several values")
    }
}
