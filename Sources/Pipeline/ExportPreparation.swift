internal import ExportFormats
internal import ListFilters
package import Records
internal import Store

/// An export whose request has been understood: which rows, what of them, and how they are written.
package struct ExportPreparation: Sendable {
    package let type: RecordType
    /// The record types whose tables it reads.
    package let types: [RecordType]
    /// The links whose tables it reads.
    package let links: [LinkedTypes]
    /// The list filter in its one form; `nil` for all records.
    package let listFilter: String?
    /// The export format's name.
    package let formatName: String
    /// Whether its rows are found by quick search.
    package var searches: Bool { query.filter?.searches == true }
    let query: RowQuery
    let layout: ExportLayout
    /// What opens encrypted values; `nil` where masks stand for them, or there are none.
    let reveal: RowReveal?

    /// Fits a plan to what the database knows; nothing is read.
    ///
    /// `moment` is what relative dates count from, `formatDocument` what messages call the format's document. `ring` is
    /// there where somebody may see encrypted values; a plan that shows them cannot do without.
    ///
    /// - Throws: `Failure`, refused, where they do not fit.
    package init(
        _ plan: ExportPlan, catalogue: Catalogue, at moment: Timestamp,
        formatDocument: String = "the export format", ring: (any KeyRing)? = nil
    ) throws {
        let shows = plan.showsEncrypted ?? false
        let type = try catalogue.type(named: plan.recordType)
        let relations = catalogue.relations(of: type)
        let filter = try plan.listFilter.map { text in try ListFilter(text, for: type, relations: relations) }
        if let yaml = plan.formatYAML {
            let format = try ExportFormat(document: formatDocument, yaml: yaml, catalogue: catalogue)
            layout = try ExportLayout(
                format: format, type: type, relations: relations, columns: plan.columns,
                showsEncrypted: shows)
            formatName = format.name
        } else {
            formatName = "data"
            layout = try ExportLayout(
                type: type, relations: relations, columns: plan.columns, showsEncrypted: shows)
        }
        var order: [RowQuery.Order] = []
        for key in plan.sort {
            let path = try FieldPath(key.field, of: type, relations: relations)
            guard !path.isList else {
                throw Failure(
                    .refused, code: "bad_sort",
                    message: "records cannot be ordered by '\(path.name)', of which one may have several",
                    hint: "Order by a field of the \(type.name) itself.")
            }
            guard !path.isEncrypted else {
                throw Failure(
                    .refused, code: "bad_sort",
                    message: "'\(path.name)' is kept encrypted, and so records cannot be ordered by it",
                    hint: "Order by another field of the \(type.name).")
            }
            order.append(RowQuery.Order(path: path, isDescending: key.isDescending))
        }
        let paths = layout.columns.map(\.path)
        var query = RowQuery(
            type: type, columns: paths, filter: filter?.resolved(at: moment), ids: plan.ids, order: order)
        query.givesSealed = shows
        query.withDrafts = plan.withDrafts ?? false
        self.query = query
        reveal = shows ? try Self.reveal(paths, of: type, by: ring) : nil
        listFilter = filter?.text
        self.type = type
        var ways = filter?.relations ?? []
        for column in layout.columns {
            if case .linked(let relation, _) = column.path { ways.append(relation) }
        }
        var types = [type]
        for relation in ways where !types.contains(relation.type) { types.append(relation.type) }
        self.types = types
        links = catalogue.links.filter { link in
            ways.contains { if case .link(link, _) = $0.way { true } else { false } }
        }.compactMap(catalogue.linkedTypes)
    }

    /// - Throws: `encrypted_field_linked`; `key_needed` where no keys are at hand.
    private static func reveal(
        _ paths: [FieldPath], of type: RecordType, by ring: (any KeyRing)?
    ) throws(Failure) -> RowReveal? {
        let encrypted = paths.filter(\.isEncrypted)
        if let linked = encrypted.first(where: \.isList) {
            throw Failure(
                .refused, code: "encrypted_field_linked",
                message: "'\(linked.name)' is kept encrypted, and is shown with its own records alone",
                hint: "Export those, or leave --show-encrypted out: masks stand for the values then.")
        }
        guard let first = encrypted.first else { return nil }
        guard let ring else { throw .keyNeeded(for: first.name, of: type.name) }
        return RowReveal(paths, of: type, by: ring)
    }
}
