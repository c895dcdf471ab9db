/// A link with the record types of its two sides: all that is needed to read a file of pairs and to store them.
package struct LinkedTypes: Hashable, Sendable {
    /// Most bytes of a file of pairs, after decompression, unless the import says otherwise.
    package static let maxFileBytes: UInt64 = 15 << 20

    package let link: LinkType
    /// The record types of the first and the second side.
    package let types: [RecordType]

    /// - Precondition: `types` are those that the link's sides name.
    package init(link: LinkType, first: RecordType, second: RecordType) {
        precondition(first.name == link.first.type && second.name == link.second.type)
        self.link = link
        types = [first, second]
    }

    /// The sides, in the order of the link.
    package var sides: [LinkType.Side] { [link.first, link.second] }

    /// What the line of a file of pairs is: a record of the key fields of both sides, named `account.originalId`.
    ///
    /// Its keys are all pairs of a key of the one side and a key of the other, in their order.
    package var recordType: RecordType {
        var fields: [Field] = []
        for (side, type) in zip(sides, types) {
            for name in Set(type.keys.flatMap { $0 }).sorted(by: type.isEarlier) {
                guard var field = type.field(named: name) else { continue }
                field.name = Self.fieldName(name, of: side)
                (field.isRequired, field.isUnique, field.isIndexed) = (false, false, false)
                fields.append(field)
            }
        }
        let keys = types[0].keys.flatMap { first in
            types[1].keys.map { second in
                first.map { Self.fieldName($0, of: link.first) }
                    + second.map { Self.fieldName($0, of: link.second) }
            }
        }
        return RecordType(
            name: link.name, plural: link.plural, fields: fields, keys: keys, allowsNoKey: false,
            limit: .bytes(Self.maxFileBytes))
    }

    /// `account.originalId`.
    package static func fieldName(_ name: String, of side: LinkType.Side) -> String {
        "\(side.role).\(name)"
    }

    /// The field by which a file without a header names the records of a side: the first key of one field.
    package func usualKey(ofSide index: Int) -> Field? {
        types[index].keys.first { $0.count == 1 }?.first.flatMap(types[index].field(named:))
    }

    /// The side that a word names, by its role or by its type, compared as header names are.
    ///
    /// - Throws: `unknown_side`.
    package func side(named name: String) throws(Failure) -> Int {
        let wanted = Field.comparableName(name)
        let found = sides.indices.filter { index in
            [sides[index].role, sides[index].type, types[index].plural].contains {
                Field.comparableName($0) == wanted
            }
        }
        let byRole = found.filter { Field.comparableName(sides[$0].role) == wanted }
        guard let index = byRole.first ?? (found.count == 1 ? found.first : nil) else {
            throw Failure(
                .refused, code: "unknown_side", message: "'\(name)' is no side of \(link.plural)",
                hint: "Its sides are \(link.first.role) and \(link.second.role).")
        }
        return index
    }
}

extension RecordType {
    /// Whether one field was declared before another.
    fileprivate func isEarlier(_ name: String, _ other: String) -> Bool {
        (fields.firstIndex { $0.name == name } ?? 0) < (fields.firstIndex { $0.name == other } ?? 0)
    }
}
