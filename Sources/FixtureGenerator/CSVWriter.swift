/// Bytes of a CSV file on their way out: values are appended, then closed as fields and records.
///
/// A value that holds a comma, a quote or a line end is quoted when its field is closed, so whoever appends
/// a value need not think of it.
struct CSVWriter {
    /// What is written so far and not yet taken.
    private(set) var bytes: [UInt8] = []
    /// Whether each field is quoted, also where it need not be.
    private let quotesAll: Bool
    /// Whether CRLF ends a record, and not LF.
    private let usesCRLF: Bool
    private var fieldStart = 0
    private var scratch: [UInt8] = []

    init(quotesAll: Bool, usesCRLF: Bool = false) {
        self.quotesAll = quotesAll
        self.usesCRLF = usesCRLF
    }

    mutating func append(_ value: [UInt8]) {
        bytes.append(contentsOf: value)
    }

    mutating func append(_ value: String) {
        bytes.append(contentsOf: value.utf8)
    }

    mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    /// Appends a number that is not negative, with zeros in front up to `digits`.
    mutating func append(_ number: Int, digits: Int = 1) {
        let start = bytes.count
        var rest = number
        var width = 0
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
            width += 1
        } while rest > 0 || width < digits
        bytes[start...].reverse()
    }

    /// Appends hundredths as a decimal with two places.
    mutating func append(hundredths: Int) {
        if hundredths < 0 { bytes.append(UInt8(ascii: "-")) }
        append(hundredths.magnitude == 0 ? 0 : Int(hundredths.magnitude) / 100)
        bytes.append(UInt8(ascii: "."))
        append(Int(hundredths.magnitude) % 100, digits: 2)
    }

    /// Ends a field; a comma follows it.
    mutating func endField() {
        quoteFieldWhereNeeded()
        bytes.append(UInt8(ascii: ","))
        fieldStart = bytes.count
    }

    /// Ends a record after its last field was ended: the comma that would begin another becomes a line end.
    mutating func endRecord() {
        bytes[bytes.count - 1] = UInt8(ascii: usesCRLF ? "\r" : "\n")
        if usesCRLF { bytes.append(UInt8(ascii: "\n")) }
        fieldStart = bytes.count
    }

    /// Takes back what was written past a length.
    mutating func truncate(to length: Int) {
        bytes.removeLast(bytes.count - length)
        fieldStart = length
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        fieldStart = 0
    }

    private mutating func quoteFieldWhereNeeded() {
        let needed = bytes[fieldStart...].contains { byte in
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
            default: false
            }
        }
        guard needed || quotesAll else { return }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: bytes[fieldStart...])
        bytes.removeLast(bytes.count - fieldStart)
        bytes.append(UInt8(ascii: "\""))
        for byte in scratch {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
