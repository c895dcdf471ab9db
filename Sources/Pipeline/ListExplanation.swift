internal import ListFilters
package import Records
package import Store

/// How the records of a list would be found.
package struct ListExplanation: Hashable, Sendable {
    /// A field that should have an index, and its declaration on the command line.
    package struct Advice: Hashable, Sendable {
        package let field: String
        package let command: String
    }

    package let type: RecordType
    /// In its one form; `nil` for all records.
    package let listFilter: String?
    package let plan: RowPlan
    /// What would keep it from looking at every record; empty where it does not, or nothing would.
    package let advice: [Advice]

    /// - Throws: `StoreError`, where the tables cannot be read.
    package init(_ preparation: ExportPreparation, over snapshot: RowSnapshot) throws {
        let type = preparation.type
        self.type = type
        listFilter = preparation.listFilter
        plan = try snapshot.explain(preparation.query)
        let wanted = plan.isScan ? preparation.query.filter?.fieldsToIndex ?? [] : []
        advice = wanted.filter { !type.hasIndex(on: $0) }.map { field in
            Advice(field: field.name, command: type.commandThatIndexes(field))
        }
    }
}

extension RecordType {
    fileprivate func hasIndex(on field: Field) -> Bool {
        field.isIndexed || field.isUnique || keys.contains { $0.first == field.name }
    }

    /// The command that declares a field as it is, with an index.
    fileprivate func commandThatIndexes(_ field: Field) -> String {
        var command = "sluice types add-field \(plural) --name \(field.name) --kind \(field.kind.name)"
        switch field.kind {
        case .choice(let words):
            command += " --choices '\(words.joined(separator: ",").replacing("'", with: "'\\''"))'"
        case .decimal(let places): command += " --places \(places)"
        case .text, .identifier, .email, .phone:
            if field.maxLength != field.kind.standardLength { command += " --max-length \(field.maxLength)" }
        default: break
        }
        return command + " --indexed"
    }
}
