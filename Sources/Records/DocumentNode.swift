internal import Yams

/// A place in a YAML document of ours (record type, input filter …), read with exact errors.
///
/// Every read says what it expected and where: document, line, column and the path of keys.
package struct DocumentNode {
    /// The document's name, for messages.
    package let document: String
    /// Keys from the root, for messages: `columns[2].from`.
    package let path: String
    private let node: Node

    private init(document: String, path: String, node: Node) {
        self.document = document
        self.path = path
        self.node = node
    }

    /// Parses a whole document, which must hold one mapping.
    package init(document: String, yaml: String) throws(Failure) {
        self.document = document
        path = ""
        do {
            guard let root = try Yams.compose(yaml: yaml) else {
                throw Failure(
                    .refused, code: "bad_document", message: "\(document): the document is empty")
            }
            node = root
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                .refused, code: "bad_document", message: "\(document): not readable as YAML: \(error)")
        }
        guard node.mapping != nil else { throw self.failure("expected keys and values") }
    }

    /// A failure that names this place.
    package func failure(_ message: String, code: String = "bad_document", hint: String? = nil) -> Failure {
        let mark = node.mark
        let place = mark.map { ", line \($0.line), column \($0.column)" } ?? ""
        let key = path.isEmpty ? "" : " (\(path))"
        return Failure(
            .refused, code: code, message: "\(document)\(place)\(key): \(message)", hint: hint)
    }

    /// The value under a key; `nil` where the key is absent or null.
    package func child(_ key: String) -> DocumentNode? {
        // Asked of each key of each line, so without the subscript: it resolves the tags of all it compares.
        guard let value = node.mapping?.first(where: { $0.key.scalar?.string == key })?.value,
            value.null == nil
        else { return nil }
        return DocumentNode(document: document, path: path.isEmpty ? key : "\(path).\(key)", node: value)
    }

    /// - Throws: where the key is absent.
    package func requiredChild(_ key: String) throws(Failure) -> DocumentNode {
        guard let value = child(key) else { throw failure("'\(key)' is missing") }
        return value
    }

    /// Refuses keys outside `known`, naming the nearest one.
    package func expectKeys(_ known: [String]) throws(Failure) {
        guard let mapping = node.mapping else { throw failure("expected keys and values") }
        var seen: Set<String> = []
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            let place = DocumentNode(document: document, path: path, node: value)
            guard known.contains(name) else {
                throw place.failure(
                    "unknown key '\(name)'", hint: NearestName.hint(for: name, among: known))
            }
            guard seen.insert(name).inserted else { throw place.failure("'\(name)' is given twice") }
        }
    }

    package var isMapping: Bool { node.mapping != nil }
    package var isList: Bool { node.sequence != nil }

    /// Keys and values in the order of the document.
    package func entries() throws(Failure) -> [(key: String, value: DocumentNode)] {
        guard let mapping = node.mapping else { throw failure("expected keys and values") }
        return mapping.map { key, value in
            let name = key.scalar?.string ?? ""
            return (name, DocumentNode(document: document, path: "\(path).\(name)", node: value))
        }
    }

    /// The elements of a list.
    package func elements() throws(Failure) -> [DocumentNode] {
        guard let sequence = node.sequence else { throw failure("expected a list") }
        return sequence.enumerated().map { index, value in
            DocumentNode(document: document, path: "\(path)[\(index + 1)]", node: value)
        }
    }

    /// The elements of a list, or the one value itself.
    package func elementsOrSelf() throws(Failure) -> [DocumentNode] {
        node.sequence == nil ? [self] : try elements()
    }

    package func string() throws(Failure) -> String {
        guard let scalar = node.scalar else { throw failure("expected a text") }
        return scalar.string
    }

    package func bool() throws(Failure) -> Bool {
        guard let value = node.bool else { throw failure("expected true or false") }
        return value
    }

    package func int() throws(Failure) -> Int {
        guard let value = integer else { throw failure("expected a whole number") }
        return value
    }

    /// The value where it is written as a whole number, without quotes.
    package var integer: Int? {
        guard let scalar = node.scalar, scalar.style == .plain else { return nil }
        return node.int
    }

    /// One of the words of an enumeration.
    package func word<Word: RawRepresentable & CaseIterable>(
        _: Word.Type
    ) throws(Failure) -> Word where Word.RawValue == String {
        let text = try string()
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure("'\(text)' is not one of: \(known)")
        }
        return word
    }
}

/// Finds the name that was most likely meant.
package enum NearestName {
    /// The nearest of `known` by edit distance, where it is near enough to be a slip.
    package static func find(_ name: String, among known: [String]) -> String? {
        let wanted = Array(Field.comparableName(name).unicodeScalars)
        let scored = known.map { ($0, distance(wanted, Array(Field.comparableName($0).unicodeScalars))) }
        guard let best = scored.min(by: { $0.1 < $1.1 }) else { return nil }
        return best.1 <= max(1, wanted.count / 3) ? best.0 : nil
    }

    /// A hint that names the nearest, or else all that are known.
    package static func hint(for name: String, among known: [String]) -> String {
        if let nearest = find(name, among: known) { return "Did you mean '\(nearest)'?" }
        return "Known: \(known.joined(separator: ", "))."
    }

    /// Levenshtein's distance, but two neighbours that changed places count as one slip.
    package static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var least = min(last[j] + (a == b ? 0 : 1), row[j] + 1, last[j + 1] + 1)
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b {
                    least = min(least, beforeLast[j - 1] + 1)
                }
                row.append(least)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
