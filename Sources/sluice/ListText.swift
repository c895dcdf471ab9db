internal import SluiceEngine

/// A list as people read it: what it is, then its first records as a table, or a block each where that is too wide.
struct ListText {
    let lines: [String]

    /// `width` is what a line may take, in columns of the terminal.
    init(_ list: SavedList, _ page: ListPage, width: Int) {
        lines = Self.definition(list, page, width) + Self.records(list, page, width)
    }

    private static func definition(_ list: SavedList, _ page: ListPage, _ width: Int) -> [String] {
        let definition = list.definition
        var entries = [
            (
                "List",
                "\(list.name), version \(list.version), of \(definition.recordType); "
                    + "saved \(Words.moment(list.savedAt)) by \(list.savedBy)"
            )
        ]
        if let filter = definition.listFilter { entries.append(("Where", filter)) }
        if let columns = definition.columns {
            entries.append(("Columns", columns.joined(separator: ", ")))
        }
        if !definition.sort.isEmpty {
            let keys = definition.sort.map { $0.field + ($0.isDescending ? " (greatest first)" : "") }
            entries.append(("Order", keys.joined(separator: ", ")))
        }
        if let format = definition.format { entries.append(("Format", format)) }
        if definition.withDrafts == true { entries.append(("Drafts", "among the records")) }
        let shown = page.rows.count
        entries.append(
            (
                "Records",
                Words.count(page.count) + (UInt64(shown) < page.count ? ", the first \(shown) are shown" : "")
            ))
        return entries.flatMap { label, text in
            VisibleText.of(text).cut(to: max(20, width - 12)).enumerated().map { number, part in
                (number == 0 ? label : "").padded(to: 12) + part
            }
        }
    }

    private static func records(_ list: SavedList, _ page: ListPage, _ width: Int) -> [String] {
        guard !page.rows.isEmpty else { return [] }
        // Of a list of all fields, those that say nothing here are left out.
        let shown = page.header.indices.filter { column in
            list.definition.columns != nil || list.definition.format != nil
                || page.rows.contains { $0[column] != nil }
        }
        let header = shown.map { VisibleText.of(page.header[$0]) }
        let rows = page.rows.map { row in shown.map { VisibleText.of(row[$0] ?? "") } }
        let table = Words.aligned([header] + rows)
        if table.allSatisfy({ $0.count <= width }) { return [""] + table }
        return rows.enumerated().flatMap { number, row in
            ["", "Record \(number + 1)"]
                + Words.aligned(
                    zip(header, row).filter { !$0.1.isEmpty }.map { ["  \($0.0)", $0.1] })
        }
    }
}
