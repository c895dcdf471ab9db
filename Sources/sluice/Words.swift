internal import SluiceEngine

/// Numbers, sizes and times as people read them.
enum Words {
    /// A count with commas, such as `1,234,567`.
    static func count(_ value: UInt64) -> String {
        let digits = Array(String(value))
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { out.append(",") }
            out.append(digit)
        }
        return out
    }

    /// A size in powers of 1000, such as `12.3 MB`.
    static func bytes(_ value: UInt64) -> String {
        let units = ["bytes", "kB", "MB", "GB", "TB"]
        var size = Double(value)
        var unit = 0
        while size >= 1000, unit < units.count - 1 {
            size /= 1000
            unit += 1
        }
        return unit == 0 ? "\(value) bytes" : "\(oneDecimal(size)) \(units[unit])"
    }

    /// A duration, such as `1:02:03`, `4:05`, `12 s` or `0.3 s`.
    static func time(_ seconds: Double) -> String {
        if seconds < 10 { return "\(oneDecimal(seconds)) s" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
        return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }

    private static func oneDecimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// A moment to the second, such as `2026-11-23 18:29:29`.
    static func moment(_ time: Timestamp) -> String {
        String(time.text.prefix(19)).replacing("T", with: " ")
    }

    /// Rows of cells as lines, the columns under each other, two spaces between them.
    static func aligned(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    /// A text as one word of a shell command.
    static func shellQuoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0)
                    || "/._-+,:@".unicodeScalars.contains($0)
            }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// The counts that are not zero, `read` always: `read 30,000 · created 29,800 · rejected 150`.
    static func counts(_ counts: Counts) -> String {
        let named: [(String, UInt64)] = [
            ("created", counts.created), ("updated", counts.updated), ("unchanged", counts.unchanged),
            ("duplicate", counts.duplicate), ("skipped", counts.skipped), ("rejected", counts.rejected),
            ("exported", counts.exported ?? 0), ("deleted", counts.deleted ?? 0),
            ("unprocessed", counts.unprocessed),
        ]
        return (["read \(count(counts.read))"] + named.filter { $0.1 > 0 }.map { "\($0.0) \(count($0.1))" })
            .joined(separator: " · ")
    }
}
