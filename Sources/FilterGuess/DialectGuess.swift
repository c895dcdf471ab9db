internal import Records

/// How a file seems to be written: which bytes stand between and around its fields, and where its table begins.
///
/// Each pair of delimiter and quote cuts the sample into records; the pair that gives records of one length
/// wins, the more columns the better, and better still where the first of them has names that are known.
struct DialectGuess {
    var dialect: Dialect
    /// Where the header or the first record begins: behind the lines to skip.
    var start: Position
    /// From 0 to about 1.3; below 0.3 the bytes seem to be no table at all.
    var score: Double

    /// Bytes of the sample that are cut into records for each candidate.
    private static let triedBytes = 128 << 10
    /// Records that may lie before the header.
    private static let maxPreamble = 20

    /// Delimiters in use, and how much the bytes' being there for another reason takes from each.
    private static let delimiters: [(byte: UInt8, weight: Double)] = [
        (UInt8(ascii: ","), 1), (UInt8(ascii: ";"), 1), (UInt8(ascii: "\t"), 1), (UInt8(ascii: "|"), 1),
        (0x01, 1), (UInt8(ascii: "^"), 0.9), (UInt8(ascii: "~"), 0.8), (UInt8(ascii: ":"), 0.6),
    ]
    private static let doubleQuote = UInt8(ascii: "\"")
    private static let singleQuote = UInt8(ascii: "'")

    /// Guesses by the sample; `nil` where nothing cuts it into records.
    ///
    /// `isKnownName` tells whether a text is the name of a field.
    static func guess(_ head: FileHead, isKnownName: (String) -> Bool) -> DialectGuess? {
        var best: DialectGuess?
        for (delimiter, weight) in delimiters {
            let tried = head.bytes.prefix(triedBytes)
            guard delimiter == UInt8(ascii: ",") || tried.contains(delimiter) else { continue }
            for quoting in quotings(in: tried, delimiter: delimiter) {
                let dialect = Dialect(delimiter: delimiter, quote: quoting.quote, escape: quoting.escape)
                guard var candidate = candidate(head, dialect, isKnownName) else { continue }
                candidate.score *= weight * quoting.weight
                // The first of equals is the more common one.
                if candidate.score > (best?.score ?? 0) + 1e-9 { best = candidate }
            }
        }
        return best
    }

    // MARK: One candidate

    private static func candidate(
        _ head: FileHead, _ dialect: Dialect, _ isKnownName: (String) -> Bool
    ) -> DialectGuess? {
        guard
            let sample = SampleRecords(
                of: head, from: Position(), dialect: dialect, maxBytes: triedBytes)
        else { return preambleCandidate(head, dialect, isKnownName, lines: 1) }
        let counts = sample.fieldCounts
        let columns = mostFrequent(counts)
        let preamble = preambleRecords(counts, columns: columns)
        if preamble > 0 {
            let lines = Int(sample.batch.position(of: preamble).lineIndex)
            return preambleCandidate(head, dialect, isKnownName, lines: lines)
        }
        return scored(sample, head, dialect, isKnownName, start: Position())
    }

    /// The same behind lines that are no part of the table.
    private static func preambleCandidate(
        _ head: FileHead, _ dialect: Dialect, _ isKnownName: (String) -> Bool, lines: Int
    ) -> DialectGuess? {
        guard let start = PhysicalLines.position(after: lines, in: head.bytes) else { return nil }
        var dialect = dialect
        dialect.skippedLines = lines
        guard
            let sample = SampleRecords(of: head, from: start, dialect: dialect, maxBytes: triedBytes),
            mostFrequent(sample.fieldCounts) > 1
        else { return nil }
        return scored(sample, head, dialect, isKnownName, start: start)
    }

    private static func scored(
        _ sample: SampleRecords, _ head: FileHead, _ dialect: Dialect, _ isKnownName: (String) -> Bool,
        start: Position
    ) -> DialectGuess {
        let counts = sample.fieldCounts
        let columns = mostFrequent(counts)
        let consistency = Double(counts.count { $0 == columns }) / Double(counts.count)
        let sound = 1 - Double(sample.faults) / Double(sample.count)
        // A cut sample may end inside quotes; a whole file may not.
        let covered = head.isWhole || sample.covered < 0.5 ? sample.covered : 1
        let known = knownShare(of: sample, head, dialect, isKnownName, start: start, columns: counts[0])
        var score = consistency * consistency * sound * sound * covered
        score *= 1 - 1 / Double(columns + 1)
        // Names that are known say that this is where the table begins, and how its columns are parted.
        score *= 1 + 0.3 * known
        if dialect.skippedLines > 0 { score *= known > 0 ? 0.95 : 0.75 }
        if counts[0] != columns { score *= 0.5 }
        return DialectGuess(dialect: dialect, start: start, score: score)
    }

    /// The part of the first record's fields that are names of fields.
    private static func knownShare(
        of sample: SampleRecords, _ head: FileHead, _ dialect: Dialect, _ isKnownName: (String) -> Bool,
        start: Position, columns: Int
    ) -> Double {
        let shown = min(columns, 200)
        guard
            let first = SampleRecords(
                of: head, from: start, dialect: dialect, columns: Array(0..<shown),
                maxBytes: min(triedBytes, Int(start.byteOffset) + (32 << 10)))
        else { return 0 }
        let known = (0..<shown).count { column in
            let value = first.value(record: 0, plane: column, dialect)
            return isKnownName(String(decoding: value, as: UTF8.self))
        }
        return Double(known) / Double(shown)
    }

    /// Records before the first that has all columns, where they can be lines before a table: far shorter.
    private static func preambleRecords(_ counts: [Int], columns: Int) -> Int {
        guard columns > 1, let first = counts.firstIndex(of: columns), first <= maxPreamble else { return 0 }
        return counts[..<first].allSatisfy { $0 <= max(1, columns / 2) } ? first : 0
    }

    /// The length that most records have; the greater of equals.
    private static func mostFrequent(_ counts: [Int]) -> Int {
        var times: [Int: Int] = [:]
        for count in counts { times[count, default: 0] += 1 }
        return times.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
    }

    // MARK: Quotes

    /// One way to enclose fields, and what speaks for it before it is tried.
    private struct Quoting {
        var quote: UInt8?
        var escape = Dialect.Escape.doubled
        var weight = 1.0
    }

    /// The ways worth trying with a delimiter, the usual one first.
    private static func quotings(in bytes: ArraySlice<UInt8>, delimiter: UInt8) -> [Quoting] {
        // Where backslashes mean nothing, those before a quote leave sound records as well.
        let hasBackslashes = zip(bytes, bytes.dropFirst()).contains {
            $0 == UInt8(ascii: "\\") && $1 == doubleQuote
        }
        let usual = quotes(in: bytes, delimiter: delimiter)
        guard hasBackslashes, usual[0].quote == doubleQuote else { return usual }
        return usual + [Quoting(quote: doubleQuote, escape: .backslash, weight: 0.985)]
    }

    private static func quotes(in bytes: ArraySlice<UInt8>, delimiter: UInt8) -> [Quoting] {
        let double = enclosed(by: doubleQuote, in: bytes, delimiter: delimiter)
        if double.opened == 0 {
            // A few of either may lie within values; names such as 's-Gravenhage open and never close.
            let single = enclosed(by: singleQuote, in: bytes, delimiter: delimiter)
            guard single.opened > 1, abs(single.closed - single.opened) <= 1 + single.opened / 50 else {
                return [Quoting(quote: doubleQuote)]
            }
            return [Quoting(quote: doubleQuote, weight: 0.9), Quoting(quote: singleQuote)]
        }
        // Quotes that open a field and are no quotes leave bytes behind them, or never close.
        return [Quoting(quote: doubleQuote), Quoting(quote: nil, weight: 0.9)]
    }

    /// How many fields begin with a quote, and how many end with one.
    private static func enclosed(
        by quote: UInt8, in bytes: ArraySlice<UInt8>, delimiter: UInt8
    ) -> (opened: Int, closed: Int) {
        func parts(_ byte: UInt8) -> Bool {
            byte == delimiter || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        }
        var (opened, closed) = (0, 0)
        var before = UInt8(ascii: "\n")
        for byte in bytes {
            if byte == quote, parts(before) { opened += 1 }
            if before == quote, parts(byte) { closed += 1 }
            before = byte
        }
        if before == quote { closed += 1 }
        return (opened, closed)
    }
}

/// Physical lines: CR, LF and CRLF each end one.
enum PhysicalLines {
    /// The place behind a number of lines; `nil` where there are fewer.
    static func position(after lines: Int, in bytes: [UInt8]) -> Position? {
        var ended = 0
        var at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while ended < lines, at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == UInt8(ascii: "\r"), at < bytes.count, bytes[at] == UInt8(ascii: "\n") { at += 1 }
            if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") { ended += 1 }
        }
        guard ended == lines else { return nil }
        return Position(byteOffset: UInt64(at), lineIndex: UInt64(lines))
    }
}
