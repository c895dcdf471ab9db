internal import Yams

/// A place in a YAML document of ours (record type, input filter …), read with exact errors.
///
/// Every read says what it expected and where: document, line, column and the path of keys.
package struct DocumentNode {
    /// The document's name, for messages.
    package let document: String
    /// Keys from the root, for messages: `columns[2].from`.
    package var path: String { place.text }
    private let place: Place
    private let node: Node
    /// Keys and values of a mapping, in the order of the document; `nil` where it is none.
    ///
    /// Taken out once: asked of the library, each look at a key copies the nodes of all.
    private let pairs: [(key: String, value: Node)]?

    /// The way from the root; its text is put together only where a message wants it.
    private indirect enum Place {
        case root
        case key(Place, String)
        case element(Place, Int)

        var text: String {
            switch self {
            case .root: ""
            case .key(.root, let key): key
            case .key(let place, let key): "\(place.text).\(key)"
            case .element(let place, let number): "\(place.text)[\(number)]"
            }
        }
    }

    private init(document: String, place: Place, node: Node) {
        self.document = document
        self.place = place
        self.node = node
        if case .mapping(let mapping) = node {
            pairs = mapping.map { ($0.key.scalar?.string ?? "", $0.value) }
        } else {
            pairs = nil
        }
    }

    /// Parses a whole document, which must hold one mapping.
    package init(document: String, yaml: String) throws(Failure) {
        let root: Node
        do {
            // Without the rules that tell a number from a text by patterns: each value is asked for as what it
            // must be, and the patterns took half of the time.
            guard let node = try Yams.compose(yaml: yaml, .basic, .default, .utf8) else {
                throw Failure(
                    .refused, code: "bad_document", message: "\(document): the document is empty")
            }
            root = node
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                .refused, code: "bad_document", message: "\(document): not readable as YAML: \(error)")
        }
        self.init(document: document, place: .root, node: root)
        guard isMapping else { throw self.failure("expected keys and values") }
    }

    /// A failure that names this place.
    package func failure(_ message: String, code: String = "bad_document", hint: String? = nil) -> Failure {
        let mark = node.mark
        let place = mark.map { ", line \($0.line), column \($0.column)" } ?? ""
        let path = path
        let key = path.isEmpty ? "" : " (\(path))"
        return Failure(
            .refused, code: code, message: "\(document)\(place)\(key): \(message)", hint: hint)
    }

    /// The value under a key; `nil` where the key is absent or null.
    package func child(_ key: String) -> DocumentNode? {
        guard let value = pairs?.first(where: { $0.key == key })?.value, !Self.isNull(value) else {
            return nil
        }
        return DocumentNode(document: document, place: .key(place, key), node: value)
    }

    private static func isNull(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// - Throws: where the key is absent.
    package func requiredChild(_ key: String) throws(Failure) -> DocumentNode {
        guard let value = child(key) else { throw failure("'\(key)' is missing") }
        return value
    }

    /// Refuses keys outside `known`, naming the nearest one.
    package func expectKeys(_ known: [String]) throws(Failure) {
        guard let pairs else { throw failure("expected keys and values") }
        for (index, pair) in pairs.enumerated() {
            let value = { DocumentNode(document: document, place: place, node: pair.value) }
            guard known.contains(pair.key) else {
                throw value().failure(
                    "unknown key '\(pair.key)'", hint: NearestName.hint(for: pair.key, among: known))
            }
            guard !pairs[..<index].contains(where: { $0.key == pair.key }) else {
                throw value().failure("'\(pair.key)' is given twice")
            }
        }
    }

    package var isMapping: Bool { pairs != nil }
    package var isList: Bool {
        if case .sequence = node { true } else { false }
    }

    /// Keys and values in the order of the document.
    package func entries() throws(Failure) -> [(key: String, value: DocumentNode)] {
        guard let pairs else { throw failure("expected keys and values") }
        return pairs.map { key, value in
            (key, DocumentNode(document: document, place: .key(place, key), node: value))
        }
    }

    /// The elements of a list.
    package func elements() throws(Failure) -> [DocumentNode] {
        guard let sequence = node.sequence else { throw failure("expected a list") }
        return sequence.enumerated().map { index, value in
            DocumentNode(document: document, place: .element(place, index + 1), node: value)
        }
    }

    /// The elements of a list, or the one value itself.
    package func elementsOrSelf() throws(Failure) -> [DocumentNode] {
        isList ? try elements() : [self]
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
