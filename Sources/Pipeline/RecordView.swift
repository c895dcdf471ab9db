internal import ExportFormats
package import Records
package import Store

/// One record as it is shown: its values as an export would write them, and how many records it is linked to.
package struct RecordView: Hashable, Sendable {
    /// A column and the record's value in it.
    package struct Value: Hashable, Sendable {
        /// A field path, such as `lastName` or `account.name`.
        package var name: String
        package var kind: FieldKind
        /// Whether the record may have several values there.
        package var isList: Bool
        /// `nil` for a blank.
        package var text: String?
    }

    package let type: RecordType
    package let id: Int64
    package let values: [Value]
    package let links: [LinkCount]
    /// Notes on it.
    package let notes: Int

    /// Reads the record of an id; `columns` are all fields where they are `nil`.
    ///
    /// `ring` is there for whoever may see values of encrypted fields, which are masked otherwise.
    ///
    /// - Throws: `unknown_field`, `bad_columns`; where the tables cannot be read.
    package init(
        _ id: Int64, of type: RecordType, columns: [String]?, catalogue: Catalogue,
        over snapshot: RowSnapshot,
        ring: (any KeyRing)? = nil
    ) throws {
        var plan = Self.plan(type, ids: [id], columns)
        plan.showsEncrypted = ring == nil ? nil : true
        let preparation = try ExportPreparation(plan, catalogue: catalogue, at: .now(), ring: ring)
        let page = try ListPage(preparation, over: snapshot, limit: 1)
        self.type = type
        self.id = id
        values = zip(preparation.layout.columns, page.rows.first ?? []).map { column, text in
            Value(
                name: column.path.name, kind: column.isMasked ? .text : column.path.kind,
                isList: column.path.isList, text: text)
        }
        notes = try snapshot.noteCount(
            on: snapshot.keyTexts(of: RecordName("id=\(id)", of: type)) ?? [], of: type)
        links = try snapshot.linkCounts(of: id, LinkedRows(of: type, in: catalogue))
    }

    /// What an export of these columns does.
    package static func plan(_ type: RecordType, ids: [Int64]?, _ columns: [String]?) -> ExportPlan {
        ExportPlan(
            recordType: type.name, listFilter: nil, ids: ids, columns: columns ?? type.fields.map(\.name),
            sort: [], formatYAML: nil,
            path: "-", overwrites: false)
    }
}
