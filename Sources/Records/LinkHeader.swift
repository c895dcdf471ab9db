/// The header of a file of pairs: which column names the records of which side, by which key.
package struct LinkHeader: Sendable {
    /// For each of the two columns, its side and the key field of that side's type.
    package let columns: [(side: Int, field: Field)]

    /// Reads a header of two cells; `nil` where the cells are not names of a key field of either side.
    ///
    /// A cell says `originalId`, `account.originalId` or `Account Original ID`. What could be either side's is
    /// the first side's, in the first column first.
    package init?(_ cells: [String], of linked: LinkedTypes) {
        guard cells.count == 2 else { return nil }
        let first = cells.map { Self.field($0, of: linked, side: 0) }
        let second = cells.map { Self.field($0, of: linked, side: 1) }
        if let own = first[0], let other = second[1] {
            columns = [(0, own), (1, other)]
        } else if let own = second[0], let other = first[1] {
            columns = [(1, own), (0, other)]
        } else {
            return nil
        }
    }

    private static func field(_ cell: String, of linked: LinkedTypes, side index: Int) -> Field? {
        let (type, side) = (linked.types[index], linked.sides[index])
        let wanted = Field.comparableName(cell)
        return type.keys.filter { $0.count == 1 }.flatMap { $0 }.first { name in
            [name, "\(side.role).\(name)", side.role + name].contains { Field.comparableName($0) == wanted }
        }.flatMap(type.field(named:))
    }
}
