import CSVTestSupport
import Records

@testable import CSV

/// Scan and parser over a file of any bytes, in a dialect and a cutting that the first bytes choose.
///
/// They have to say the same as the byte-by-byte index says of the whole file, and what they read has to be read
/// again as it was when it is written.
func fuzzParser(_ input: [UInt8]) -> CInt {
    guard input.count >= 4 else { return -1 }
    let dialect = dialect(choices: input[0], delimiter: input[1])
    guard (try? CSVError.check(dialect)) != nil else { return -1 }
    let cutting = Cutting.random(seed: UInt64(input[2]), upTo: 1 + Int(input[2]))
    let expected = [nil, 1, 2, 3][Int(input[3] & 3)]
    let limits = BatchLimits(records: 1 + Int(input[3] >> 5), bytes: 1 + Int(input[3]))
    let file = Array(input[4...])

    func read(_ cutting: Cutting) -> SeenFile {
        parse(
            file, dialect, columns: [0, 1, 3], expected: expected, cutting: cutting, limits: limits,
            maxRecordBytes: 60, maxHeldRecordBytes: 200)
    }
    let seen = read(cutting)
    precondition(seen == read(.every(1 << 20)), "the cutting tells")
    checkAgainstIndex(seen, file, dialect, isOneColumn: expected == 1)
    checkFormatting(seen, dialect)
    checkScan(file, dialect, cutting)
    return 0
}

private func dialect(choices: UInt8, delimiter: UInt8) -> Dialect {
    let quotes: [UInt8?] = [34, 34, 39, nil]
    let delimiters: [UInt8] = [44, 59, 9, 124, 1, 31, 94, 32]
    return Dialect(
        delimiter: delimiter < 128 ? delimiter : delimiters[Int(delimiter & 7)],
        quote: quotes[Int(choices & 3)], hasHeader: choices & 4 != 0, skippedLines: Int(choices >> 6),
        escape: choices & 8 == 0 ? .doubled : .backslash, allowsTextAfterQuote: choices & 16 != 0)
}

/// Compares records, fields and values with what the byte-by-byte index finds.
private func checkAgainstIndex(_ seen: SeenFile, _ file: [UInt8], _ dialect: Dialect, isOneColumn: Bool) {
    let markBytes = file.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let body = Array(file[markBytes...])
    var index = SafeIndex(dialect)
    index.index(body.span, position: 0)
    let isWhole = !index.isInsideQuotes && !index.isAfterEscape
    var recordStart = 0
    if let last = index.records.last {
        let end = index.tokens[last.lastToken].position
        recordStart = end + (isCRLF(body, end) ? 2 : 1)
    }
    if isWhole && recordStart < body.count { index.endRecord(at: body.count) }
    var (number, token, start) = (0, 0, 0)
    for record in index.records where number < seen.records.count || seen.failure == nil {
        let tokens = Array(index.tokens[token...record.lastToken])
        let end = tokens[tokens.count - 1].position
        defer {
            token = record.lastToken + 1
            start = end + (isCRLF(body, end) ? 2 : 1)
        }
        if end == start && !isOneColumn { continue }
        precondition(number < seen.records.count, "a record is missing")
        let found = seen.records[number]
        number += 1
        precondition(
            Int(found.position.byteOffset) == start + markBytes && Int(found.fieldCount) == tokens.count)
        precondition(found.bytes.starts(with: body[start..<end]))
        precondition((found.fault == .tooLong) == (end - start > 60))
        guard found.fault == .none else { continue }
        precondition(dialect.allowsTextAfterQuote || !record.hasTextAfterQuote)
        for (value, column) in zip(found.values, [0, 1, 3]) {
            guard column < tokens.count else {
                precondition(value.isEmpty)
                continue
            }
            let fieldStart = column == 0 ? start : tokens[column - 1].position + 1
            let field = body[fieldStart..<tokens[column].position]
            precondition(
                value == FieldValue.value(of: field, isQuoted: tokens[column].isQuoted, dialect: dialect))
        }
    }
    precondition(number == seen.records.count || seen.failure != nil, "a record too many")
    precondition(isWhole || seen.failure != nil, "what has no end was taken")
}

private func isCRLF(_ bytes: [UInt8], _ position: Int) -> Bool {
    position + 1 < bytes.count && bytes[position] == 13 && bytes[position + 1] == 10
}

/// Writes the values again, and reads them.
private func checkFormatting(_ seen: SeenFile, _ dialect: Dialect) {
    let formatter = RecordFormatter(dialect: dialect)
    var output: [UInt8] = [0xEF, 0xBB, 0xBF]
    var written: [[[UInt8]]] = []
    for record in seen.records where record.fault == .none {
        do throws(CSVError) {
            try formatter.append(record.values, to: &output)
        } catch {
            precondition(!dialect.saysAnyText)
            continue
        }
        output += [13, 10]
        written.append(record.values)
    }
    let again = parse(output, dialect, columns: [0, 1, 2], expected: 3)
    precondition(
        again.failure == nil && again.records.map(\.values) == written, "what was written is not read")
}

/// What the scan accepts, the parser reads to the end, with as many records.
private func checkScan(_ file: [UInt8], _ dialect: Dialect, _ cutting: Cutting) {
    func summary(_ cutting: Cutting) -> Result<ScanSummary, CSVError> {
        Result { () throws(CSVError) in try scan(file, dialect, cutting: cutting, maxHeldRecordBytes: 200) }
    }
    let found = summary(cutting)
    precondition(found == summary(.every(1 << 20)), "the cutting tells the scan")
    guard case .success(let summary) = found else { return }
    let seen = parse(
        file, dialect, columns: [0], expected: summary.expectedFields,
        dropped: summary.droppedLeadingColumns, start: summary.bodyStart, cutting: cutting,
        maxHeldRecordBytes: 200)
    precondition(seen.failure == nil, "the parser refuses what the scan took")
    precondition(UInt64(seen.records.count + seen.blankLines) == summary.records)
    precondition(UInt64(seen.blankLines) == summary.blankLines)
}
