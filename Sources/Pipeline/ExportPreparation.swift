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

    /// Fits a plan to what the database knows; nothing is read.
    ///
    /// `moment` is what relative dates count from, `formatDocument` what messages call the format's document.
    ///
    /// - Throws: `Failure`, refused, where they do not fit.
    package init(
        _ plan: ExportPlan, catalogue: Catalogue, at moment: Timestamp,
        formatDocument: String = "the export format"
    ) throws {
        let type = try catalogue.type(named: plan.recordType)
        let relations = catalogue.relations(of: type)
        let filter = try plan.listFilter.map { text in try ListFilter(text, for: type, relations: relations) }
        if let yaml = plan.formatYAML {
            let format = try ExportFormat(document: formatDocument, yaml: yaml, catalogue: catalogue)
            layout = try ExportLayout(
                format: format, type: type, relations: relations, columns: plan.columns)
            formatName = format.name
        } else {
            formatName = "data"
            layout = try ExportLayout(type: type, relations: relations, columns: plan.columns)
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
            order.append(RowQuery.Order(path: path, isDescending: key.isDescending))
        }
        query = RowQuery(
            type: type, columns: layout.columns.map(\.path), filter: filter?.resolved(at: moment),
            ids: plan.ids, order: order)
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
}
