/// The fields that a column should feed: one, several, or none.
package struct WantedFields: Decodable {
    package var fields: [String]

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            fields = []
        } else if let one = try? container.decode(String.self) {
            fields = [one]
        } else {
            fields = try container.decode([String].self)
        }
    }
}
