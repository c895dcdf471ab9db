/// What a new declaration of a record type changes, where it loses and reinterprets nothing that is stored.
package struct TypeGrowth: Hashable, Sendable {
    /// One line each, for people; empty where nothing differs but the order of fields.
    package let changes: [String]
    /// Required fields among the new ones: rows that are there have no value.
    package let newRequiredFields: [String]

    /// Compares a type with what it is to become.
    ///
    /// Allowed are more fields, longer texts, more choices, a field that is no longer required, a further index,
    /// records without a key, further keys of new fields, another limit.
    ///
    /// - Throws: `type_would_shrink`, naming each field and what is wrong with it.
    package init(from old: RecordType, to new: RecordType) throws(Failure) {
        var comparison = Comparison()
        comparison.compare(old, new)
        guard comparison.losses.isEmpty else {
            throw Failure(
                .refused, code: "type_would_shrink",
                message: "record type '\(old.name)' is in use, and the new declaration would lose or "
                    + "reinterpret what is stored: " + comparison.losses.joined(separator: "; "),
                hint: "Fields may be added, texts grow longer and choices more; see the present one with: "
                    + "sluice types show \(old.name)")
        }
        changes = comparison.changes
        newRequiredFields = comparison.newRequiredFields
    }

    private struct Comparison {
        var changes: [String] = []
        var losses: [String] = []
        var newRequiredFields: [String] = []

        mutating func compare(_ old: RecordType, _ new: RecordType) {
            if old.plural != new.plural {
                losses.append(
                    "the plural, which names its table, changes from \(old.plural) to \(new.plural)")
            }
            for field in old.fields {
                if let other = new.field(named: field.name) {
                    compare(field, other)
                } else {
                    losses.append("field '\(field.name)' is missing")
                }
            }
            for field in new.fields where old.field(named: field.name) == nil {
                changes.append("new field \(field.name), \(field.kind.name)")
                if field.isRequired { newRequiredFields.append(field.name) }
            }
            compareKeys(old, new)
            if old.allowsNoKey, !new.allowsNoKey {
                losses.append("records without a key are rejected, and there may be some")
            } else if old.allowsNoKey != new.allowsNoKey {
                changes.append("records without a key are created")
            }
            if old.limit != new.limit { changes.append("another limit") }
            compareRules(old, new)
        }

        private mutating func compareRules(_ old: RecordType, _ new: RecordType) {
            if old.protectedBy != new.protectedBy {
                changes.append(
                    "records are protected by "
                        + (new.protectedBy.isEmpty ? "no link" : new.protectedBy.joined(separator: ", ")))
            }
            if old.isAppendOnly, !new.isAppendOnly {
                losses.append("records may be changed, and those that are there were only to be added")
            } else if old.isAppendOnly != new.isAppendOnly {
                changes.append("records are only added, and never changed or deleted")
            }
            if let draft = old.draftField, new.draftField != draft {
                losses.append("'\(draft)' makes no draft any more, and drafts may lack required fields")
            } else if old.draftField != new.draftField {
                changes.append("\(new.draftField ?? "") makes a record a draft")
            }
            if old.retention != new.retention {
                changes.append(new.retention?.words ?? "records are kept for ever")
            }
        }

        private mutating func compareKeys(_ old: RecordType, _ new: RecordType) {
            guard new.keys.starts(with: old.keys) else {
                losses.append("the keys are not the present ones, in their order")
                return
            }
            for key in new.keys.dropFirst(old.keys.count) {
                let name = key.joined(separator: " with ")
                if key.allSatisfy({ old.field(named: $0) != nil }) {
                    losses.append("rows may have the same values of '\(name)', which is to be a key")
                } else {
                    changes.append("new key \(name)")
                }
            }
        }

        private mutating func compare(_ old: Field, _ new: Field) {
            let name = "field '\(old.name)'"
            compareKinds(old, new)
            if new.maxLength < old.maxLength {
                losses.append("\(name) is shorter: \(new.maxLength) instead of \(old.maxLength)")
            } else if new.maxLength > old.maxLength {
                changes.append("\(old.name) takes \(new.maxLength) characters, not \(old.maxLength)")
            }
            if !old.isRequired, new.isRequired {
                losses.append("\(name) is required, and rows may have no value")
            } else if old.isRequired != new.isRequired {
                changes.append("\(old.name) is no longer required")
            }
            if old.isUnique != new.isUnique {
                losses.append(
                    new.isUnique
                        ? "\(name) is unique, and rows may have the same value"
                        : "\(name) is no longer unique")
            }
            if old.isIndexed, !new.isIndexed {
                losses.append("\(name) is no longer indexed")
            } else if old.isIndexed != new.isIndexed {
                changes.append("\(old.name) is indexed")
            }
            if old.isSearchable != new.isSearchable {
                changes.append("\(old.name) is \(new.isSearchable ? "" : "no longer ")searched")
            }
            if old.generatedPrefix != new.generatedPrefix {
                changes.append(
                    "\(old.name) is "
                        + (new.generatedPrefix.map { "made where it is blank, as \($0)…" } ?? "no longer made")
                )
            }
            if old.parentKey != new.parentKey {
                losses.append(
                    "\(name) tells \(new.parentKey == nil ? "no parent any more" : "another parent")")
            }
            if old.isEncrypted != new.isEncrypted {
                losses.append("\(name) is \(new.isEncrypted ? "" : "no longer ")encrypted")
            }
        }

        private mutating func compareKinds(_ old: Field, _ new: Field) {
            guard old.kind != new.kind else { return }
            let name = "field '\(old.name)'"
            switch (old.kind, new.kind) {
            case (.choice(let words), .choice(let others)):
                let gone = words.filter { !others.contains($0) }
                if gone.isEmpty {
                    let more = others.filter { !words.contains($0) }
                    if !more.isEmpty {
                        changes.append("\(old.name) may be \(more.joined(separator: ", "))")
                    }
                } else {
                    losses.append("\(name) may no longer be \(gone.joined(separator: ", "))")
                }
            case (.decimal(let places), .decimal(let others)):
                losses.append("\(name) has \(others) places instead of \(places)")
            default:
                losses.append("\(name) is of kind \(new.kind.name) instead of \(old.kind.name)")
            }
        }
    }
}
