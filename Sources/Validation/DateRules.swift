internal import Records

/// A day, stored as `yyyy-MM-dd`.
struct Day: StoredValue, Equatable {
    let time: CivilTime

    static var maxArenaBytes: Int { 10 }

    func cell(in arena: inout ArenaEnd) -> Cell {
        arena.add(10) { time.writeISODate(to: $0) }
    }
}

/// Days as `yyyy-MM-dd`, which is also how they are stored.
struct ISODateRule: ValueRule {
    func read(_ text: Span<UInt8>) -> Reading<Day> {
        switch CivilTime.readISODate(text) {
        case .time: .asItIs
        case .otherForm: .problem(.malformed(.otherForm))
        case .noSuchMoment: .problem(.malformed(.noSuchMoment))
        }
    }
}

/// Days in the form that the input filter declares; a time of day in it is left out.
struct PatternDateRule: ValueRule {
    let pattern: DatePattern

    func read(_ text: Span<UInt8>) -> Reading<Day> {
        switch pattern.read(text) {
        case .time(let time): .value(Day(time: time))
        case .otherForm: .problem(.malformed(.otherForm))
        case .noSuchMoment: .problem(.malformed(.noSuchMoment))
        }
    }
}

/// Moments, stored as milliseconds since 1970-01-01T00:00:00Z.
struct DateTimeRule: ValueRule {
    /// `nil` for ISO 8601.
    let pattern: DatePattern?

    func read(_ text: Span<UInt8>) -> Reading<Int64> {
        switch pattern?.read(text) ?? CivilTime.readISO8601(text) {
        case .time(let time): .value(time.milliseconds)
        case .otherForm: .problem(.malformed(.otherForm))
        case .noSuchMoment: .problem(.malformed(.noSuchMoment))
        }
    }
}
