/// A record that a task on rows left as it was, and why.
package struct LeftRow: Hashable, Sendable, Codable {
    package var id: Int64
    /// The record's key as people know it; its id where it has none.
    package var key: String
    package var field: String?
    package var code: String
    package var message: String

    package init(id: Int64, key: String, field: String? = nil, code: String, message: String) {
        self.id = id
        self.key = key
        self.field = field
        self.code = code
        self.message = message
    }

    private enum CodingKeys: String, CodingKey {
        case id, key, field, code, message
    }

    /// What is not known is `null`, as in all that programs are told.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(key, forKey: .key)
        try values.encode(field, forKey: .field)
        try values.encode(code, forKey: .code)
        try values.encode(message, forKey: .message)
    }
}
