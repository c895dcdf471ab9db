extension CivilTime {
    /// Reads ISO 8601 in the forms that RFC 3339 and databases write.
    ///
    /// `yyyy-MM-dd`, alone (midnight) or followed by `T` or a space and `HH:mm`, `:ss`, a fraction, and a zone
    /// (`Z`, `±hh`, `±hhmm`, `±hh:mm`); no zone means UTC. Digits of the fraction past milliseconds are cut.
    package static func readISO8601(_ text: Span<UInt8>) -> CivilReading {
        guard let day = readISODay(text) else { return .otherForm }
        guard text.count > 10 else { return CivilReading(day) }
        guard text.count >= 16, text[10] | 0x20 == UInt8(ascii: "t") || text[10] == UInt8(ascii: " "),
            let hour = twoDigits(text, at: 11), text[13] == UInt8(ascii: ":"),
            let minute = twoDigits(text, at: 14)
        else { return .otherForm }
        var time = day
        time.hour = hour
        time.minute = minute
        var at = 16
        if at < text.count, text[at] == UInt8(ascii: ":") {
            guard let second = twoDigits(text, at: at + 1) else { return .otherForm }
            time.second = second
            at += 3
            if at < text.count, text[at] == UInt8(ascii: ".") || text[at] == UInt8(ascii: ",") {
                guard let (millisecond, end) = fraction(text, at: at + 1) else { return .otherForm }
                time.millisecond = millisecond
                at = end
            }
        }
        guard at < text.count else { return CivilReading(time) }
        guard let (offset, end) = zone(text, at: at), end == text.count else { return .otherForm }
        time.offsetMinutes = offset
        return CivilReading(time)
    }

    /// Reads `yyyy-MM-dd` and nothing else.
    package static func readISODate(_ text: Span<UInt8>) -> CivilReading {
        guard text.count == 10, let day = readISODay(text) else { return .otherForm }
        return CivilReading(day)
    }

    /// Writes `yyyy-MM-dd`: ten bytes.
    package func writeISODate(to bytes: UnsafeMutablePointer<UInt8>) {
        let century = Int(year) / 100
        Self.put(century, at: bytes)
        Self.put(Int(year) - century * 100, at: bytes + 2)
        bytes[4] = UInt8(ascii: "-")
        Self.put(Int(month), at: bytes + 5)
        bytes[7] = UInt8(ascii: "-")
        Self.put(Int(day), at: bytes + 8)
    }

    /// The zone at a place (`Z`, `±hh`, `±hhmm`, `±hh:mm`), in minutes, and where it ends.
    static func zone(_ text: Span<UInt8>, at start: Int) -> (minutes: Int16, end: Int)? {
        guard start < text.count else { return nil }
        let sign = text[start]
        if sign | 0x20 == UInt8(ascii: "z") { return (0, start + 1) }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            let hours = twoDigits(text, at: start + 1), hours < 24
        else { return nil }
        var end = start + 3
        var minutes: UInt8 = 0
        if end < text.count {
            if text[end] == UInt8(ascii: ":") { end += 1 }
            guard let read = twoDigits(text, at: end), read < 60 else { return nil }
            minutes = read
            end += 2
        }
        let total = Int16(hours) * 60 + Int16(minutes)
        return (sign == UInt8(ascii: "-") ? -total : total, end)
    }

    /// Two digits of 0 to 99 as text.
    @inline(__always)
    static func put(_ value: Int, at bytes: UnsafeMutablePointer<UInt8>) {
        let tens = value / 10
        bytes[0] = UInt8(truncatingIfNeeded: tens) | 0x30
        bytes[1] = UInt8(truncatingIfNeeded: value - tens * 10) | 0x30
    }

    @inline(__always)
    private static func readISODay(_ text: Span<UInt8>) -> CivilTime? {
        guard text.count >= 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            let century = twoDigits(text, at: 0), let year = twoDigits(text, at: 2),
            let month = twoDigits(text, at: 5), let day = twoDigits(text, at: 8)
        else { return nil }
        return CivilTime(year: Int(century) * 100 + Int(year), month: Int(month), day: Int(day))
    }

    /// The number that two digits make; `nil` where they are not there.
    @inline(__always)
    static func twoDigits(_ text: Span<UInt8>, at index: Int) -> UInt8? {
        guard index + 2 <= text.count else { return nil }
        let tens = text[index] &- 0x30
        let ones = text[index + 1] &- 0x30
        guard tens < 10, ones < 10 else { return nil }
        return tens * 10 + ones
    }

    /// The digits of a fraction as milliseconds, and where they end.
    private static func fraction(_ text: Span<UInt8>, at start: Int) -> (UInt16, end: Int)? {
        var value: UInt16 = 0
        var weight: UInt16 = 100
        var at = start
        while at < text.count, text[at] &- 0x30 < 10 {
            value += UInt16(text[at] &- 0x30) * weight
            weight /= 10
            at += 1
        }
        return at == start ? nil : (value, at)
    }
}
