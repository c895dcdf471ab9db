import CSVTestSupport
import Records

@testable import CSV

/// A plain guess at how a file is written, good enough to have each file of a suite read in a dialect that fits.
///
/// The delimiter is the one of four that gives the most records an equal number of fields, above one; the escape is a
/// backslash where one stands before a quote.
struct DialectSniff {
    private(set) var dialect = Dialect(hasHeader: false)

    init(_ bytes: [UInt8]) {
        let head = Array(bytes.prefix(20_000))
        let hasEscapedQuote = zip(head, head.dropFirst()).contains { $0 == 92 && $1 == 34 }
        dialect.escape = hasEscapedQuote ? .backslash : .doubled
        var best = 0
        for delimiter in Array(",;\t|".utf8) {
            var candidate = dialect
            candidate.delimiter = delimiter
            let counts = Self.fieldCounts(head, candidate).prefix(100)
            let equal =
                Dictionary(grouping: counts.filter { $0 > 1 }, by: { $0 }).values.map(\.count).max() ?? 0
            guard equal > best else { continue }
            best = equal
            dialect = candidate
        }
    }

    /// Most fields that a record has.
    static func mostFields(_ bytes: [UInt8], _ dialect: Dialect) -> Int {
        max(1, fieldCounts(bytes, dialect).max() ?? 1)
    }

    /// The number of fields of each record, the last one included where it has no end.
    private static func fieldCounts(_ bytes: [UInt8], _ dialect: Dialect) -> [Int] {
        var index = SafeIndex(dialect)
        index.index(bytes.span, position: 0)
        var first = 0
        var counts = index.records.map { record in
            defer { first = record.lastToken + 1 }
            return record.lastToken + 1 - first
        }
        counts.append(index.tokens.count - first + 1)
        return counts
    }
}
