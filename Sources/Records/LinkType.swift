/// A kind of link between two records: many of either side may be linked with many of the other.
package struct LinkType: Hashable, Sendable, Codable {
    /// One of the two records that a link joins.
    package struct Side: Hashable, Sendable, Codable {
        /// The record type's name.
        package var type: String
        /// What the record is to the other one; the type's name unless both sides are of one type.
        package var role: String

        package init(type: String, role: String? = nil) {
            self.type = type
            self.role = role ?? type
        }

        /// The link table's column that holds the record's row id.
        package var column: String { Field.snakeCase(role) + "_id" }
    }

    /// Singular, camel case: `accountContact`.
    package var name: String
    /// Plural: the table's name (in snake case) and the word on the command line.
    package var plural: String
    package var first: Side
    package var second: Side

    package init(name: String, plural: String, first: Side, second: Side) {
        self.name = name
        self.plural = plural
        self.first = first
        self.second = second
    }

    /// The table's name.
    package var table: String { Field.snakeCase(plural) }

    /// The name of the link that `links` means on the command line.
    static let usual = "accountContact"

    /// The links that ship.
    package static let shipped = [
        LinkType(
            name: "accountContact", plural: "accountContacts", first: Side(type: "account"),
            second: Side(type: "contact")),
        LinkType(
            name: "accountTicket", plural: "accountTickets", first: Side(type: "account"),
            second: Side(type: "ticket")),
        LinkType(
            name: "accountOpportunity", plural: "accountOpportunities", first: Side(type: "account"),
            second: Side(type: "opportunity")),
    ]
}
