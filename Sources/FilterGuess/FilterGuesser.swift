package import Records

/// Looks at the beginning of a file and writes the input filter that seems to fit it.
///
/// What is guessed is checked by the stages of an import before it is given: a column whose values the field
/// would refuse is left out, with the reason. Nothing is read or written here.
package struct FilterGuesser {
    private let head: FileHead
    private let wishes: GuessWishes
    private let types: [RecordType]

    /// A guesser for one file; of two record types that fit alike the first is taken.
    package init(head: FileHead, wishes: GuessWishes, recordTypes: [RecordType]) {
        self.head = head
        self.wishes = wishes
        types = recordTypes
    }

    /// Guesses.
    ///
    /// - Throws: refused: `not_a_table`, `guess_no_key`, `required_field_unmapped`, `guess_no_column`,
    ///   `bad_name`, `unknown_country`; and what refuses the sample, such as `header_encoding`.
    package func guess() throws(Failure) -> GuessedFilter {
        try checkWishes()
        let known = types.reduce(into: SynonymTable.shared.foreign) {
            $0.formUnion(FieldNames($1).knownKeys)
        }
        func isKnownName(_ text: String) -> Bool { known.contains(NameWords(text).key) }
        guard let table = SampleTable(head, hasHeader: wishes.hasHeader, isKnownName: isKnownName) else {
            throw Failure(
                .refused, code: "not_a_table",
                message: "\(head.name): no records of fields can be seen in it",
                hint:
                    "Look at the file's beginning: head -c 300 FILE. It should be text with one record a line."
            )
        }
        let country = CountryGuess.guess(table.columns, told: wishes.country)
        let fits = FitMaker(
            columns: table.columns, country: country, showsValues: wishes.showsExamples)
        let guesses = types.enumerated().map { order, type in
            (order, TypeGuess(type, columns: table.columns, fits: fits, fileName: NameWords(head.name)))
        }.sorted { ($0.1.score, -$0.0) > ($1.1.score, -$1.0) }.map(\.1)
        guard var best = guesses.first(where: \.isPossible) else {
            throw impossible(guesses.first, table)
        }
        return try checked(&best, table, country, others: guesses)
    }

    private func checkWishes() throws(Failure) {
        if let country = wishes.country, PhoneCountry(code: country) == nil {
            throw Failure(
                .refused, code: "unknown_country",
                message: "'\(country)' is no country whose numbering plan is known",
                hint: "Give two capital letters, e.g. US.")
        }
    }

    /// Takes out what the stages refuse, until the document passes.
    private func checked(
        _ guess: inout TypeGuess, _ table: SampleTable, _ country: CountryGuess?, others: [TypeGuess]
    ) throws(Failure) -> GuessedFilter {
        while true {
            guard guess.isPossible else { throw impossible(guess, table) }
            let draft = GuessDraft(
                head: head, wishes: wishes, table: table, guess: guess, country: country, others: others)
            let yaml = draft.yaml
            let check = try SampleCheck(
                yaml: yaml, name: "the guessed filter", type: guess.type, bytes: table.wholeRecords)
            guard let field = check.tooStrict.first,
                let pair = guess.pairs.first(where: { guess.type.fields[$0.field].name == field })
            else { return draft.filter(yaml: yaml, check: check) }
            // The message repeats a value.
            let issue = check.byField[field]?.issue
            let reason = (wishes.showsExamples ? issue?.message : issue?.code) ?? field
            guess.demote(pair, reason: "too many of its values would be refused, the first: \(reason)")
        }
    }

    private func impossible(_ guess: TypeGuess?, _ table: SampleTable) -> Failure {
        guard let guess, !guess.pairs.isEmpty else {
            return Failure(
                .refused, code: "guess_no_column",
                message: "\(head.name): no column seems to belong to a field",
                hint: "Columns of the file: \(table.titles). Fields are listed in docs/record-types.md.")
        }
        if let field = guess.missing.first(where: { !guess.type.keys.contains([$0]) }) {
            return Failure(
                .refused, code: "required_field_unmapped",
                message: "no column feeds '\(field)', which every new \(guess.type.name) must have",
                hint: "Say with --type what the records are, if not \(guess.type.plural).")
        }
        let keys = guess.type.keys.map { $0.joined(separator: " with ") }.joined(separator: ", or ")
        return Failure(
            .refused, code: "guess_no_key",
            message:
                "\(head.name): no column tells the records apart, and each \(guess.type.name) needs \(keys)",
            hint:
                "Add a column with a number or name of each record's own, or say with --type what they are. "
                + "Columns of the file: \(table.titles).")
    }
}
