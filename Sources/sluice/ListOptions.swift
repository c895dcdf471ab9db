internal import ArgumentParser
internal import SluiceEngine

/// Which records of a type are meant, and in which order.
struct ListOptions: ParsableArguments {
    @Option(
        name: .customLong("where"),
        help: ArgumentHelp("Only the records that meet this list filter.", valueName: "EXPR"))
    var listFilter: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What to order by; with - before it, the greatest first. (default: the order of the ids)",
            valueName: "[-]FIELD,…"))
    var sort: String?

    @Flag(help: "Drafts, too; they are left out unless the list filter asks about them.")
    var withDrafts = false

    /// Nothing where no order was given.
    var sortKeys: [ExportPlan.SortKey]? { sort.map(FieldList.sortKeys) }

    /// A list of these records.
    func definition(
        of recordType: String, columns: [String]? = nil, format: String? = nil
    ) -> ListDefinition {
        var definition = ListDefinition(
            recordType: recordType, listFilter: listFilter, columns: columns, sort: sortKeys ?? [],
            format: format)
        if withDrafts { definition.withDrafts = true }
        return definition
    }
}
