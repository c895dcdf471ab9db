internal import Records

/// One column of the sample: its name, and the values it has.
struct ColumnSample {
    /// From 0.
    let index: Int
    /// The header's cell; `nil` where the file has no header.
    let name: String?
    /// One a record; empty for a blank.
    let values: [[UInt8]]
    /// Values that are not blank, without spaces at their ends, in the order of the file.
    let filled: [[UInt8]]
    /// How often each filled value is there.
    let times: [[UInt8]: Int]
    let hasSpacesAtEnds: Bool

    /// Filled values that a rule is tried on: enough to know, and quickly done.
    static let triedValues = 400

    init(index: Int, name: String?, values: [[UInt8]]) {
        self.index = index
        self.name = name
        self.values = values
        var filled: [[UInt8]] = []
        var times: [[UInt8]: Int] = [:]
        var hasSpacesAtEnds = false
        for value in values {
            let trimmed = Self.trimmed(value)
            if trimmed.count != value.count { hasSpacesAtEnds = true }
            guard !trimmed.isEmpty else { continue }
            filled.append(trimmed)
            times[trimmed, default: 0] += 1
        }
        self.filled = filled
        tried =
            filled.lazy.filter { !$0.contains(0) && String(validating: $0, as: UTF8.self) != nil }
            .prefix(Self.triedValues).reduce(into: []) { $0.append($1) }[...]
        self.times = times
        self.hasSpacesAtEnds = hasSpacesAtEnds
    }

    var isBlank: Bool { filled.isEmpty }
    /// The part of the records that have a value.
    var filledShare: Double { values.isEmpty ? 0 : Double(filled.count) / Double(values.count) }
    var blanks: Int { values.count - filled.count }
    /// Filled values whose like was there before.
    var repeats: Int { filled.count - times.count }
    /// Values that rules are tried on: the first that are text at all, since bytes that are none tell nothing.
    let tried: ArraySlice<[UInt8]>

    /// The column for people: its name, or its place where it has none.
    var title: String {
        guard let name, !name.isEmpty else { return "column \(index + 1)" }
        return "'\(name)'"
    }

    /// What stands between several e-mail addresses or phones in one cell, as Google's contacts have them.
    static let severalMark = ":::"

    /// What begins a date without a year, such as `--12-31`.
    static let yearlessMark = "--"

    /// The column with what stands before a mark in each cell; `nil` where no cell has it.
    func before(_ text: String) -> ColumnSample? {
        let mark = Array(text.utf8)
        guard tried.contains(where: { $0.contains(mark) }) else { return nil }
        return ColumnSample(
            index: index, name: name,
            values: values.map { value in
                value.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false).first
                    .map(Array.init) ?? []
            })
    }

    /// The part of the tried values for which something holds; 0 where there are none.
    func share(where holds: ([UInt8]) -> Bool) -> Double {
        tried.isEmpty ? 0 : Double(tried.count(where: holds)) / Double(tried.count)
    }

    static func trimmed(_ value: [UInt8]) -> [UInt8] {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        guard let first = value.first, let last = value.last, isSpace(first) || isSpace(last) else {
            return value
        }
        guard let start = value.firstIndex(where: { !isSpace($0) }),
            let end = value.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return Array(value[start...end])
    }
}

/// What single values look like, whatever field they may be for.
enum ValueShape {
    static func isEmail(_ value: [UInt8]) -> Bool {
        guard let at = value.firstIndex(of: UInt8(ascii: "@")), at > 0, at < value.count - 3 else {
            return false
        }
        let domain = value[(at + 1)...]
        return domain.contains(UInt8(ascii: ".")) && !value.contains(0x20)
            && !domain.contains(UInt8(ascii: "@"))
    }

    /// Digits with what people put between and before them, as no other number is written.
    static func isPhone(_ value: [UInt8]) -> Bool {
        let digits = value.count(where: isDigit)
        guard (7...15).contains(digits), value.count <= digits + 8 else { return false }
        guard value.allSatisfy({ isDigit($0) || " -./()+".utf8.contains($0) }) else { return false }
        guard !isDateLike(value) else { return false }
        let marks = value.count { "-()+ ".utf8.contains($0) }
        return marks > 0 && (value[0] == UInt8(ascii: "+") || marks >= 2 || value.contains(0x20))
    }

    /// A phone, or the ten or eleven digits of one without any mark: these are phones only among others with marks.
    static func isPhoneOrBare(_ value: [UInt8]) -> Bool {
        isPhone(value) || (10...11).contains(value.count) && value.allSatisfy(isDigit)
    }

    /// A house's number, and the street.
    static func isStreet(_ value: [UInt8]) -> Bool {
        let number = value.prefix { isDigit($0) }
        return (1...6).contains(number.count) && value.count > number.count + 3
            && value[number.count] == 0x20 && value.contains { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
    }

    /// Two marks of one kind between three short numbers.
    static func isDateLike(_ value: [UInt8]) -> Bool {
        for mark in "/-.".utf8 {
            let parts = value.prefix(10).split(separator: mark, omittingEmptySubsequences: false)
            guard parts.count == 3, parts.allSatisfy({ (1...4).contains($0.count) }) else { continue }
            let digits = parts.reduce(0) { $0 + $1.count }
            if digits <= 8, parts.allSatisfy({ $0.allSatisfy(isDigit) }), parts[1].count <= 2 { return true }
        }
        return false
    }

    static func isNumber(_ value: [UInt8]) -> Bool {
        var hasDigit = false
        for byte in value {
            if isDigit(byte) { hasDigit = true } else if !"+-.,".utf8.contains(byte) { return false }
        }
        return hasDigit
    }

    /// A number with a currency's sign, or with marks between its thousands, or with a comma for a point.
    static func isWrittenAmount(_ value: [UInt8]) -> Bool {
        let text = String(decoding: value, as: UTF8.self)
        let bare = text.unicodeScalars.filter { scalar in
            scalar.properties.generalCategory != .currencySymbol && !scalar.properties.isWhitespace
                && !"'’%".unicodeScalars.contains(scalar)
        }
        let rest = Array(String(String.UnicodeScalarView(bare)).utf8)
        return isNumber(rest) && (rest.contains(UInt8(ascii: ",")) || rest.count != value.count)
    }

    static func isLink(_ value: [UInt8]) -> Bool {
        value.starts(with: Array("http://".utf8)) || value.starts(with: Array("https://".utf8))
            || value.starts(with: Array("www.".utf8))
    }

    /// What can tell records apart: no spaces, short, and with a digit or hyphen or of a fixed form.
    static func isIdentifier(_ value: [UInt8]) -> Bool {
        value.count <= 64 && value.contains(where: isDigit)
            && value.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: ",") }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
