internal import Records
internal import Store

extension StoreWriter {
    /// Makes the tables that records of a type, or pairs of a link, are written to, and what they lack.
    ///
    /// For whoever has the run's turn, and not before: a first load under way has put its table's indexes off, and one that
    /// was killed has left it without.
    ///
    /// - Throws: `unknown_type`; `StoreError`.
    func prepareTables(named name: String, in catalogue: Catalogue) throws {
        if let linked = catalogue.link(named: name) {
            try prepareTables(catalogue.tables(for: linked), links: [linked])
        } else {
            try prepareTables(catalogue.tables(for: catalogue.type(named: name)))
        }
    }
}
