internal import SluiceEngine

/// A record type as programs are shown it.
struct TypeForm: Encodable {
    struct FieldForm: Encodable {
        var name: String
        var column: String?
        var kind: String
        var maxLength: Int
        var required: Bool
        var unique: Bool
        var indexed: Bool
        var encrypted: Bool
        var searchable: Bool
        var choices: [String]?
        var places: Int?
        var generated: String?
        var added: Bool

        init(_ field: Field, isAdded: Bool) {
            name = field.name
            column = field.column
            kind = field.kind.name
            maxLength = field.maxLength
            required = field.isRequired
            unique = field.isUnique
            indexed = field.isIndexed
            encrypted = field.isEncrypted
            searchable = field.isSearchable
            if case .choice(let words) = field.kind { choices = words }
            generated = field.generatedPrefix
            if case .decimal(let count) = field.kind { places = count }
            added = isAdded
        }
    }

    var name: String
    var plural: String
    var table: String
    var builtIn: Bool
    var version: Int
    var keys: [[String]]
    var withoutKey: String
    var maxRecords: UInt64?
    var maxBytes: UInt64?
    var protectedBy: [String]
    var appendOnly: Bool
    var drafts: String?
    var fields: [FieldForm]
    var document: String

    init(_ described: Engine.TypeDescription) {
        let type = described.type
        name = type.name
        plural = type.plural
        table = type.table
        builtIn = described.isBuiltIn
        version = described.version
        keys = type.keys
        withoutKey = type.allowsNoKey ? "create" : "reject"
        switch type.limit {
        case .records(let count): maxRecords = count
        case .bytes(let count): maxBytes = count
        }
        protectedBy = type.protectedBy
        appendOnly = type.isAppendOnly
        drafts = type.draftField
        fields = type.fields.map { FieldForm($0, isAdded: described.addedFields.contains($0.name)) }
        document = type.yaml
    }

    /// Keys in the order they are tried, for people.
    static func keyList(_ type: RecordType) -> String {
        type.keys.map { $0.joined(separator: "+") }.joined(separator: ", ")
    }
}

extension Engine.TypeChange {
    private struct Form: Encodable {
        var name: String
        var changes: [String]
        var isNew: Bool
    }

    /// Tells people or programs what came of it.
    func tell(_ global: GlobalOptions) {
        let type = change.type
        if global.json {
            Console.output(
                Console.json(Form(name: type.name, changes: change.changes, isNew: change.isNewType)))
            return
        }
        guard !global.quiet else { return }
        if change.changes.isEmpty {
            Console.output("record type \(type.name): unchanged")
        } else if change.isNewType {
            Console.output("record type \(type.name): new, table \(type.table), view \(type.table)_view")
        } else {
            Console.output("record type \(type.name): " + change.changes.joined(separator: "; "))
        }
        if rowsBefore > 0, !change.newRequiredFields.isEmpty {
            Console.output(
                "required is asked of new records only: the rows that are there have no value in "
                    + change.newRequiredFields.joined(separator: ", "))
        }
    }
}
