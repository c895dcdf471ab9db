internal import Records

/// How one value of a column becomes a text, where it is not one as it lies in the table.
enum ValueForm {
    case number(NumberForm)
    case date(DatePattern)
    case dateTime(ExportFormat.Moments)
    case boolean(yes: [UInt8], no: [UInt8])

    /// `nil` for a column of texts that stand in the file as they are in the table.
    init?(_ column: ExportLayout.Column) {
        let style = column.style
        switch column.shownKind {
        case .integer: self = .number(NumberForm(places: 0, style.numbers))
        case .decimal(let places): self = .number(NumberForm(places: places, style.numbers))
        case .date:
            guard let pattern = style.dates else { return nil }
            self = .date(pattern)
        case .dateTime: self = .dateTime(style.moments)
        case .boolean: self = .boolean(yes: Array(style.booleans.yes.utf8), no: Array(style.booleans.no.utf8))
        default: return nil
        }
    }

    /// Most bytes of a text.
    var maxBytes: Int {
        switch self {
        case .number: NumberForm.maxBytes
        case .date(let pattern): pattern.maxBytes
        case .dateTime(let moments): moments.pattern.maxBytes
        case .boolean(let yes, let no): max(yes.count, no.count)
        }
    }

    /// Writes a date, and gives the number of its bytes.
    ///
    /// `nil` of a text that is no date, which stays as it is: somebody wrote it into the table.
    @inline(__always)
    static func write(
        _ text: UnsafeBufferPointer<UInt8>, _ pattern: DatePattern, to room: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        guard case .time(let time) = CivilTime.readISODate(text.span) else { return nil }
        return pattern.write(time, to: room)
    }

    /// Writes a moment, and gives the number of its bytes.
    ///
    /// Of one outside of the years 1 to 9999, which only others can have stored, the nearest is written.
    @inline(__always)
    static func write(
        _ milliseconds: Int64, _ moments: ExportFormat.Moments, to room: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let bounded = min(max(milliseconds, CivilTime.storable.lowerBound), CivilTime.storable.upperBound)
        return moments.pattern.write(moments.timeZone.civilTime(milliseconds: bounded), to: room)
    }
}

/// How integers, and decimals that are stored as such, are written.
struct NumberForm {
    let places: Int
    private let numbers: ExportFormat.Numbers

    /// 19 digits, a mark between any three, a decimal mark and a sign.
    static let maxBytes = 32

    init(places: Int, _ numbers: ExportFormat.Numbers) {
        self.places = places
        self.numbers = numbers
    }

    /// Writes digits from the last of `maxBytes` on backwards, and gives where they begin.
    @inline(__always)
    func write(_ value: Int64, to room: UnsafeMutablePointer<UInt8>) -> Int {
        var at = Self.maxBytes
        var rest = value.magnitude
        var digits = 0
        repeat {
            if digits == places, places > 0 {
                at -= 1
                room[at] = numbers.decimal
            } else if let grouping = numbers.grouping, digits > places, (digits - places) % 3 == 0 {
                at -= 1
                room[at] = grouping
            }
            let next = rest / 10
            at -= 1
            room[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest - next * 10)
            rest = next
            digits += 1
        } while rest > 0 || digits <= places
        if value < 0 {
            at -= 1
            room[at] = UInt8(ascii: "-")
        }
        return at
    }
}

extension ExportLayout.Column {
    /// What its values are where they are written: of masked ones, texts.
    var shownKind: FieldKind { isMasked ? .text : path.kind }
}
