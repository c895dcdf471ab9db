/// How far a stored day or moment is moved, towards the future or the past.
package enum TimeShift: Hashable, Sendable {
    case days(Int)
    /// To the same day of another month, or the last that it has.
    case months(Int)
    /// Of moments only.
    case milliseconds(Int64)

    private static let millisecondsOfDay: Int64 = 86_400_000

    /// The time that is meant, in UTC; `nil` where it would lie before the year 1 or after 9999.
    package func applied(to time: CivilTime) -> CivilTime? {
        switch self {
        case .days(let count):
            let (distance, overflow) = Int64(count).multipliedReportingOverflow(by: Self.millisecondsOfDay)
            return overflow ? nil : Self.time(at: time.milliseconds.addingReportingOverflow(distance))
        case .milliseconds(let distance):
            return Self.time(at: time.milliseconds.addingReportingOverflow(distance))
        case .months(let count):
            let (months, overflow) = (Int(time.year) * 12 + Int(time.month) - 1)
                .addingReportingOverflow(count)
            guard !overflow, (12..<120_000).contains(months) else { return nil }
            let (year, month) = (months / 12, months % 12 + 1)
            var shifted = time
            shifted.year = Int16(year)
            shifted.month = UInt8(month)
            shifted.day = UInt8(min(Int(time.day), CivilTime.daysIn(month: month, year: year)))
            return shifted
        }
    }

    private static func time(at moved: (partialValue: Int64, overflow: Bool)) -> CivilTime? {
        guard !moved.overflow, CivilTime.storable.contains(moved.partialValue) else { return nil }
        return CivilTime(milliseconds: moved.partialValue)
    }
}
