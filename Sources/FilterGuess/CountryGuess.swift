internal import Records

/// Where a file seems to come from: which country phones belong to that name none, and how dates are ordered.
struct CountryGuess: Hashable {
    /// ISO 3166-1 alpha-2.
    var code: String
    /// For a comment.
    var reason: String
    var isSure: Bool

    /// The first of these that says something: what was told, the numbers' own prefixes, columns of countries
    /// and states, the numbers' form, the language of the names.
    static func guess(_ columns: [ColumnSample], told: String?) -> CountryGuess? {
        if let told { return CountryGuess(code: told, reason: "told by --country", isSure: true) }
        return byCountryColumn(columns) ?? byStates(columns) ?? byPrefixes(columns) ?? byForm(columns)
            ?? byLanguage(columns)
    }

    /// A column whose values are countries, one of them in nine records of ten.
    private static func byCountryColumn(_ columns: [ColumnSample]) -> CountryGuess? {
        for column in columns where column.filledShare > 0.5 && column.times.count <= 60 {
            var times: [String: Int] = [:]
            for (value, count) in column.times {
                guard let code = CountryNames.code(String(decoding: value, as: UTF8.self)) else { continue }
                times[code, default: 0] += count
            }
            // Two letters may be states or languages: the column's name has to say that they are countries.
            let isLong = column.filled.contains { $0.count > 3 }
            guard isLong || CountryNames.isColumn(column.name) else { continue }
            guard let (code, count) = times.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
                Double(count) > 0.9 * Double(column.filled.count), PhoneCountry(code: code) != nil
            else { continue }
            return CountryGuess(code: code, reason: "by column \(column.title)", isSure: true)
        }
        return nil
    }

    private static func byStates(_ columns: [ColumnSample]) -> CountryGuess? {
        for column in columns where column.filled.count >= 2 && column.filled.allSatisfy({ $0.count == 2 }) {
            let share = column.share {
                CountryNames.states.contains(String(decoding: $0, as: UTF8.self).uppercased())
            }
            let isNamed = NameWords(column.name ?? "").words.contains {
                ["state", "st", "province"].contains($0)
            }
            if share > 0.95, isNamed || column.times.count >= 5 {
                return CountryGuess(code: "US", reason: "by the states in \(column.title)", isSure: true)
            }
        }
        return nil
    }

    /// The country of most numbers that have one.
    private static func byPrefixes(_ columns: [ColumnSample]) -> CountryGuess? {
        var times: [String: Int] = [:]
        var total = 0
        for value in columns.lazy.flatMap(\.tried) where value.first == UInt8(ascii: "+") && value.count > 7 {
            let digits = String(decoding: value.filter(ValueShape.isDigit), as: UTF8.self)
            guard let code = CountryNames.code(ofDialled: digits) else { continue }
            times[code, default: 0] += 1
            total += 1
        }
        guard let (code, count) = times.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
            count * 3 > total * 2
        else { return nil }
        return CountryGuess(code: code, reason: "by the numbers that name one", isSure: true)
    }

    /// Three, three and four digits, as North America writes them.
    private static func byForm(_ columns: [ColumnSample]) -> CountryGuess? {
        for column in columns where !column.isBlank {
            let share = column.share { value in
                let parts = value.split { !ValueShape.isDigit($0) }.map(\.count)
                let isPhone = value.allSatisfy { ValueShape.isDigit($0) || " -.()".utf8.contains($0) }
                return isPhone && (parts == [3, 3, 4] || parts == [1, 3, 3, 4])
            }
            if share > 0.8 {
                return CountryGuess(code: "US", reason: "by the form of \(column.title)", isSure: true)
            }
        }
        return nil
    }

    private static func byLanguage(_ columns: [ColumnSample]) -> CountryGuess? {
        let keys = Set(columns.map { NameWords($0.name ?? "").key })
        for (code, words) in CountryNames.languages where keys.intersection(words).count >= 2 {
            return CountryGuess(code: code, reason: "by the language of the names", isSure: false)
        }
        return nil
    }
}

/// Names of countries and states as files have them.
enum CountryNames {
    /// The code of a country written as one or by its name; `nil` where it is neither.
    static func code(_ text: String) -> String? {
        let key = NameWords(text).key
        if key.count == 2, PhoneCountry(code: key) != nil { return key == "uk" ? "GB" : key.uppercased() }
        return byName[key]
    }

    static func isColumn(_ name: String?) -> Bool {
        let words = NameWords(name ?? "").words
        return words.contains { ["country", "nation", "land", "staat", "pays", "pais"].contains($0) }
    }

    /// The country of an international number's digits; the greatest where several share a code.
    static func code(ofDialled digits: String) -> String? {
        if digits.hasPrefix("1") { return "US" }
        return (1...3).reversed().lazy.compactMap { byDiallingCode[String(digits.prefix($0))] }.first
    }

    private static let byDiallingCode: [String: String] = {
        var codes: [String: String] = [:]
        for code in PhoneCountry.codes {
            guard let country = PhoneCountry(code: code) else { continue }
            if codes[country.diallingCode] == nil || greatest.contains(code) {
                codes[country.diallingCode] = code
            }
        }
        return codes
    }()

    /// Where territories share a dialling code, the country they belong to.
    private static let greatest: Set<String> = ["GB", "AU", "FI", "IT", "NO", "RU", "MA", "FR", "NL"]

    private static let byName: [String: String] = {
        var codes = ["uk": "GB", "usa": "US"]
        for line in names.split(separator: "\n") {
            let parts = line.split(separator: ":")
            for name in parts[1].split(separator: ",") {
                codes[NameWords(String(name)).key] = String(parts[0])
            }
        }
        return codes
    }()

    private static let names = """
        US:United States,United States of America,U.S.A.,U.S.,Vereinigte Staaten,Etats-Unis,Estados Unidos
        CA:Canada,Kanada
        MX:Mexico,México
        GB:United Kingdom,Great Britain,England,Scotland,Wales,GBR
        IE:Ireland
        DE:Germany,Deutschland,Allemagne,Alemania,DEU
        AT:Austria,Österreich
        CH:Switzerland,Schweiz,Suisse
        FR:France,Frankreich,Francia,FRA
        ES:Spain,España,Spanien,Espagne
        IT:Italy,Italia,Italien
        PT:Portugal
        NL:Netherlands,Nederland,Holland
        BE:Belgium,Belgique,België
        DK:Denmark,Danmark
        SE:Sweden,Sverige
        NO:Norway,Norge
        FI:Finland,Suomi
        PL:Poland,Polska
        CZ:Czechia,Czech Republic
        AU:Australia,AUS
        NZ:New Zealand
        JP:Japan,日本
        IN:India
        BR:Brazil,Brasil
        AR:Argentina
        ZA:South Africa
        """

    static let states = Set(
        """
        AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK
        OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU AS MP
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// Words of columns' names that only one language has; the country is where most who write it live.
    static let languages: [(code: String, words: Set<String>)] = [
        (
            "DE",
            [
                "vorname", "nachname", "strasse", "plz", "ort", "telefon", "geburtsdatum", "firma",
                "postleitzahl",
            ]
        ),
        ("FR", ["prenom", "nom", "codepostal", "ville", "datedenaissance", "rue", "pays"]),
        (
            "ES",
            ["nombre", "apellido", "apellidos", "codigopostal", "ciudad", "telefono", "fechadenacimiento"]
        ),
    ]
}
