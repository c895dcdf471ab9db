extension DatePattern {
    /// Reads a whole text by the pattern.
    package func read(_ text: Span<UInt8>) -> CivilReading {
        fixed?.read(text) ?? readByStep(text)
    }

    /// Reads a text by any pattern, one step after the other.
    package func readByStep(_ text: Span<UInt8>) -> CivilReading {
        var time = CivilTime(year: 0, month: 0, day: 0)
        var isAfternoon = false
        var at = 0
        for step in steps {
            switch step.part {
            case .literal:
                guard at < text.count, text[at] == step.byte else { return .otherForm }
                at += 1
            case .monthName:
                guard let month = Self.monthNamed(text, at: at) else { return .otherForm }
                time.month = month
                at += 3
            case .halfDay:
                guard at + 2 <= text.count, text[at + 1] | 0x20 == UInt8(ascii: "m") else {
                    return .otherForm
                }
                isAfternoon = text[at] | 0x20 == UInt8(ascii: "p")
                guard isAfternoon || text[at] | 0x20 == UInt8(ascii: "a") else { return .otherForm }
                at += 2
            case .zone:
                guard let (minutes, end) = CivilTime.zone(text, at: at), end - at == 1 || end - at == 6 else {
                    return .otherForm
                }
                time.offsetMinutes = minutes
                at = end
            default:
                guard let value = Self.number(text, at: &at, of: step) else { return .otherForm }
                Self.set(step.part, to: value, in: &time)
            }
        }
        guard at == text.count else { return .otherForm }
        if hasHalfDays {
            guard (1...12).contains(time.hour) else { return .noSuchMoment }
            time.hour = time.hour % 12 + (isAfternoon ? 12 : 0)
        }
        return CivilReading(time)
    }

    /// Most bytes that ``write(_:to:)`` writes.
    package var maxBytes: Int {
        steps.reduce(0) { sum, step in
            switch step.part {
            case .literal: sum + 1
            case .monthName: sum + 3
            case .halfDay: sum + 2
            case .zone: sum + 6
            default: sum + Int(step.maxDigits)
            }
        }
    }

    /// Writes a moment by the pattern, and gives the bytes written: at most ``maxBytes``.
    ///
    /// - Precondition: the moment is real.
    package func write(_ time: CivilTime, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
        var at = 0
        for step in steps {
            switch step.part {
            case .literal:
                bytes[at] = step.byte
                at += 1
            case .monthName:
                let letters = Self.monthNames[Int(time.month) - 1]
                for shift in [16, 8, 0] {
                    bytes[at] = UInt8(truncatingIfNeeded: letters >> UInt32(shift))
                    at += 1
                }
                bytes[at - 3] &= 0xDF
            case .halfDay:
                bytes[at] = UInt8(ascii: time.hour < 12 ? "A" : "P")
                bytes[at + 1] = UInt8(ascii: "M")
                at += 2
            case .zone:
                at += Self.writeZone(time.offsetMinutes, to: bytes + at)
            default:
                at += Self.write(Self.value(of: step.part, in: time), of: step, to: bytes + at)
            }
        }
        return at
    }

    /// A moment by the pattern.
    package func string(_ time: CivilTime) -> String {
        let room = maxBytes
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room + 1) { bytes in
            guard let base = bytes.baseAddress else { return "" }
            let count = write(time, to: base)
            return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
        }
    }

    /// The English abbreviations in lower case, three letters in one number.
    private static let monthNames: [UInt32] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ].map { (name: String) in name.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

    private static func monthNamed(_ text: Span<UInt8>, at index: Int) -> UInt8? {
        guard index + 3 <= text.count else { return nil }
        let letters = (0..<3).reduce(UInt32(0)) { $0 << 8 | UInt32(text[index + $1] | 0x20) }
        return monthNames.firstIndex(of: letters).map { UInt8($0 + 1) }
    }

    @inline(__always)
    private static func number(_ text: Span<UInt8>, at index: inout Int, of step: Step) -> Int? {
        var value = 0
        var digits: UInt8 = 0
        while digits < step.maxDigits, index < text.count {
            let digit = text[index] &- 0x30
            guard digit < 10 else { break }
            value = value &* 10 &+ Int(digit)
            digits += 1
            index += 1
        }
        return digits >= step.minDigits ? value : nil
    }

    @inline(__always)
    private static func set(_ part: Part, to value: Int, in time: inout CivilTime) {
        switch part {
        case .year: time.year = Int16(truncatingIfNeeded: value)
        case .month: time.month = UInt8(truncatingIfNeeded: value)
        case .day: time.day = UInt8(truncatingIfNeeded: value)
        case .hour, .hour12: time.hour = UInt8(truncatingIfNeeded: value)
        case .minute: time.minute = UInt8(truncatingIfNeeded: value)
        case .second: time.second = UInt8(truncatingIfNeeded: value)
        case .millisecond: time.millisecond = UInt16(truncatingIfNeeded: value)
        case .literal, .monthName, .halfDay, .zone: break
        }
    }

    private static func value(of part: Part, in time: CivilTime) -> Int {
        switch part {
        case .year: Int(time.year)
        case .month: Int(time.month)
        case .day: Int(time.day)
        case .hour: Int(time.hour)
        case .hour12: (Int(time.hour) + 11) % 12 + 1
        case .minute: Int(time.minute)
        case .second: Int(time.second)
        case .millisecond: Int(time.millisecond)
        case .literal, .monthName, .halfDay, .zone: 0
        }
    }

    private static func write(_ value: Int, of step: Step, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
        var digits = Int(step.minDigits)
        if digits == 1, value > 9 { digits = 2 }
        var rest = value
        for index in (0..<digits).reversed() {
            bytes[index] = UInt8(truncatingIfNeeded: rest % 10) | 0x30
            rest /= 10
        }
        return digits
    }

    private static func writeZone(_ minutes: Int16, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
        guard minutes != 0 else {
            bytes[0] = UInt8(ascii: "Z")
            return 1
        }
        bytes[0] = UInt8(ascii: minutes < 0 ? "-" : "+")
        CivilTime.put(Int(minutes.magnitude) / 60, at: bytes + 1)
        bytes[3] = UInt8(ascii: ":")
        CivilTime.put(Int(minutes.magnitude) % 60, at: bytes + 4)
        return 6
    }
}
