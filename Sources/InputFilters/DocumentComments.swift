import Records

/// What a document says to the people who read it, beside what it says to the program.
package struct DocumentComments: Hashable, Sendable {
    /// Above all else.
    package var top: [String] = []
    /// Above the columns.
    package var aboveColumns: [String] = []
    /// Above each column, by its index; those past the last column stand at the end.
    package var beforeColumn: [Int: [String]] = [:]

    package init() {}
}

extension InputFilterDocument {
    /// The document as YAML with comments; reading it back gives an equal document.
    ///
    /// A line of a comment may hold anything that YAML can print: line ends and control characters are the
    /// caller's to escape.
    package func yaml(comments: DocumentComments) -> String {
        var plain = yaml().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while plain.last?.isEmpty ?? false { plain.removeLast() }
        let firstColumn = plain.count - columns.count
        var lines = comments.top.map { Self.comment($0, indent: "") }
        if !comments.top.isEmpty { lines.append("") }
        lines += plain[..<(firstColumn - 1)]
        lines += [""] + comments.aboveColumns.map { Self.comment($0, indent: "") } + [plain[firstColumn - 1]]
        for index in columns.indices {
            lines += (comments.beforeColumn[index] ?? []).map { Self.comment($0, indent: "  ") }
            lines.append(plain[firstColumn + index])
        }
        for index in comments.beforeColumn.keys.sorted() where index >= columns.count {
            lines += (comments.beforeColumn[index] ?? []).map { Self.comment($0, indent: "  ") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func comment(_ text: String, indent: String) -> String {
        text.isEmpty ? "\(indent)#" : "\(indent)# \(text)"
    }
}

extension ColumnRule {
    /// The entry of a document's `columns` that says this: `- {field: email, from: Mail}`.
    package var yamlEntry: String {
        let document = InputFilterDocument(name: "x", recordType: "x", columns: [self])
        let lines = document.yaml().split(separator: "\n")
        return String(lines[lines.count - 1].drop { $0 == " " })
    }
}
