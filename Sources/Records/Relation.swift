/// A way from a record to those that belong to it: its fields are then said as `account.name`.
package struct Relation: Hashable, Sendable {
    package enum Way: Hashable, Sendable {
        /// By a link's table; whether the record that is asked is the link's first side.
        case link(LinkType, ownIsFirst: Bool)
        /// By a field of the record's own that holds the value of a key of the other.
        case reference(own: Field, key: Field)
    }

    /// What stands before the point.
    package var name: String
    /// The type of the records at the other end.
    package var type: RecordType
    package var way: Way

    package init(name: String, type: RecordType, way: Way) {
        self.name = name
        self.type = type
        self.way = way
    }
}

extension Catalogue {
    /// The links that are known: those that ship, and those of a database.
    package var links: [LinkType] { LinkType.shipped + ownLinks }

    /// The ways from a record of a type to others.
    package func relations(of type: RecordType) -> [Relation] {
        parents(of: type)
            + links.flatMap { link in
                [(own: link.first, other: link.second, isFirst: true), (link.second, link.first, false)]
                    .compactMap { own, other, isFirst in
                        guard own.type == type.name, let end = types.first(where: { $0.name == other.type })
                        else { return nil }
                        return Relation(name: other.role, type: end, way: .link(link, ownIsFirst: isFirst))
                    }
            }
    }

    /// The way to a record's parent, where the type has parents.
    private func parents(of type: RecordType) -> [Relation] {
        type.parent.map { [Relation(name: "parent", type: type, way: .reference(own: $0.own, key: $0.key))] }
            ?? []
    }
}

extension RecordType {
    /// The field that tells a record's parent, and the key of the type whose value it holds.
    package var parent: (own: Field, key: Field)? {
        guard let own = fields.first(where: { $0.parentKey != nil }),
            let key = own.parentKey.flatMap(field(named:))
        else { return nil }
        return (own, key)
    }
}
