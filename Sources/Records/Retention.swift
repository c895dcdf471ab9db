/// For how many days a type's records are kept, and from when these count.
///
/// In a type's document: `retention: {days: retentionDays, since: lastCall}`.
package struct Retention: Hashable, Sendable {
    /// The integer field that holds the days; a record where it is blank is kept for ever.
    package var days: String
    /// The date or date-time field from which they count; `nil`, and where it is blank, for the day on which the record
    /// was made.
    package var since: String?

    package init(days: String, since: String? = nil) {
        self.days = days
        self.since = since
    }

    /// Whether a record's time is over on a day, days counted from 1970-01-01 in UTC.
    ///
    /// It is kept on the day from which the days count, and on so many days after it. Fewer days than none are a slip,
    /// and nothing is purged for a slip.
    package static func isOver(days: Int64?, since day: Int64?, on today: Int64) -> Bool {
        guard let days, let day, days >= 0 else { return false }
        let (last, isFar) = day.addingReportingOverflow(days)
        return !isFar && today > last
    }

    /// The day on which a stored date (`yyyy-MM-dd`) is; `nil` where it is none.
    package static func day(ofDate text: String) -> Int64? {
        guard case .time(let time) = CivilTime.readISODate(Array(text.utf8).span) else { return nil }
        return Timestamp(milliseconds: time.milliseconds).day
    }
}

extension Timestamp {
    /// Days since 1970-01-01, in UTC.
    package var day: Int64 {
        let days = milliseconds / 86_400_000
        return milliseconds % 86_400_000 < 0 ? days - 1 : days
    }

    /// The first moment of a day.
    package init(day: Int64) {
        self.init(milliseconds: day * 86_400_000)
    }

    /// The day as `yyyy-MM-dd`.
    package var dayText: String { String(text.prefix(10)) }
}

extension RecordType {
    /// The field that holds the days of retention; `nil` where records are kept for ever.
    package var retentionDays: Field? { retention.flatMap { field(named: $0.days) } }
    /// The field from which these days count; `nil` where that is the day on which a record was made.
    package var retentionStart: Field? { retention?.since.flatMap(field(named:)) }
}

extension RecordTypeDocument {
    /// Reads `retention`.
    static func parseRetention(_ node: DocumentNode, _ fields: [Field]) throws(Failure) -> Retention {
        try node.expectKeys(["days", "since"])
        func field(_ node: DocumentNode, _ kinds: [FieldKind]) throws(Failure) -> String {
            let name = try node.string()
            guard let field = fields.first(where: { $0.name == name }), kinds.contains(field.kind),
                !field.isEncrypted
            else {
                let words = kinds.map(\.name).joined(separator: " or ")
                throw node.failure("'\(name)' is no \(words) field of the type that can be read")
            }
            return name
        }
        let days = try field(node.requiredChild("days"), [.integer])
        guard let since = node.child("since") else { return Retention(days: days) }
        return Retention(days: days, since: try field(since, [.date, .dateTime]))
    }
}

extension Retention {
    /// As it stands in a document.
    var declaration: String {
        let since = since.map { ", since: \(YAMLText.plain($0))" } ?? ""
        return "{days: \(YAMLText.plain(days))\(since)}"
    }

    /// For people.
    var words: String {
        "records are purged after \(days)" + (since.map { " from \($0) on" } ?? "")
    }
}
