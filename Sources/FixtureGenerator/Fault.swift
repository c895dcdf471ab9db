/// The one thing wrong with a record that must be rejected.
enum Fault: Hashable, CaseIterable {
    case emailMalformed
    case phoneMalformed
    case dateMalformed
    case decimalMalformed
    case integerMalformed
    case textTooLong
    case tooFewFields
    case tooManyFields
    case requiredMissing
    case emailTooLong
    case invalidUTF8
    case choiceUnknown

    /// The code that the reject must have.
    var code: String {
        switch self {
        case .emailMalformed: "email_malformed"
        case .phoneMalformed: "phone_malformed"
        case .dateMalformed: "date_malformed"
        case .decimalMalformed: "decimal_malformed"
        case .integerMalformed: "integer_malformed"
        case .textTooLong: "text_too_long"
        case .tooFewFields, .tooManyFields: "field_count"
        case .requiredMissing: "required_missing"
        case .emailTooLong: "email_too_long"
        case .invalidUTF8: "invalid_utf8"
        case .choiceUnknown: "choice_unknown"
        }
    }

    /// Whether the record may come again without the fault.
    ///
    /// Only where the fault lies in columns that a comparison of two importers' tables leaves out anyway:
    /// one that keeps the first record of a key, faults and all, then still has the same names and dates.
    var canBeMended: Bool {
        switch self {
        case .emailMalformed, .decimalMalformed, .choiceUnknown: true
        default: false
        }
    }

    /// Draws a value that has the fault; none of them is sound under any common reading of its kind.
    func draw(_ random: inout SplitMix64) -> [UInt8] {
        let values = Self.values[self] ?? []
        precondition(!values.isEmpty, "the fault is not one of a value")
        return values[random.below(values.count)]
    }

    private static let values: [Fault: [[UInt8]]] = [
        .emailMalformed: texts(
            "mary.smith.example.com", "mary@@example.com", "mary.smith@", "@example.com", "none"),
        .phoneMalformed: texts("212-555-01", "55501", "n/a", "212555"),
        .dateMalformed: texts(
            "02/30/1980", "02/29/1981", "13/05/1975", "04/31/1990", "00/12/1968", "06/1977"),
        .decimalMalformed: texts("12.3.4", "n/a", "1O5.00", "--5.00"),
        .integerMalformed: texts("about 50", "12.5", "5O"),
        .textTooLong: [Array(String(repeating: "Maria Guadalupe ", count: 16).utf8) + Array("Perez".utf8)],
        .emailTooLong: [longEmail],
        .invalidUTF8: [
            // A byte that never occurs, a sequence cut short, an overlong slash, half of a surrogate pair.
            [0x53, 0x6D, 0xFF, 0x74, 0x68], [0x4D, 0x75, 0xC3, 0x6F, 0x7A], [0x4C, 0xC0, 0xAF, 0x65],
            [0x4B, 0xED, 0xA0, 0x80, 0x6D],
        ],
        .choiceUnknown: texts("MAYBE", "X", "ask again"),
    ]

    private static func texts(_ values: String...) -> [[UInt8]] { values.map { Array($0.utf8) } }

    /// 264 characters and sound in all else: no part before or between the dots is over its own limit.
    private static let longEmail: [UInt8] = {
        let label = String(repeating: "a", count: 63) + "."
        return Array("mary.smith@\(label)\(label)\(label)".utf8)
            + Array((String(repeating: "b", count: 49) + ".example.com").utf8)
    }()
}
