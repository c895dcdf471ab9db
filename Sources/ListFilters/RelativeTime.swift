internal import Glibc
package import Records

/// A day or a moment that is told from today or from now on: `today - 30 days`.
package struct RelativeTime: Hashable, Sendable {
    package enum Base: String, Hashable, Sendable, CaseIterable {
        /// The day where the process is (`TZ`), its first moment where a moment is asked for.
        case today
        case now
    }

    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case minute, hour, day, week, month, year
    }

    package var base: Base
    /// Less than 0 for what was before.
    package var count: Int
    package var unit: Unit

    /// Greatest count of either sign.
    package static let maxCount = 100_000

    package init(base: Base, count: Int = 0, unit: Unit = .day) {
        self.base = base
        self.count = count
        self.unit = count == 0 ? .day : unit
    }

    /// As it is written in a filter.
    package var text: String {
        guard count != 0 else { return base.rawValue }
        let size = count.magnitude
        return "\(base.rawValue) \(count < 0 ? "-" : "+") \(size) \(unit.rawValue)\(size == 1 ? "" : "s")"
    }

    /// The day that is meant at a moment, as dates are stored.
    ///
    /// A day before the year 1 or after 9999 becomes the first or the last of those.
    package func day(at moment: Timestamp) -> String {
        let local = Self.local(moment)
        var shifted = local
        shift(&shifted)
        // Whole days are counted without clocks: none is skipped where clocks change.
        shifted.tm_hour = 12
        shifted.tm_min = 0
        shifted.tm_sec = 0
        let milliseconds = Self.storable(Int64(timegm(&shifted)) * 1000)
        let time = CivilTime(milliseconds: milliseconds)
        var bytes = [UInt8](repeating: 0, count: 10)
        bytes.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { time.writeISODate(to: base) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The moment that is meant at a moment, in milliseconds since 1970-01-01T00:00:00Z.
    package func milliseconds(at moment: Timestamp) -> Int64 {
        switch unit {
        case .minute: return Self.storable(start(at: moment) + Int64(count) * 60_000)
        case .hour: return Self.storable(start(at: moment) + Int64(count) * 3_600_000)
        case .day, .week, .month, .year: break
        }
        if base == .now, count == 0 { return Self.storable(moment.milliseconds) }
        var shifted = Self.local(moment)
        shift(&shifted)
        if base == .today {
            shifted.tm_hour = 0
            shifted.tm_min = 0
            shifted.tm_sec = 0
        }
        // The clock is set by what is in force on that day.
        shifted.tm_isdst = -1
        let fraction = base == .now ? moment.milliseconds - moment.seconds * 1000 : 0
        return Self.storable(Int64(mktime(&shifted)) * 1000 + fraction)
    }

    /// What minutes and hours are counted from.
    private func start(at moment: Timestamp) -> Int64 {
        base == .now ? moment.milliseconds : RelativeTime(base: .today).milliseconds(at: moment)
    }

    /// Moves by days, or by months to the same day, or the last there is.
    private func shift(_ time: inout tm) {
        switch unit {
        case .minute, .hour: break
        case .day: time.tm_mday += Int32(count)
        case .week: time.tm_mday += Int32(count) * 7
        case .month, .year:
            let months = Int(time.tm_year) * 12 + Int(time.tm_mon) + count * (unit == .year ? 12 : 1)
            let year = Int((Double(months) / 12).rounded(.down))
            time.tm_year = Int32(year)
            time.tm_mon = Int32(months - year * 12)
            let days = CivilTime.daysIn(month: Int(time.tm_mon) + 1, year: year + 1900)
            time.tm_mday = min(time.tm_mday, Int32(days))
        }
    }

    private static func local(_ moment: Timestamp) -> tm {
        var seconds = time_t(moment.seconds)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts
    }

    private static func storable(_ milliseconds: Int64) -> Int64 {
        min(max(milliseconds, CivilTime.storable.lowerBound), CivilTime.storable.upperBound)
    }
}

extension Timestamp {
    /// Whole seconds before it, towards the past.
    fileprivate var seconds: Int64 {
        milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    }
}
