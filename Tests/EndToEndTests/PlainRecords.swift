/// A second reading of a CSV file, in the plainest way: by RFC 4180, a byte at a time.
struct PlainRecords: Sequence, IteratorProtocol {
    struct Record: Equatable {
        /// Physical line on which the record begins, from 1.
        var line: UInt64
        /// As it lies in the file, with its line end.
        var bytes: [UInt8]
        /// Values, quotes undone.
        var fields: [[UInt8]]
        /// Where each field begins in `bytes`.
        var starts: [Int]

        func text(_ column: Int) -> String { String(decoding: fields[column], as: UTF8.self) }
    }

    private let bytes: [UInt8]
    private let delimiter: UInt8
    private var at = 0
    private var line: UInt64 = 1

    init(_ bytes: [UInt8], delimiter: Character = ",") {
        self.bytes = bytes
        self.delimiter = delimiter.asciiValue ?? UInt8(ascii: ",")
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    mutating func next() -> Record? {
        guard at < bytes.count else { return nil }
        let start = at
        var record = Record(line: line, bytes: [], fields: [], starts: [0])
        var field: [UInt8] = []
        var isQuoted = false
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            let next = at < bytes.count ? bytes[at] : nil
            if byte == UInt8(ascii: "\"") {
                if isQuoted, next == byte {
                    field.append(byte)
                    at += 1
                } else {
                    isQuoted.toggle()
                }
            } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                let isCRLF = byte == UInt8(ascii: "\r") && next == UInt8(ascii: "\n")
                if isCRLF { at += 1 }
                line += 1
                if !isQuoted { break }
                field += isCRLF ? [byte, UInt8(ascii: "\n")] : [byte]
            } else if !isQuoted, byte == delimiter {
                record.fields.append(field)
                record.starts.append(at - start)
                field = []
            } else {
                field.append(byte)
            }
        }
        record.fields.append(field)
        record.bytes = Array(bytes[start..<at])
        return record
    }
}

/// A file of records that has a header, read plainly.
struct PlainTable {
    let header: PlainRecords.Record
    let records: [PlainRecords.Record]

    init?(_ bytes: [UInt8]) {
        var all = PlainRecords(bytes)
        guard let header = all.next() else { return nil }
        self.header = header
        records = Array(all)
    }

    /// The column of a name in the header.
    func column(_ name: String) -> Int? {
        header.fields.firstIndex { String(decoding: $0, as: UTF8.self) == name }
    }
}

/// A reject file taken apart: what stands before each record, and the record.
struct RejectFile {
    struct Entry: Equatable {
        var line: String
        var column: String
        var field: String
        var code: String
        var message: String
        var record: [UInt8]
    }

    static let columns = "sluice_line,sluice_column,sluice_field,sluice_code,sluice_message"

    /// The source's header, as it is repeated.
    let header: [UInt8]
    let entries: [Entry]

    /// `nil` where it is not of this form.
    init?(_ bytes: [UInt8]) {
        let first = Array(Self.columns.utf8)
        guard bytes.starts(with: first) else { return nil }
        var records = PlainRecords(bytes)
        guard let header = records.next() else { return nil }
        let hasHeader = header.starts.count > 5
        self.header = hasHeader ? Array(header.bytes.dropFirst(first.count + 1)) : []
        var entries: [Entry] = []
        for record in records {
            guard record.starts.count > 5 else { return nil }
            entries.append(
                Entry(
                    line: record.text(0), column: record.text(1), field: record.text(2), code: record.text(3),
                    message: record.text(4), record: Array(record.bytes[record.starts[5]...])))
        }
        self.entries = entries
    }
}
