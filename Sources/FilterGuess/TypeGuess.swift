internal import InputFilters
internal import Records

/// How the columns of a file fit the fields of one record type.
struct TypeGuess {
    /// One column and the field it seems to feed.
    struct Pair {
        /// Index into the type's fields.
        var field: Int
        var column: Int
        /// From 0 to a little over 1.
        var score: Double
        var fit: ColumnFit
        /// Whether the column stands in for a field that must have a value and has no column of its own.
        var isStandIn = false
    }

    let type: RecordType
    /// In the order of the file's columns.
    var pairs: [Pair]
    /// For columns that feed nothing: the field nearest by name, and why it is not fed.
    private(set) var nearest: [Int: (field: Int, reason: String?)] = [:]
    /// Columns that seem to hold what is kept encrypted, whether they feed it or not.
    private var secrets: Set<Int> = []
    /// The key by which records are found; `nil` where the type takes records without one, and none is there.
    var key: [String]?
    /// Fields that must have a value, and that nothing could feed.
    var missing: [String] = []
    var score = 0.0

    let columns: [ColumnSample]
    let fits: FitMaker

    /// Below this a pair is not worth the risk.
    private static let leastScore = 0.42

    private static let commonTypes: Set<String> = ["account", "contact", "customer"]

    /// All keys whose fields are fed, in the order the type tries them.
    var keys: [[String]] {
        let fed = Set(pairs.map { type.fields[$0.field].name })
        return key == nil ? [] : type.keys.filter { $0.allSatisfy(fed.contains) }
    }

    /// Whether a document can be made of it.
    var isPossible: Bool { missing.isEmpty && !pairs.isEmpty && (key != nil || type.allowsNoKey) }

    init(_ type: RecordType, columns: [ColumnSample], fits: FitMaker, fileName: NameWords) {
        self.type = type
        self.columns = columns
        self.fits = fits
        pairs = []
        assign(FieldNames(type))
        orderFamilies()
        shareBilling()
        splitWholeName()
        findKey()
        standIn()
        pairs.sort { ($0.column, $0.field) < ($1.column, $1.field) }
        score += pairs.reduce(0) { $0 + ($1.isStandIn ? -1.5 : $1.score) }
        let own = Set(NameWords(type.name).words + NameWords(type.plural).words)
        if !own.isDisjoint(with: fileName.words) { score += 2 }
        // Other types have fields of many kinds, and files of them are rare: they need more to speak for them.
        if !Self.commonTypes.contains(type.name) { score -= 1.5 }
        // A person without a name is more likely something else.
        let names = ["firstName", "lastName"].compactMap { name in type.fields.firstIndex { $0.name == name }
        }
        if names.count == 2, !pairs.contains(where: { names.contains($0.field) }) { score -= 2 }
    }

    // MARK: Pairing

    private mutating func assign(_ names: FieldNames) {
        var scores = [[Double]](
            repeating: [Double](repeating: 0, count: columns.count), count: type.fields.count)
        var found: [Int: [Int: ColumnFit]] = [:]
        for column in columns {
            let words = NameWords(column.name ?? "")
            var best = 0.0
            var bestSecret = 0.0
            for (index, field) in type.fields.enumerated() {
                let pair = pairScore(column, words, field, named: names.strength(of: words, for: index))
                guard pair > 0 else { continue }
                if field.isEncrypted {
                    secrets.insert(column.index)
                    bestSecret = max(bestSecret, pair)
                }
                let fit = fits.fit(column, to: field)
                guard fit.fits else {
                    if pair > best { nearest[column.index] = (index, fit.objection) }
                    best = max(best, pair)
                    continue
                }
                if pair > best { nearest[column.index] = (index, nil) }
                best = max(best, pair)
                guard pair >= Self.leastScore else { continue }
                scores[index][column.index] = pair
                found[index, default: [:]][column.index] = fit
            }
            // Most likely a secret: it feeds none of the fields that everybody sees.
            if bestSecret > 0, bestSecret >= best {
                for (index, field) in type.fields.enumerated() where !field.isEncrypted {
                    scores[index][column.index] = 0
                }
            }
        }
        for (field, column) in Assignment.best(scores, columns: columns.count).enumerated() {
            guard let column, let fit = found[field]?[column] else { continue }
            pairs.append(Pair(field: field, column: column, score: scores[field][column], fit: fit))
        }
    }

    /// How much speaks for a pair, before the values are tried: 0 where nothing does.
    private func pairScore(
        _ column: ColumnSample, _ words: NameWords, _ field: Field, named: Double
    ) -> Double {
        let isForeign = SynonymTable.shared.foreign.contains(words.key) && named < FieldNames.Strength.exact
        guard !isForeign else { return 0 }
        // Without a name that says so nothing is taken for a secret: its field could hold any column.
        guard named > 0 || !field.isEncrypted else { return 0 }
        let byValues = valueScore(column, field)
        var score = max(named, byValues)
        guard score >= FieldNames.Strength.least else { return 0 }
        if named > 0, byValues > 0 { score += 0.05 }
        if type.keys.contains([field.name]) {
            let repeated = Double(column.repeats) / Double(max(1, column.filled.count))
            if named <= FieldNames.Strength.weak, !column.isNearlyFull || repeated > 0.1 { return 0 }
            if repeated > 0.5, column.values.count > 3 { score *= 0.7 }
            if named == FieldNames.Strength.weak { score += 0.1 }
        }
        if column.isBlank { score *= 0.85 }
        score += 0.02 * column.filledShare
        // The first of a family's numbers first, where a name has none.
        if named < FieldNames.Strength.exact, let number = FieldNames.family(field, in: type).number {
            score -= 0.001 * Double(number)
        }
        return score
    }

    /// What the values alone say, for kinds that have a form of their own; more without a header.
    private func valueScore(_ column: ColumnSample, _ field: Field) -> Double {
        switch field.kind {
        case .email: return column.share(where: ValueShape.isEmail) >= 0.9 ? 0.55 : 0
        case .phone:
            let isMarked = column.share(where: ValueShape.isPhone) >= 0.4
            return isMarked && column.share(where: ValueShape.isPhoneOrBare) >= 0.9 ? 0.5 : 0
        default: break
        }
        guard column.name == nil, !column.isBlank else { return 0 }
        switch field.name {
        case "dateOfBirth":
            return column.share(where: ValueShape.isDateLike) >= 0.9 ? 0.45 : 0
        case "state":
            return column.looksLikeStates ? 0.5 : 0
        case "city":
            // Words before the states, as addresses are written.
            let isBeforeStates = column.index + 1 < columns.count && columns[column.index + 1].looksLikeStates
            return isBeforeStates && column.share { !$0.contains(where: ValueShape.isDigit) } >= 0.95
                ? 0.45 : 0
        case "address1": return column.share(where: ValueShape.isStreet) >= 0.8 ? 0.45 : 0
        case "country":
            let share = column.share { CountryNames.code(String(decoding: $0, as: UTF8.self)) != nil }
            return share >= 0.95 && !column.looksLikeStates ? 0.5 : 0
        case "postalCode":
            let isZIP = column.share {
                $0.prefix(5).allSatisfy(ValueShape.isDigit)
                    && ($0.count == 5 || $0.count == 10 && $0[5] == 0x2D)
            }
            return isZIP >= 0.95 && column.repeats > 0 ? 0.45 : 0
        case "website": return column.share(where: ValueShape.isLink) >= 0.9 ? 0.5 : 0
        default: return 0
        }
    }

    /// Gives the numbers of a family in the order of the file's columns, but for columns that name theirs.
    private mutating func orderFamilies() {
        var members: [String: [Int]] = [:]
        for (index, pair) in pairs.enumerated() {
            let family = FieldNames.family(type.fields[pair.field], in: type)
            guard let stem = family.stem, let number = family.number else { continue }
            let isNumbered = NameWords(columns[pair.column].name ?? "").words.contains("\(number)")
            guard !isNumbered else { continue }
            members[stem, default: []].append(index)
        }
        for indices in members.values {
            let byColumn = indices.sorted { pairs[$0].column < pairs[$1].column }
            for (index, field) in zip(byColumn, indices.map { pairs[$0].field }.sorted()) {
                pairs[index].field = field
                pairs[index].fit.rule.field = type.fields[field].name
            }
        }
    }

    // MARK: Key and required fields

    private mutating func findKey() {
        func pair(_ name: String) -> Pair? { pairs.first { type.fields[$0.field].name == name } }
        for candidate in type.keys {
            let parts = candidate.compactMap(pair)
            guard parts.count == candidate.count else { continue }
            if type.allowsNoKey || parts.allSatisfy({ columns[$0.column].isNearlyFull }) {
                key = candidate
                score += 1
                return
            }
        }
        guard let name = type.keys.first(where: { $0.count == 1 })?.first,
            let index = type.fields.firstIndex(where: { $0.name == name && $0.kind == .identifier }),
            let column = keyColumn()
        else { return keyByEmail() }
        pairs.removeAll { $0.field == index || $0.column == column.index }
        var fit = fits.fit(column, to: type.fields[index])
        guard fit.fits else { return }
        fit.notes.append(
            column.repeats == 0
                ? "every value differs, so it can be the key; no name says so"
                : "nearly every value differs, so it can be the key; no name says so")
        pairs.append(Pair(field: index, column: column.index, score: 0.5, fit: fit))
        key = [name]
        score += 0.25
    }

    /// Whether the column seems to hold what is kept encrypted.
    ///
    /// Its values are never shown, and it feeds no field that is not encrypted.
    func isSecret(_ column: ColumnSample) -> Bool { secrets.contains(column.index) }

    /// A column that no field has, whose values are there, differ, and look like identifiers, but for a few bad records.
    private func keyColumn() -> ColumnSample? {
        let taken = Set(pairs.filter { $0.score > 0.7 }.map(\.column))
        let able = columns.filter { column in
            guard !isSecret(column) else { return false }
            guard !taken.contains(column.index), !column.isBlank, column.isNearlyFull,
                column.repeats == 0 || Tolerance.allows(bad: column.repeats, of: column.filled.count)
            else { return false }
            return column.share(where: ValueShape.isIdentifier) >= 0.9
                && column.share(where: ValueShape.isDateLike) < 0.5
                && column.share(where: ValueShape.isPhone) < 0.5
                && column.share { $0.contains(UInt8(ascii: ".")) && ValueShape.isNumber($0) } < 0.5
        }
        let idWords: Set<String> = [
            "id", "key", "code", "number", "no", "nr", "uuid", "guid", "ref", "reference", "num",
            "identifier", "nummer",
            "numero",
        ]
        let named = able.first { !idWords.isDisjoint(with: NameWords($0.name ?? "").words) }
        return named ?? able.first { $0.name == nil || $0.index == 0 }
    }
}

extension TypeGuess {
    /// Takes a column out again, with the reason.
    mutating func demote(_ pair: Pair, reason: String) {
        pairs.removeAll { $0.field == pair.field }
        nearest[pair.column] = (pair.field, reason)
        let name = type.fields[pair.field].name
        if key?.contains(name) ?? false { key = nil }
        if type.fields[pair.field].isRequired { missing.append(name) }
    }
}

extension ColumnSample {
    /// Whether so few records have no value that they are plainly bad; a file without records has none.
    var isNearlyFull: Bool { values.isEmpty || Tolerance.allows(bad: blanks, of: values.count) }
    /// Whether the values are codes of states.
    var looksLikeStates: Bool {
        share { CountryNames.states.contains(String(decoding: $0, as: UTF8.self).uppercased()) } >= 0.95
    }
    /// Whether the values are sentences rather than names.
    var isLong: Bool { share { $0.count > 60 } > 0.3 }
}
