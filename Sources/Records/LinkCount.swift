/// How many records of one kind a record is linked to.
package struct LinkCount: Hashable, Sendable {
    /// What the records are to the record: their type's plural, or their role.
    package var kind: String
    /// The same for people: in the singular where there is one.
    package var name: String
    package var count: Int

    package init(kind: String, name: String, count: Int) {
        self.kind = kind
        self.name = name
        self.count = count
    }
}
