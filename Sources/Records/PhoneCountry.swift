/// How phones are dialled in one country: what is needed to turn a national number into E.164.
///
/// The facts come from the countries' public numbering plans (ITU-T E.164 and its national annexes). Lengths
/// are those of the national significant number, so they exclude the trunk prefix.
package struct PhoneCountry: Hashable, Sendable {
    /// ISO 3166-1 alpha-2, upper case.
    package let code: String
    /// Dialling code without `+`: `1`, `44`, `971`.
    package let diallingCode: String
    /// Digits dialled before a national number within the country (`0` in most), longest first; often none.
    package let trunkPrefixes: [String]
    /// Digits dialled before a number abroad, longest first: `00` in most, `011` in North America.
    package let internationalPrefixes: [String]
    /// Digits of a national significant number.
    package let nationalDigits: ClosedRange<Int>
    /// Whether a national significant number may begin with 0, as in Italy, so that it is never a trunk prefix.
    package let keepsLeadingZero: Bool

    /// Whether numbers follow the North American plan: area and exchange of three digits, both from 2 up.
    package var isNorthAmerican: Bool { diallingCode == "1" }

    /// The country of an ISO 3166-1 alpha-2 code, in any case; `nil` where it is not in the table.
    package init?(code: String) {
        guard let country = Self.table[code.uppercased()] else { return nil }
        self = country
    }

    /// All codes in the table, ascending.
    package static var codes: [String] { table.keys.sorted() }

    /// Dialling codes whose national numbers may begin with 0.
    package static let zeroKeepingDiallingCodes: Set<String> =
        Set(table.values.filter(\.keepsLeadingZero).map(\.diallingCode))

    /// How many of an E.164 number's digits are the dialling code; 0 where it is none of the table.
    ///
    /// No dialling code is the beginning of another, so there is one answer.
    package static func diallingCodeLength(of digits: [UInt8]) -> Int {
        for length in 1...3 where digits.count > length {
            if diallingCodes.contains(digits.prefix(length).reduce(0) { $0 * 10 + Int($1 &- 0x30) }) {
                return length
            }
        }
        return 0
    }

    private static let diallingCodes: Set<Int> = Set(table.values.compactMap { Int($0.diallingCode) })

    private static let table: [String: PhoneCountry] = {
        var table: [String: PhoneCountry] = [:]
        for line in PhoneCountryTable.rows.split(separator: "\n") {
            let country = PhoneCountry(row: line)
            precondition(
                table.updateValue(country, forKey: country.code) == nil, "\(country.code) stands twice")
        }
        for code in PhoneCountryTable.northAmerican.split(whereSeparator: \.isWhitespace) {
            table[String(code)] = PhoneCountry(row: "\(code) 1 1 10 011,00")
        }
        return table
    }()

    /// Reads one row of the table.
    private init(row: Substring) {
        let words = row.split(separator: " ")
        precondition(words.count == 4 || words.count == 5, "a row has four or five columns: \(row)")
        let digits = words[3].split(separator: "-").compactMap { Int($0) }
        guard let least = digits.first, let most = digits.last else {
            preconditionFailure("no digits: \(row)")
        }
        code = String(words[0])
        diallingCode = String(words[1])
        keepsLeadingZero = words[2] == "keep"
        trunkPrefixes = words[2] == "-" || keepsLeadingZero ? [] : Self.longestFirst(words[2])
        nationalDigits = least...most
        internationalPrefixes = words.count == 5 ? Self.longestFirst(words[4]) : ["00"]
    }

    private static func longestFirst(_ prefixes: Substring) -> [String] {
        prefixes.split(separator: ",").map(String.init).sorted { $0.utf8.count > $1.utf8.count }
    }
}
