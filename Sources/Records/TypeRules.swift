/// What a record type must keep to before a database has a table for it.
enum TypeRules {
    /// Most fields of a type.
    ///
    /// SQLite takes 2,000 columns and as many values in one statement; an import names each at least once.
    static let maxFields = 1000

    /// Most fields that quick search looks into: SQLite hands a function 127 values.
    static let maxSearchedFields = 100

    /// Tables that are ours already or will be: links between records, and notes.
    private static let takenTables: Set<String> = ["account_contacts", "account_tickets", "notes"]
    /// Words that the command line has another meaning for.
    private static let takenWords: Set<String> = ["link", "links", "note", "notes"]
    /// Names by which SQL knows a row's number.
    private static let rowNumberNames: Set<String> = ["rowid", "oid"]

    /// - Throws: `name_reserved`, `name_taken`.
    static func checkNames(
        of type: RecordType, among types: [RecordType], links: [LinkType]
    ) throws(Failure) {
        for name in [type.name, type.plural] {
            guard !takenWords.contains(Field.comparableName(name)) else {
                throw reserved(name, "it is a word of the command line")
            }
            for other in types where other.name != type.name {
                for taken in [other.name, other.plural]
                where Field.comparableName(taken) == Field.comparableName(name) {
                    throw Failure(
                        .refused, code: "name_taken",
                        message: "the name '\(name)' is taken by the record type '\(other.name)'",
                        hint: "Names and plurals are compared without case, underscores and hyphens.")
                }
            }
        }
        let table = type.table
        guard !takenTables.contains(table) else { throw reserved(type.plural, "the table \(table) is ours") }
        for start in ["sluice_", "sqlite_", "grdb_"] where table.hasPrefix(start) {
            throw reserved(type.plural, "tables whose names begin with \(start) are not for records")
        }
        guard !table.hasSuffix("_view") else {
            throw reserved(type.plural, "names that end in _view are those of views")
        }
        guard !table.contains("_by_") else {
            throw reserved(type.plural, "names with _by_ in them are those of indexes")
        }
        for name in [type.name, type.plural] {
            for link in links
            where [link.name, link.plural].contains(where: {
                Field.comparableName($0) == Field.comparableName(name)
            }) {
                throw Failure(
                    .refused, code: "name_taken",
                    message: "the name '\(name)' is taken by the link '\(link.name)'",
                    hint: "Names and plurals are compared without case, underscores and hyphens.")
            }
        }
    }

    private static func reserved(_ name: String, _ why: String) -> Failure {
        Failure(
            .refused, code: "name_reserved",
            message: "a record type or link cannot be called '\(name)': \(why)",
            hint: "Choose another name or plural.")
    }

    /// - Throws: `unknown_type` where a type is to protect records that does not exist.
    static func checkProtection(of type: RecordType, among types: [RecordType]) throws(Failure) {
        for name in type.protectedBy
        where name != type.name && !types.contains(where: { $0.name == name }) {
            throw Failure(
                .refused, code: "unknown_type",
                message: "there is no record type '\(name)' that could protect \(type.plural)",
                hint: NearestName.hint(for: name, among: types.map(\.name)))
        }
    }

    /// `before` is the type as it was: what it had already is not refused.
    ///
    /// - Throws: `too_many_fields`, `too_many_searched_fields`, `name_reserved`, `name_taken`.
    static func checkFields(of type: RecordType, before: RecordType?) throws(Failure) {
        guard type.fields.count <= maxFields else {
            throw Failure(
                .refused, code: "too_many_fields",
                message: "record type '\(type.name)' would have \(type.fields.count) fields, "
                    + "and \(maxFields) are the most that a table takes",
                hint: "Put fields that belong together into a record type of their own.")
        }
        try checkSearchedFields(of: type, before: before)
        for field in type.fields where before?.field(named: field.name) == nil {
            guard !rowNumberNames.contains(field.column) else {
                throw Failure(
                    .refused, code: "name_reserved",
                    message:
                        "field '\(field.name)' of \(type.name) has a name by which SQL knows a row's number",
                    hint: "Choose another name.")
            }
        }
        try checkHashColumns(of: type)
        try checkIndexNames(of: type)
    }

    /// A type that had too many before there was a limit may still grow by what is not searched.
    private static func checkSearchedFields(of type: RecordType, before: RecordType?) throws(Failure) {
        let searched = type.fields.filter(\.isSearched)
        let isMore = searched.contains { before?.field(named: $0.name)?.isSearched != true }
        guard isMore, searched.count > maxSearchedFields else { return }
        throw Failure(
            .refused, code: "too_many_searched_fields",
            message: "quick search would look into \(searched.count) fields of '\(type.name)', "
                + "and \(maxSearchedFields) are the most",
            hint: "Give fields that nobody searches by 'searchable: false': e-mail addresses and phones "
                + "are searched where nothing is said.")
    }

    /// An encrypted field has two columns.
    private static func checkHashColumns(of type: RecordType) throws(Failure) {
        for field in type.fields where field.isEncrypted {
            guard let other = type.fields.first(where: { $0.column == field.hashColumn }) else { continue }
            throw Failure(
                .refused, code: "name_taken",
                message:
                    "the field '\(other.name)' of \(type.name) would have the column \(field.hashColumn), "
                    + "which the encrypted field '\(field.name)' needs",
                hint: "Choose another name.")
        }
    }

    /// An index bears the names of its columns, so two sets of fields may ask for one name.
    private static func checkIndexNames(of type: RecordType) throws(Failure) {
        let single = type.fields.filter { $0.isUnique || $0.isIndexed }.map { [$0.name] }
        var sets: [String: [String]] = [:]
        for names in type.keys + single {
            let index = names.map(Field.snakeCase).joined(separator: "_")
            if let other = sets[index], other != names {
                throw Failure(
                    .refused, code: "name_taken",
                    message: "the indexes over \(other.joined(separator: ", ")) and over "
                        + "\(names.joined(separator: ", ")) of \(type.name) would have one name",
                    hint: "Give one of the fields another name.")
            }
            sets[index] = names
        }
    }
}

extension Field {
    /// Whether quick search may look into it.
    var isSearched: Bool { isSearchable && !isEncrypted }
}
