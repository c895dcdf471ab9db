package import Records
internal import Store

extension Engine {
    /// What `indexForSearch` came to for one type.
    package struct SearchIndexing: Sendable {
        package var type: RecordType
        /// Rows that were put in.
        package var rows: Int
    }

    /// Brings the search index of a type up to date, or of every type that has a table, whatever little it lacks.
    ///
    /// - Throws: `unknown_type`, `not_searched`; where the database cannot be written.
    package func indexForSearch(_ name: String?) throws -> [SearchIndexing] {
        let catalogue = try catalogue()
        let reader = try StoreReader(paths: paths)
        let named = try name.map { try catalogue.type(named: $0) }
        if let named, named.searchedFields.isEmpty {
            throw Failure(
                .refused, code: "not_searched",
                message: "no field of \(named.name) is one that 'search' looks into",
                hint: "Fields of your own are with: searchable: true.")
        }
        let types = try (named.map { [$0] } ?? catalogue.types).filter { type in
            try !type.searchedFields.isEmpty && reader.hasTable(of: type)
        }
        let writer = try StoreWriter(paths: paths, create: false)
        defer { writer.checkpointAll() }
        return try types.map { SearchIndexing(type: $0, rows: try writer.indexForSearch($0)) }
    }
}
