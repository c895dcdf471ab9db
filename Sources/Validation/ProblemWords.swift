internal import Records

/// Tells people what is wrong: the field, the value as it stands in the file, and what is expected.
///
/// Values of encrypted fields are never told.
struct ProblemWords {
    private let batch: MappedBatch
    private let texts: Texts

    init(_ batch: MappedBatch) {
        self.batch = batch
        texts = Texts(of: batch.records.storage)
    }

    func issue(_ finding: Finding) -> Issue {
        let plan = batch.fields[Int(finding.field)]
        return Issue(
            code: code(of: finding.problem, kind: plan.field.kind), field: plan.field.name,
            column: plan.sourceColumn.map { $0 + 1 },
            message: "\(plan.field.name): \(message(of: finding, plan))")
    }

    private func code(of problem: Problem, kind: FieldKind) -> String {
        switch problem {
        case .requiredMissing: "required_missing"
        case .keyMissing: "key_missing"
        case .invalidUTF8: batch.records.encodingIssueCode
        case .nulByte: "nul_byte"
        case .tooLong: "\(Field.snakeCase(kind.name))_too_long"
        case .malformed: "\(Field.snakeCase(kind.name))_malformed"
        case .unknownChoice: "choice_unknown"
        case .masked: "masked_value"
        }
    }

    private func message(of finding: Finding, _ plan: FieldPlan) -> String {
        let record = Int(finding.record)
        let cell = batch.records.storage.plane(plan.plane)[record]
        switch finding.problem {
        case .requiredMissing: return "the field is required, and is blank"
        case .keyMissing: return "the record has no whole key, by which it could be found again"
        case .invalidUTF8(let at):
            return
                "invalid \(batch.records.encodingName) at \(place(at, cell, record)); is the file in another encoding?"
        case .nulByte(let at): return "a NUL byte at \(place(at, cell, record))"
        case .tooLong(_, let most) where plan.field.isEncrypted:
            // How long a secret is, is nobody's business either.
            return "the value is too long: at most \(most) \(Self.unit(plan.field.kind)) are allowed"
        case .tooLong(let count, let most):
            return
                "\(shown(cell, plan)) has \(count) \(Self.unit(plan.field.kind)), at most \(most) are allowed"
        case .malformed(let reason):
            let why = reason.words.map { ": \($0)" } ?? ""
            return "\(shown(cell, plan)) is not \(Self.expected(plan))\(why)"
        case .unknownChoice:
            return "\(shown(cell, plan)) is not \(Self.expected(plan))"
        case .masked:
            return
                "'\(SealedForm.mask)' stands for a value that was not shown: it must not take that value's place"
        }
    }

    /// The byte of the source where a value has its fault; of its record, where the value was made on the way.
    private func place(_ offset: Int, _ cell: Cell, _ record: Int) -> String {
        guard !cell.isArena else {
            return "byte \(offset + 1) of the value (record at byte "
                + "\(batch.records.sourcePosition(of: record).byteOffset) of the source)"
        }
        return "byte \(batch.records.sourceByteOffset(of: cell.offset + offset)) of the source"
    }

    private func shown(_ cell: Cell, _ plan: FieldPlan) -> String {
        plan.field.isEncrypted ? "the value" : ShownValue.quoted(texts[cell])
    }

    private static func unit(_ kind: FieldKind) -> String {
        switch kind {
        case .integer: "digits"
        default: "characters"
        }
    }

    /// What a value of the plan looks like, as the end of "… is not".
    private static func expected(_ plan: FieldPlan) -> String {
        switch plan.field.kind {
        case .text: "a text"
        case .identifier: "an identifier"
        case .integer: "a whole number such as 1200 or -5"
        case .decimal(0): "a number without decimal places, such as 1200"
        case .decimal(let places):
            "a decimal such as 1200.5, with at most \(places) places and no other signs"
        case .date: "a date of the form \(plan.datePattern ?? "yyyy-MM-dd")"
        case .dateTime: "a date and time of the form \(plan.datePattern ?? "yyyy-MM-ddTHH:mm:ssZ")"
        case .boolean: "one of true/false, yes/no, y/n, t/f, on/off, 1/0"
        case .email: "an e-mail address"
        case .phone: plan.phoneCountry.map { "a phone number of \($0) or of the form +…" } ?? "a phone number"
        case .choice(let words): "one of: \(listed(words))"
        }
    }

    /// The words a choice allows; of a long list its beginning.
    private static func listed(_ words: [String]) -> String {
        let most = 20
        let more = words.count > most ? " and \(words.count - most) more" : ""
        return words.prefix(most).joined(separator: ", ") + more
    }
}
