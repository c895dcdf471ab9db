/// Reads a link between two record types from its YAML document.
///
///     name: visitContact         # singular, camel case
///     plural: visitContacts      # the table and the word on the command line
///     first: visit               # the record types of the two sides
///     second: {type: contact, role: guest}   # what it is to the other, where that is not its type
package enum LinkTypeDocument {
    /// - Throws: a failure that names the document, line, column and key.
    package static func parse(_ yaml: String, name document: String) throws(Failure) -> LinkType {
        let root = try DocumentNode(document: document, yaml: yaml)
        try root.expectKeys(["name", "plural", "first", "second"])
        let link = LinkType(
            name: try RecordTypeDocument.identifier(root.requiredChild("name")),
            plural: try RecordTypeDocument.identifier(root.requiredChild("plural")),
            first: try side(root.requiredChild("first")), second: try side(root.requiredChild("second")))
        guard Field.comparableName(link.first.role) != Field.comparableName(link.second.role) else {
            throw try root.requiredChild("second").failure(
                "both sides are called '\(link.second.role)'",
                hint: "Say what each is to the other: second: {type: \(link.second.type), role: …}.")
        }
        return link
    }

    private static func side(_ node: DocumentNode) throws(Failure) -> LinkType.Side {
        guard node.isMapping else { return LinkType.Side(type: try RecordTypeDocument.identifier(node)) }
        try node.expectKeys(["type", "role"])
        return LinkType.Side(
            type: try RecordTypeDocument.identifier(node.requiredChild("type")),
            role: try node.child("role").map(RecordTypeDocument.identifier))
    }
}

extension LinkType {
    /// The link as a document; reading it back gives an equal link.
    package var yaml: String {
        func text(_ side: Side) -> String {
            side.role == side.type
                ? YAMLText.plain(side.type)
                : "{type: \(YAMLText.plain(side.type)), role: \(YAMLText.plain(side.role))}"
        }
        return "name: \(YAMLText.plain(name))\nplural: \(YAMLText.plain(plural))\nfirst: \(text(first))\n"
            + "second: \(text(second))\n"
    }
}
