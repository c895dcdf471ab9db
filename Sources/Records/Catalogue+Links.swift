extension Catalogue {
    /// The link between two records that somebody names by type or role, in either order.
    ///
    /// `name` is the link's where several join the two.
    ///
    /// - Returns: the link, and which of the two words is its first side.
    /// - Throws: `unknown_link`; `ambiguous_link`.
    package func link(
        between first: String, and second: String, named name: String?
    ) throws(Failure) -> (linked: LinkedTypes, firstIsFirst: Bool) {
        let candidates = links.compactMap(linkedTypes).filter { linked in
            guard let name else { return true }
            return link(named: name)?.link == linked.link
        }
        var found: [(linked: LinkedTypes, firstIsFirst: Bool)] = []
        for linked in candidates {
            if linked.side(0, isNamed: first), linked.side(1, isNamed: second) {
                found.append((linked, true))
            } else if linked.side(1, isNamed: first), linked.side(0, isNamed: second) {
                found.append((linked, false))
            }
        }
        guard let only = found.first else {
            throw Failure(
                .refused, code: "unknown_link",
                message: "no link between \(first) and \(second) is declared"
                    + (name.map { " by the name '\($0)'" } ?? ""),
                hint:
                    "There are: \(links.map { "\($0.first.role)–\($0.second.role)" }.joined(separator: ", "))."
            )
        }
        guard found.count == 1 else {
            throw Failure(
                .refused, code: "ambiguous_link",
                message: "\(first) and \(second) are joined by several links",
                hint: "Say which: --link \(found.map(\.linked.link.name).joined(separator: " or ")).")
        }
        return only
    }
}

extension LinkedTypes {
    /// Whether a word means a side: its role, or its type in singular or plural.
    fileprivate func side(_ index: Int, isNamed name: String) -> Bool {
        let wanted = Field.comparableName(name)
        return [sides[index].role, sides[index].type, types[index].plural].contains {
            Field.comparableName($0) == wanted
        }
    }
}
