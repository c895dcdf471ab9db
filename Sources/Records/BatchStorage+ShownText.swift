extension BatchStorage {
    /// A stored value as the views show it: decimals with their point, moments as RFC 3339, booleans as 1 and 0.
    ///
    /// - Returns: `nil` for a blank.
    package func shownText(of cell: Cell, _ kind: FieldKind) -> String? {
        switch cell.kind {
        case .blank: return nil
        case .source, .arena: return String(decoding: text(cell), as: UTF8.self)
        case .integer:
            return switch kind {
            case .decimal(let places): DecimalText.of(cell.integer, places: places)
            case .dateTime: Timestamp(milliseconds: cell.integer).text
            default: String(cell.integer)
            }
        }
    }
}

/// Decimals, which are stored as whole numbers of their last place, as text.
package enum DecimalText {
    /// `-0.50` for -50 of two places.
    package static func of(_ scaled: Int64, places: Int) -> String {
        guard places > 0 else { return String(scaled) }
        let digits = String(scaled.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return (scaled < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
    }
}
