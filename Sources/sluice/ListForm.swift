internal import SluiceEngine

/// A saved list as programs are told of it; with its first records where those are asked for.
struct ListForm: Encodable {
    private let list: SavedList
    private let page: ListPage?

    init(_ list: SavedList) {
        self.list = list
        page = nil
    }

    init(_ list: SavedList, _ page: ListPage) {
        self.list = list
        self.page = page
    }

    private enum CodingKeys: String, CodingKey {
        case name, version, recordType, columns, sort, format, withDrafts, savedAt, savedBy, count, header,
            rows
        case listFilter = "where"
    }

    /// What is not set is `null`, so that programs find every key.
    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(list.name, forKey: .name)
        try values.encode(list.version, forKey: .version)
        try values.encode(list.definition.recordType, forKey: .recordType)
        try values.encode(list.definition.listFilter, forKey: .listFilter)
        try values.encode(list.definition.columns, forKey: .columns)
        try values.encode(list.definition.sort.map(\.text), forKey: .sort)
        try values.encode(list.definition.format, forKey: .format)
        try values.encode(list.definition.withDrafts ?? false, forKey: .withDrafts)
        try values.encode(list.savedAt.text, forKey: .savedAt)
        try values.encode(list.savedBy, forKey: .savedBy)
        guard let page else { return }
        try values.encode(page.count, forKey: .count)
        try values.encode(page.header, forKey: .header)
        try values.encode(page.rows, forKey: .rows)
    }
}
