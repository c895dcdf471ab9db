/// The columns of one file, as the first look at it found them.
package struct FileColumns: Hashable, Sendable {
    /// The header's cells, in order; `nil` for a file without a header.
    package var names: [String]?
    /// Columns of the header, or of the first record.
    package var count: Int
    /// The first cell of the first record where there is no header: shows a wrong delimiter.
    package var firstCell: String?

    /// The columns of a file with a header.
    package init(names: [String]) {
        self.names = names
        count = names.count
        firstCell = names.first
    }

    /// The columns of a file without a header.
    package init(firstRecord: [String]) {
        names = nil
        count = firstRecord.count
        firstCell = firstRecord.first
    }

    /// For messages: the column by its place and, where it has one, its name.
    func describe(_ index: Int) -> String {
        guard let names, index < names.count else { return "column \(index + 1)" }
        return "column \(index + 1) ('\(names[index])')"
    }

    /// For hints: what is there, cut short where there is much.
    var list: String {
        guard let names else { return "The file has \(count) columns and no header." }
        let shown = names.prefix(40).map { "'\($0)'" }.joined(separator: ", ")
        return "Columns of the file: \(shown)\(names.count > 40 ? " and \(names.count - 40) more" : "")."
    }
}

/// Which delimiter a line seems to be written with.
package enum DelimiterGuess {
    /// Those in use, by how common they are.
    private static let candidates: [(byte: UInt8, word: String)] = [
        (UInt8(ascii: ","), "','"), (UInt8(ascii: ";"), "';'"), (UInt8(ascii: "\t"), "tab"),
        (UInt8(ascii: "|"), "'|'"),
    ]

    /// The candidate that occurs most often in a line, outside double quotes; `nil` where none does.
    ///
    /// The delimiter that the line was split by is excluded.
    package static func guess(line: String, excluding excluded: UInt8) -> (byte: UInt8, word: String)? {
        var counts = [Int](repeating: 0, count: candidates.count)
        var isQuoted = false
        for byte in line.utf8 {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard !isQuoted, let index = candidates.firstIndex(where: { $0.byte == byte }) else { continue }
            counts[index] += 1
        }
        let found = candidates.indices.filter { counts[$0] > 0 && candidates[$0].byte != excluded }
        // The first of equals is the more common one.
        guard let best = found.max(by: { (counts[$0], -$0) < (counts[$1], -$1) }) else { return nil }
        return candidates[best]
    }
}
