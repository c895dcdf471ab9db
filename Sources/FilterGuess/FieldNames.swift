internal import Records

/// How well names of columns fit fields, by names alone.
struct FieldNames {
    /// How much a name says, from nothing to being the field's own.
    enum Strength {
        static let exact = 1.0
        static let synonym = 0.95
        static let qualified = 0.85
        static let words = 0.75
        static let spelling = 0.7
        static let weak = 0.5
        /// Below this a pair is not looked at.
        static let least = 0.4
    }

    private struct Names {
        /// Strength by the name's key.
        var byKey: [String: Double] = [:]
        var fieldWords: Set<String> = []
    }

    private let type: RecordType
    private let names: [Names]

    init(_ type: RecordType) {
        self.type = type
        names = type.fields.map { Self.names(of: $0, in: type) }
    }

    /// The strength of a name for a field, by the field's index.
    func strength(of name: NameWords, for field: Int) -> Double {
        let key = name.key
        guard !key.isEmpty else { return 0 }
        let known = names[field]
        if let strength = known.byKey[key] { return strength }
        if SynonymTable.shared.foreign.contains(key) { return 0 }
        for shorter in qualifiedForms(of: name) {
            if let strength = known.byKey[shorter.key] { return strength * Strength.qualified }
        }
        let byWords = wordStrength(name, known)
        let bySpelling = spellingStrength(key, known)
        return max(byWords, bySpelling)
    }

    /// Keys of all names that are some field's, by themselves or as synonyms.
    var knownKeys: Set<String> { Set(names.flatMap(\.byKey.keys)) }

    /// The name without a word in front or behind that only says whose it is.
    private func qualifiedForms(of name: NameWords) -> [NameWords] {
        var forms: [NameWords] = []
        let words = name.words
        let own = NameWords(type.name).words
        // An account's id is no contact's.
        let isId = words.dropFirst().elementsEqual(["id"])
        if let first = words.first, words.count > 1,
            own.contains(first) || Self.owners.contains(first) && !isId
        {
            forms.append(NameWords(words: Array(words.dropFirst())))
        }
        if let last = words.last, words.count > 1, Self.trailing.contains(last) {
            forms.append(NameWords(words: words.dropLast()))
        }
        return forms
    }

    private static let owners: Set<String> = [
        "contact", "customer", "person", "client", "patient", "lead", "user", "member", "primary", "main",
        "current",
        "my", "the", "company", "account", "mailing", "home", "personal", "kontakt", "kunde", "kunden",
    ]
    private static let trailing: Set<String> = ["value", "text", "field", "c", "s", "s1"]

    /// By the words that name and field share; words that many fields have say less.
    private func wordStrength(_ name: NameWords, _ known: Names) -> Double {
        let words = Set(name.words.map { SynonymTable.abbreviations[$0] ?? $0 })
        let shared = words.intersection(known.fieldWords)
        guard !shared.isEmpty, known.fieldWords.count > 1 || shared.count == words.count else { return 0 }
        func weight(_ words: Set<String>) -> Double {
            words.reduce(0) { $0 + (Self.commonWords.contains($1) ? 0.5 : 1) }
        }
        let likeness = 2 * weight(shared) / (weight(words) + weight(known.fieldWords))
        return likeness > 0.99 ? Strength.words : likeness >= 0.75 ? Strength.words * likeness * 0.9 : 0
    }

    private static let commonWords: Set<String> = ["number", "id", "name", "code", "date", "type", "1", "2"]

    /// By slips of spelling; short names are not compared, since a slip makes another word of them.
    private func spellingStrength(_ key: String, _ known: Names) -> Double {
        guard key.utf8.count >= 5 else { return 0 }
        let near = known.byKey.filter {
            $0.value >= Strength.synonym && $0.key.utf8.count >= 5
                && abs($0.key.utf8.count - key.utf8.count) <= 1
                && $0.key.utf8.first == key.utf8.first
                // Another number is another column, not a slip.
                && Self.digits($0.key) == Self.digits(key)
        }
        guard !near.isEmpty else { return 0 }
        let letters = Array(key.unicodeScalars)
        let least = near.keys.map { NearestName.distance(letters, Array($0.unicodeScalars)) }.min() ?? .max
        return least <= (letters.count >= 9 ? 2 : 1) ? Strength.spelling : 0
    }

    private static func digits(_ key: String) -> [UInt8] { key.utf8.filter(ValueShape.isDigit) }

    private static func names(of field: Field, in type: RecordType) -> Names {
        var names = Names()
        let own = NameWords(field.name)
        names.fieldWords = Set(own.words)
        let table = SynonymTable.shared
        let (stem, number) = family(field, in: type)
        var lines = table.lines["\(type.name).\(field.name)".lowercased()] ?? []
        lines += table.lines[field.name.lowercased()] ?? []
        if let stem, let number {
            lines += table.lines[stem.lowercased()] ?? []
            for (key, strength) in table.lines["\(stem.lowercased())#"] ?? [] {
                let numbered = key.replacing("#", with: "\(number)")
                names.byKey[numbered] = strength
            }
        }
        for (key, strength) in lines {
            names.byKey[key] = max(names.byKey[key] ?? 0, strength)
        }
        names.byKey[own.key] = Strength.exact
        return names
    }

    /// The stem and number of a field that is one of many alike, such as `phone7`.
    static func family(_ field: Field, in type: RecordType) -> (stem: String?, number: Int?) {
        let digits = field.name.reversed().prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, let number = Int(String(digits.reversed())) else { return (nil, nil) }
        let stem = String(field.name.dropLast(digits.count))
        let isFamily = (1...3).allSatisfy { type.field(named: "\(stem)\($0)") != nil }
        return isFamily ? (stem, number) : (nil, nil)
    }
}

/// The table of synonyms, read once.
struct SynonymTable: Sendable {
    static let shared = SynonymTable()

    /// By field, or type and field, in lower case: keys of names and their strength.
    let lines: [String: [(key: String, strength: Double)]]
    /// Keys of names that no field is for.
    let foreign: Set<String>

    /// Words that stand for others.
    static let abbreviations: [String: String] = [
        "no": "number", "nr": "number", "num": "number", "nbr": "number", "nummer": "number",
        "addr": "address",
        "adr": "address", "tel": "phone", "telephone": "phone", "ph": "phone", "dept": "department",
        "acct": "account", "acc": "account", "dt": "date", "desc": "description", "fname": "first",
        "org": "company",
        "zip": "postal", "postcode": "postal", "ctry": "country", "st": "state", "qty": "quantity",
        "amt": "amount",
        "bal": "balance", "identifier": "id", "datum": "date", "mail": "email", "cust": "customer",
    ]

    private init() {
        var lines: [String: [(key: String, strength: Double)]] = [:]
        for line in FieldSynonyms.table.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { preconditionFailure("no field: \(line)") }
            let field = line[..<colon].lowercased()
            let names = line[line.index(after: colon)...].split(separator: ";").map(Self.read)
            precondition(lines.updateValue(names, forKey: field) == nil, "\(field) stands twice")
        }
        self.lines = lines
        foreign = Set(
            FieldSynonyms.foreign.split { $0 == ";" || $0 == "\n" }.map { NameWords(String($0)).key })
    }

    private static func read(_ name: Substring) -> (key: String, strength: Double) {
        let isWeak = name.contains("~")
        let parts = name.split(separator: "#", omittingEmptySubsequences: false)
        let key = parts.map { NameWords(String($0)).key }.joined(separator: "#")
        return (key, isWeak ? FieldNames.Strength.weak : FieldNames.Strength.synonym)
    }
}
