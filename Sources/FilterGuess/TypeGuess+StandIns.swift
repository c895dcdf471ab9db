internal import InputFilters
internal import Records

/// Columns that feed a field beside the one they are for, or two.
extension TypeGuess {
    /// Takes the e-mail address for the number that records are found by, where nothing else can be it.
    mutating func keyByEmail() {
        guard !type.allowsNoKey, let name = type.keys.first(where: { $0.count == 1 })?.first,
            let index = type.fields.firstIndex(where: { $0.name == name && $0.kind == .identifier }),
            let email = pairs.first(where: { type.fields[$0.field].kind == .email }),
            !isSecret(columns[email.column]),
            columns[email.column].isNearlyFull,
            columns[email.column].repeats * 10 <= columns[email.column].filled.count
        else { return }
        var fit = fits.fit(columns[email.column], to: type.fields[index])
        guard fit.fits else { return }
        // Addresses are the same however they are written.
        fit.rule.transform = TextTransform(trims: true, letterCase: .lower)
        fit.rule.split = email.fit.rule.split
        fit.notes.append(
            "no column is a \(type.name)'s number, so its e-mail address is taken: who changes it is a new one"
        )
        pairs.append(Pair(field: index, column: email.column, score: 0, fit: fit, isStandIn: true))
        key = [name]
        // A stand-in takes as much again.
        score += 1.5
    }

    /// Feeds the plain address from the billing one where it is the only one.
    mutating func shareBilling() {
        for (plain, billing) in Self.billed {
            guard let index = type.fields.firstIndex(where: { $0.name == plain }),
                !pairs.contains(where: { $0.field == index }),
                let pair = pairs.first(where: { type.fields[$0.field].name == billing }),
                !isSecret(columns[pair.column])
            else { continue }
            var fit = fits.fit(columns[pair.column], to: type.fields[index])
            guard fit.fits else { continue }
            fit.notes.append("the file has no address but that for bills")
            pairs.append(Pair(field: index, column: pair.column, score: pair.score, fit: fit))
        }
    }

    private static let billed = [
        ("address1", "billingAddress1"), ("city", "billingCity"), ("state", "billingState"),
        ("postalCode", "billingPostalCode"), ("country", "billingCountry"),
    ]

    /// Parts a column of whole names into first and last ones where these have no columns of their own.
    mutating func splitWholeName() {
        let fields = ["firstName", "lastName"].compactMap { name in
            type.fields.firstIndex { $0.name == name }
        }
        guard fields.count == 2, !pairs.contains(where: { fields.contains($0.field) }),
            let column = columns.first(where: { column in
                Self.wholeNames.contains(NameWords(column.name ?? "").key) && !isSecret(column)
                    && !pairs.contains { $0.column == column.index }
                    && column.share { $0.contains(0x20) && !$0.contains(where: ValueShape.isDigit) } >= 0.7
            })
        else { return }
        for (field, part) in zip(fields, [Split.Part.first, .afterFirst]) {
            var fit = fits.fit(column, to: type.fields[field])
            guard fit.fits else { return }
            fit.rule.split = Split(separator: " ", part: part)
            if part == .first {
                fit.notes.append("what stands before the first space is taken for the first name")
            }
            pairs.append(Pair(field: field, column: column.index, score: 0.9, fit: fit))
        }
    }

    private static let wholeNames: Set<String> = [
        "name", "fullname", "contactname", "personname", "displayname", "clientname", "customername",
        "username",
        "vollername", "nomcomplet", "nombrecompleto",
    ]

    /// Feeds text fields that every new record must have, and that no column is for, from the nearest column.
    mutating func standIn() {
        for (index, field) in type.fields.enumerated()
        where field.isRequired && !pairs.contains(where: { $0.field == index }) && key != [field.name] {
            guard field.kind == .text, let column = standInColumn(for: field) else {
                missing.append(field.name)
                continue
            }
            var fit = fits.fit(column, to: field)
            fit.notes.append(
                "every new \(type.name) must have a \(field.name), and no column seems to be it: name a better"
            )
            pairs.append(Pair(field: index, column: column.index, score: 0, fit: fit, isStandIn: true))
        }
    }

    private func standInColumn(for field: Field) -> ColumnSample? {
        let wanted = Set(NameWords(field.name).words).union(["name"])
        let keys = Set(key ?? [])
        func rank(_ column: ColumnSample) -> Int {
            let shares = !wanted.isDisjoint(with: NameWords(column.name ?? "").words)
            let isFree = !pairs.contains { $0.column == column.index }
            let isWords = column.share { !$0.contains(where: ValueShape.isDigit) && $0.count > 2 } > 0.9
            let isKey = pairs.contains {
                $0.column == column.index && keys.contains(type.fields[$0.field].name)
            }
            return shares ? 4 : isWords && isFree && !column.isLong ? 3 : isKey ? 2 : isWords ? 1 : 0
        }
        let able = columns.filter { column in
            column.filledShare > 0.98 && !isSecret(column) && fits.fit(column, to: field).fits
        }
        return able.max { (rank($0), -$0.index) < (rank($1), -$1.index) }
    }
}
