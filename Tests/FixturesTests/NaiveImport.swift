import FixtureGenerator

/// A second reading of a contact file, made without the generator's knowledge of what it wrote: splits, checks
/// and counts in the plainest way.
struct NaiveImport {
    var read: UInt64 = 0
    var created: UInt64 = 0
    var duplicate: UInt64 = 0
    var rejected: UInt64 = 0
    var byCode: [String: UInt64] = [:]
    var amountHundredths: Int64 = 0
    /// For each duplicate, records since its key was first taken.
    var duplicateDistances: [UInt64] = []
    var keys: Set<[UInt8]> = []

    private var takenAt: [[UInt8]: UInt64] = [:]
    private var amounts: [[UInt8]: Int64] = [:]

    init(_ bytes: [UInt8]) {
        var records = NaiveRecords(bytes)
        let header = (records.next() ?? []).map { String(decoding: $0, as: UTF8.self) }
        while let record = records.next() {
            take(record, header: header)
        }
        amountHundredths = amounts.values.reduce(0, +)
    }

    private mutating func take(_ record: [[UInt8]], header: [String]) {
        read += 1
        let key = record[0]
        if !key.isEmpty { keys.insert(key) }
        if let code = Self.fault(record, header: header) {
            rejected += 1
            byCode[code, default: 0] += 1
            return
        }
        if let first = takenAt[key] {
            duplicate += 1
            duplicateDistances.append(read - first)
        } else {
            created += 1
            takenAt[key] = read
        }
        if let column = header.firstIndex(of: "Balance"), let amount = hundredths(record[column]) {
            amounts[key] = amount
        }
    }

    /// The code of the first fault; `nil` for a sound record.
    private static func fault(_ record: [[UInt8]], header: [String]) -> String? {
        guard record.count == header.count else { return "field_count" }
        for (name, value) in zip(header, record) {
            if value.isEmpty {
                if name == "Contact ID" { return "required_missing" }
            } else if String(validating: value, as: UTF8.self) == nil {
                return "invalid_utf8"
            } else if let code = fault(value, column: name) {
                return code
            }
        }
        return nil
    }

    private static func fault(_ value: [UInt8], column: String) -> String? {
        switch column {
        case "Email":
            if value.count > 254 { return "email_too_long" }
            let parts = value.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
            return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(dot) ? nil : "email_malformed"
        case "Home Phone", "Mobile Phone":
            let national = value.filter(isDigit)
            let isSound = national.count == 10 || national.count == 11 && national[0] == UInt8(ascii: "1")
            return isSound ? nil : "phone_malformed"
        case "DOB", "Due Date": return isDay(value) ? nil : "date_malformed"
        case "Balance":
            let isSound =
                value.count >= 4 && value[value.count - 3] == dot && value.count(where: isDigit) >= 3
                && value.dropFirst().allSatisfy { isDigit($0) || $0 == dot } && value.count { $0 == dot } == 1
            return isSound && (isDigit(value[0]) || value[0] == UInt8(ascii: "-")) ? nil : "decimal_malformed"
        case "SMS Consent":
            return [[UInt8(ascii: "Y")], [UInt8(ascii: "N")]].contains(value) ? nil : "choice_unknown"
        default: return value.count > 255 ? "text_too_long" : nil
        }
    }

    private static let dot = UInt8(ascii: ".")

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isDay(_ value: [UInt8]) -> Bool {
        let parts = value.split(separator: UInt8(ascii: "/")).compactMap {
            Int(String(decoding: $0, as: UTF8.self))
        }
        guard parts.count == 3, value.count == 10 else { return false }
        let (month, day, year) = (parts[0], parts[1], parts[2])
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        let days = [0, 31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return days.indices.dropFirst().contains(month) && (1...days[month]).contains(day)
    }

    private func hundredths(_ value: [UInt8]) -> Int64? {
        Int64(String(decoding: value.filter { $0 != UInt8(ascii: ".") }, as: UTF8.self))
    }
}

/// Splits a file by RFC 4180, a byte at a time.
struct NaiveRecords: IteratorProtocol {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> [[UInt8]]? {
        guard at < bytes.count else { return nil }
        var record: [[UInt8]] = []
        var field: [UInt8] = []
        var isQuoted = false
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == UInt8(ascii: "\"") {
                let isDoubled = isQuoted && at < bytes.count && bytes[at] == byte
                if isDoubled {
                    field.append(byte)
                    at += 1
                } else {
                    isQuoted.toggle()
                }
            } else if !isQuoted, byte == UInt8(ascii: ",") {
                record.append(field)
                field = []
            } else if !isQuoted, byte == UInt8(ascii: "\n") {
                break
            } else {
                field.append(byte)
            }
        }
        return record + [field]
    }
}
