import CSV
import CSVTestSupport
import Records
import TestSupport
import Testing

/// What holds for every dialect and any bytes.
@Suite("Properties of dialects")
struct DialectPropertyTests {
    /// Any dialect that is not refused.
    private func dialect(_ numbers: inout SeededGenerator) -> Dialect {
        while true {
            let usual: [UInt8] = [44, 59, 9, 124, 1, 31, 94, 32]
            func byte() -> UInt8 {
                numbers.chance(70)
                    ? usual.randomElement(using: &numbers) ?? 44 : UInt8.random(in: 1..<128, using: &numbers)
            }
            let dialect = Dialect(
                delimiter: byte(),
                quote: numbers.chance(25) ? nil : numbers.chance(60) ? 34 : byte(),
                hasHeader: numbers.chance(50), escape: numbers.chance(50) ? .backslash : .doubled,
                allowsTextAfterQuote: numbers.chance(50))
            if (try? CSVError.check(dialect)) != nil { return dialect }
        }
    }

    /// Bytes in which whatever means something in the dialect is likely.
    private func bytes(_ numbers: inout SeededGenerator, upTo count: Int, _ dialect: Dialect) -> [UInt8] {
        let special: [UInt8] =
            [dialect.delimiter, dialect.quote ?? 34, 92, 13, 10, 0] + Array("nrtN0x \"".utf8) + [0xC3, 0xA9]
        return (0..<Int.random(in: 0...count, using: &numbers)).map { _ in
            numbers.chance(60)
                ? special.randomElement(using: &numbers) ?? 0 : UInt8.random(in: 0...255, using: &numbers)
        }
    }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let lineEnds: [[UInt8]] = [[10], [13, 10], [13]]

    /// Whether the dialect can say a value: without quotes and backslashes it cannot where the value has a byte
    /// that ends a field.
    private func canSay(_ value: [UInt8], _ dialect: Dialect) -> Bool {
        dialect.saysAnyText || !value.contains { $0 == dialect.delimiter || $0 == 13 || $0 == 10 }
    }

    @Test("any cutting gives the same records, for every dialect")
    func anyCutting() {
        let seed = runSeed("anyCutting")
        var numbers = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let dialect = dialect(&numbers)
            let bytes = bytes(&numbers, upTo: 300, dialect)
            let limits = BatchLimits(
                records: Int.random(in: 1...9, using: &numbers),
                bytes: Int.random(in: 1...200, using: &numbers))
            let expected = [nil, 1, 2].randomElement(using: &numbers) ?? nil
            func run(_ cutting: Cutting) -> SeenFile {
                parse(
                    bytes, dialect, columns: [0, 1, 3], expected: expected, cutting: cutting, limits: limits,
                    maxRecordBytes: 50, maxHeldRecordBytes: 120)
            }
            func summary(_ cutting: Cutting) -> Result<ScanSummary, CSVError> {
                Result { () throws(CSVError) in try scan(bytes, dialect, cutting: cutting) }
            }
            let (whole, wholeSummary) = (run(.every(1 << 20)), summary(.every(1 << 20)))
            for cutting in [.every(1), .every(2), Cutting.random(seed: seed, upTo: 40)] {
                let isSame = run(cutting) == whole && summary(cutting) == wholeSummary
                #expect(isSame, "cut \(cutting), \(limits), \(dialect), \(bytes)")
                if !isSame { return }
            }
        }
    }

    @Test("what a dialect can say is read as it was written, and anything else is refused by its place")
    func parseOfFormat() throws {
        var numbers = SeededGenerator(seed: runSeed("parseOfFormat"))
        var refused = 0
        for round in 0..<600 {
            let dialect = dialect(&numbers)
            let formatter = RecordFormatter(dialect: dialect)
            let columns = Int.random(in: 1...4, using: &numbers)
            let lineEnd = Self.lineEnds[round % 3]
            var output: [UInt8] = []
            var written: [[[UInt8]]] = []
            let header = (0..<columns).map { "h\($0),\"\\\n" }
            let hasHeader = dialect.hasHeader && dialect.saysAnyText
            if hasHeader {
                try formatter.append(header, to: &output)
                output += lineEnd
            }
            for number in 1...10 {
                let values = (0..<columns).map { _ in bytes(&numbers, upTo: 12, dialect) }
                let before = output
                do throws(CSVError) {
                    try formatter.append(values, to: &output, record: UInt64(number))
                    output += lineEnd
                    written.append(values)
                    #expect(values.allSatisfy { canSay($0, dialect) })
                } catch {
                    let first = values.firstIndex { !canSay($0, dialect) }
                    #expect(error.code == .notRepresentable && error.record == UInt64(number))
                    #expect(error.column == first.map { $0 + 1 })
                    #expect(output == before)
                    refused += 1
                }
            }
            // A mark at the start of a file is no data; a value that looks like one needs another before it.
            if round % 2 == 0 || output.starts(with: Self.mark) { output = Self.mark + output }
            var reading = dialect
            reading.hasHeader = hasHeader
            var start = Position()
            if hasHeader {
                let summary = try scan(output, reading, cutting: .every(13))
                #expect(summary.header == header && summary.records == UInt64(written.count))
                start = summary.bodyStart
            }
            let seen = parse(
                output, reading, columns: Array(0..<columns), expected: columns, start: start,
                cutting: .random(seed: UInt64(round), upTo: 60))
            let isSame = seen.records.map(\.values) == written && seen.failure == nil
            #expect(isSame, "\(reading), \(output)")
            #expect(seen.records.allSatisfy { $0.fault == .none })
            if !isSame { return }
        }
        #expect(refused > 10)
    }
}
