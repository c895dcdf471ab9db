/// What a field's value is, and so how it is read, checked, stored and shown.
package enum FieldKind: Hashable, Sendable {
    /// Any text; trimmed of nothing, kept as it is.
    case text
    /// A text that names something: kept as it is, leading zeros included; no control characters.
    case identifier
    /// A whole number of at most 18 digits.
    case integer
    /// A decimal number kept exactly, stored as an integer scaled by `places`.
    case decimal(places: Int)
    /// A day, stored as `yyyy-MM-dd`.
    case date
    /// A moment, stored as milliseconds since 1970-01-01T00:00:00Z.
    case dateTime
    /// Stored as 0 or 1.
    case boolean
    /// An e-mail address: one `@`, at most 254 characters (RFC 5321 §4.5.3.1).
    case email
    /// A phone number, stored in E.164: `+` and at most 15 digits.
    case phone
    /// One of a few words, compared without regard to case and stored as declared.
    case choice([String])

    /// The word for the kind in documents.
    package var name: String {
        switch self {
        case .text: "text"
        case .identifier: "identifier"
        case .integer: "integer"
        case .decimal: "decimal"
        case .date: "date"
        case .dateTime: "dateTime"
        case .boolean: "boolean"
        case .email: "email"
        case .phone: "phone"
        case .choice: "choice"
        }
    }

    /// Most characters of a value where the declaration does not say.
    package var standardLength: Int { self == .email ? 254 : 255 }

    /// Whether quick search can look into it.
    var isSearchable: Bool {
        switch self {
        case .text, .identifier, .email, .phone: true
        default: false
        }
    }

    /// Whether a value is stored as an INTEGER; all others are TEXT.
    package var isStoredAsInteger: Bool {
        switch self {
        case .integer, .decimal, .dateTime, .boolean: true
        default: false
        }
    }
}

/// One field of a record type, as it is declared.
package struct Field: Hashable, Sendable {
    /// The catalogue's identifier, camel case: `firstName`.
    package var name: String
    package var kind: FieldKind
    /// Most characters (Unicode scalars) of a text.
    package var maxLength: Int
    /// Every new record must have a value.
    package var isRequired: Bool
    /// No two records may have the same value.
    package var isUnique: Bool
    /// Has an index of its own though it is no key.
    package var isIndexed: Bool
    /// Kept encrypted; cannot be a key, filtered or sorted.
    package var isEncrypted: Bool
    /// Quick search looks into it.
    package var isSearchable: Bool
    /// The key of the type whose value in another record the field holds: that record is its parent.
    package var parentKey: String?
    /// What the values begin with that are made for new records without one; `nil` where none are made.
    package var generatedPrefix: String?

    package init(
        name: String, kind: FieldKind, maxLength: Int = 255, isRequired: Bool = false, isUnique: Bool = false,
        isIndexed: Bool = false, isEncrypted: Bool = false, isSearchable: Bool = false,
        parentKey: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.maxLength = maxLength
        self.isRequired = isRequired
        self.isUnique = isUnique
        self.isIndexed = isIndexed
        self.isEncrypted = isEncrypted
        self.isSearchable = isSearchable
        self.parentKey = parentKey
    }

    /// Whether quick search looks into it where the declaration does not say: keys of one field, e-mail addresses
    /// and phones.
    var isSearchableByStandard: Bool {
        guard !isEncrypted else { return false }
        return kind == .email || kind == .phone || (isUnique && kind.isSearchable)
    }

    /// The column's name in the table: snake case.
    package var column: String { Self.snakeCase(name) }

    /// `firstName` → `first_name`, `address1` → `address1`.
    package static func snakeCase(_ name: String) -> String {
        var out = ""
        for scalar in name.unicodeScalars {
            if scalar.properties.isUppercase {
                out += "_"
                out += scalar.properties.lowercaseMapping
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// A name with its case, spaces, underscores and hyphens taken out: how header names are compared.
    ///
    /// Compared in Unicode normal form C, as Swift's strings are.
    package static func comparableName(_ name: String) -> String {
        if let plain = comparableASCII(name) { return plain }
        var out = ""
        for scalar in name.unicodeScalars
        where !(scalar.properties.isWhitespace || scalar == "_" || scalar == "-") {
            out += scalar.properties.lowercaseMapping
        }
        return out
    }

    /// The same, where the name has ASCII alone, without looking characters up; `nil` where it has others.
    private static func comparableASCII(_ name: String) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count)
        for byte in name.utf8 {
            switch byte {
            case 0x80...: return nil
            case 0x09...0x0D, UInt8(ascii: " "), UInt8(ascii: "_"), UInt8(ascii: "-"): continue
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
