import CByteScan
import TestSupport
import Testing

@testable import CSV

/// The fast index pass against the byte-by-byte one.
@Suite("Index pass")
struct IndexPassTests {
    private struct Found: Hashable {
        var tokens: [FieldToken]
        var records: [SafeIndex.Record]
        var isInsideQuotes: Bool
        var isAfterEscape: Bool
    }

    private func fast(
        _ bytes: [UInt8], delimiter: UInt8, quote: UInt8?, level: Int32?, numbers: inout SeededGenerator,
        upTo: Int
    ) -> Found {
        var state = byte_scan_state()
        state.delimiter = delimiter
        state.quote = quote ?? 0
        state.has_quote = quote == nil ? 0 : 1
        state.escape = UInt8(ascii: "\\")
        var tokens = [UInt32](repeating: 0, count: bytes.count + 1 + Int(BYTE_SCAN_SLACK))
        var records = [byte_scan_record](repeating: byte_scan_record(), count: bytes.count + 1)
        var (tokenCount, recordCount) = (UInt32(0), UInt32(0))
        var start = 0
        while start < bytes.count {
            let count = min(bytes.count - start, Int.random(in: 1...upTo, using: &numbers))
            bytes[start..<(start + count)].withUnsafeBufferPointer { piece in
                if let level {
                    byte_scan_index(
                        &state, level, piece.baseAddress, count, UInt32(start), &tokens, &tokenCount,
                        &records, &recordCount)
                } else {
                    byte_scan_index_escaped(
                        &state, piece.baseAddress, count, UInt32(start), &tokens, &tokenCount, &records,
                        &recordCount)
                }
            }
            start += count
        }
        let isInsideQuotes = state.mode == UInt8(BYTE_SCAN_INSIDE.rawValue)
        let isAfterEscape = state.after_escape != 0
        if !isInsideQuotes && !isAfterEscape {
            byte_scan_end_record(
                &state, UInt32(bytes.count), &tokens, &tokenCount, &records, &recordCount)
        }
        return Found(
            tokens: tokens.prefix(Int(tokenCount)).map { FieldToken(rawValue: $0) },
            records: records.prefix(Int(recordCount)).map {
                SafeIndex.Record(
                    lastToken: Int($0.last_token), breaks: Int($0.breaks & ~BYTE_SCAN_FAULT),
                    hasTextAfterQuote: $0.breaks & BYTE_SCAN_FAULT != 0)
            },
            isInsideQuotes: isInsideQuotes, isAfterEscape: isAfterEscape)
    }

    private func safe(
        _ bytes: [UInt8], delimiter: UInt8, quote: UInt8?, hasEscapes: Bool = false
    ) -> Found {
        var index = SafeIndex(delimiter: delimiter, quote: quote, hasEscapes: hasEscapes)
        index.index(bytes.span, position: 0)
        if !index.isInsideQuotes && !index.isAfterEscape { index.endRecord(at: bytes.count) }
        return Found(
            tokens: index.tokens, records: index.records, isInsideQuotes: index.isInsideQuotes,
            isAfterEscape: index.isAfterEscape)
    }

    private static let levels = Array(0...byte_scan_best_level())

    /// Bytes of one round and how they are read: every third time those of a tidy file, in the first dialect.
    private func input(
        _ round: Int, _ dialects: [(UInt8, UInt8?)], _ numbers: inout SeededGenerator
    ) -> (bytes: [UInt8], dialect: (UInt8, UInt8?)) {
        let count = Int.random(in: 0...400, using: &numbers)
        return round % 3 == 0
            ? (tidyBytes(&numbers, records: count / 20), dialects[0])
            : (nastyBytes(&numbers, count: count, quotes: round % 7), dialects[round % dialects.count])
    }

    @Test("every level agrees with the byte-by-byte pass, at any cutting", arguments: levels)
    func everyLevelAgrees(level: Int32) {
        var numbers = SeededGenerator(seed: runSeed("everyLevelAgrees"))
        let dialects: [(UInt8, UInt8?)] = [
            (44, 34), (44, nil), (59, 39), (124, 34), (0, 34), (32, 34), (44, 0), (0xC3, 34), (44, 0xA9),
        ]
        for round in 0..<1500 {
            let (bytes, (delimiter, quote)) = input(round, dialects, &numbers)
            let expected = safe(bytes, delimiter: delimiter, quote: quote)
            for upTo in [1, 9, 64, 130, 1000] {
                let found = fast(
                    bytes, delimiter: delimiter, quote: quote, level: level, numbers: &numbers, upTo: upTo)
                guard found != expected else { continue }
                #expect(
                    found == expected, "delimiter \(delimiter), quote \(String(describing: quote)): \(bytes)")
                return
            }
        }
    }

    @Test("counting finds the records of the byte-by-byte pass, at any cutting", arguments: levels)
    func countingAgrees(level: Int32) {
        var numbers = SeededGenerator(seed: runSeed("countingAgrees"))
        let dialects: [(UInt8, UInt8?)] = [(44, 34), (44, nil), (59, 39), (0, 34), (32, 34), (0xC3, 34)]
        for round in 0..<1500 {
            let (bytes, (delimiter, quote)) = input(round, dialects, &numbers)
            let expected = plainCount(bytes, delimiter: delimiter, quote: quote)
            for upTo in [1, 9, 64, 130, 1000] {
                let found = counted(
                    bytes, delimiter: delimiter, quote: quote, level: level, numbers: &numbers, upTo: upTo)
                guard found != expected else { continue }
                #expect(
                    found == expected, "delimiter \(delimiter), quote \(String(describing: quote)): \(bytes)")
                return
            }
        }
    }

    private struct Counted: Hashable {
        var records = 0
        var blank = 0
        var breaks = 0
        /// Fields that ended behind the last record.
        var fields = 0
        var lastEnd: Int?
        var isInsideQuotes = false
    }

    private func counted(
        _ bytes: [UInt8], delimiter: UInt8, quote: UInt8?, level: Int32, numbers: inout SeededGenerator,
        upTo: Int
    ) -> Counted {
        var state = byte_scan_state()
        state.delimiter = delimiter
        state.quote = quote ?? 0
        state.has_quote = quote == nil ? 0 : 1
        var counts = byte_scan_counts()
        var start = 0
        while start < bytes.count {
            let size = min(bytes.count - start, Int.random(in: 1...upTo, using: &numbers))
            bytes[start..<(start + size)].withUnsafeBufferPointer { piece in
                byte_scan_count(&state, level, piece.baseAddress, size, UInt32(start), &counts)
            }
            start += size
        }
        return Counted(
            records: Int(counts.records), blank: Int(counts.blank), breaks: Int(counts.breaks),
            fields: Int(counts.fields), lastEnd: counts.records == 0 ? nil : Int(counts.last_end),
            isInsideQuotes: state.mode == UInt8(BYTE_SCAN_INSIDE.rawValue))
    }

    private func plainCount(_ bytes: [UInt8], delimiter: UInt8, quote: UInt8?) -> Counted {
        var index = SafeIndex(delimiter: delimiter, quote: quote)
        index.index(bytes.span, position: 0)
        var counted = Counted(records: index.records.count, isInsideQuotes: index.isInsideQuotes)
        var start = 0
        for record in index.records {
            let end = index.tokens[record.lastToken].position
            if end == start { counted.blank += 1 }
            counted.breaks += record.breaks
            let isCRLF =
                bytes[end] == UInt8(ascii: "\r") && end + 1 < bytes.count
                && bytes[end + 1] == UInt8(ascii: "\n")
            start = end + (isCRLF ? 2 : 1)
            counted.lastEnd = end
        }
        counted.fields = index.tokens.count - ((index.records.last?.lastToken ?? -1) + 1)
        return counted
    }

    @Test("with backslashes the two passes agree too, at any cutting")
    func escapedPassesAgree() {
        var numbers = SeededGenerator(seed: runSeed("escapedPassesAgree"))
        let dialects: [(UInt8, UInt8?)] = [(44, 34), (44, nil), (59, 39), (124, 34), (1, 34)]
        for round in 0..<3000 {
            let bytes = nastyBytes(
                &numbers, count: Int.random(in: 0...200, using: &numbers), quotes: round % 5,
                backslashes: round % 4)
            let (delimiter, quote) = dialects[round % dialects.count]
            let expected = safe(bytes, delimiter: delimiter, quote: quote, hasEscapes: true)
            let unescaped = safe(bytes, delimiter: delimiter, quote: quote)
            for upTo in [1, 9, 1000] {
                let found = fast(
                    bytes, delimiter: delimiter, quote: quote, level: nil, numbers: &numbers, upTo: upTo)
                let isSame = found == expected
                #expect(isSame, "delimiter \(delimiter), quote \(String(describing: quote)): \(bytes)")
                if !isSame { return }
            }
            // Where there is nothing to escape, backslashes change nothing.
            if round % 4 == 0 { #expect(expected == unescaped) }
        }
    }

    @Test("what a backslash escapes ends no field, and its line ends are counted once")
    func escapedPositions() {
        let found = safe(
            Array("a\\,b,\"\\\"\\\n\",\\\r\nc\n\\\"x\n".utf8), delimiter: 44, quote: 34, hasEscapes: true)
        #expect(found.tokens.map(\.position) == [4, 11, 16, 20, 21])
        #expect(found.tokens.map(\.isQuoted) == [false, true, false, false, false])
        #expect(found.tokens.map(\.isEscaped) == [true, true, true, true, false])
        #expect(found.records.map(\.breaks) == [2, 0, 0])
    }

    @Test("positions, flags and line breaks are as the bytes say")
    func positionsAndFlags() {
        let found = safe(Array("a,\"b\"\"\r\n\",é\r\n\"x\"y,\n".utf8), delimiter: 44, quote: 34)
        #expect(found.tokens.map(\.position) == [1, 9, 12, 18, 19, 20])
        #expect(found.tokens.map(\.endsRecord) == [false, false, true, false, true, true])
        #expect(found.tokens.map(\.isQuoted) == [false, true, false, true, false, false])
        #expect(found.tokens.map(\.isEscaped) == [false, true, false, false, false, false])
        #expect(found.tokens.map(\.hasTextAfterQuote) == [false, false, false, true, false, false])
        #expect(
            found.tokens.map { $0.rawValue & BYTE_SCAN_BREAK != 0 } == [
                false, true, false, false, false, false,
            ])
        #expect(
            found.tokens.map { $0.rawValue & BYTE_SCAN_NOT_PLAIN != 0 }
                == [false, false, true, false, false, false])
        #expect(found.records.map(\.breaks) == [1, 0, 0])
        #expect(found.records.map(\.hasTextAfterQuote) == [false, true, false])
    }
}
