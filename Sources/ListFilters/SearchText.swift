/// What quick search is asked for.
///
/// A record is within if every word of the text is the beginning of a word in one of its searched fields
/// (``SearchWords``). Words of digits alone, one after the other, may also be one number: `415 555-01` is the beginning of a phone,
/// with or without the country's code and zeros dialled before it.
package struct SearchText: Hashable, Sendable {
    /// Most words: as many beginnings as they make are looked for at once.
    package static let maxWords = 20

    /// The text as it was written.
    package let text: String
    let terms: [Term]
    /// The beginnings that the terms are made of: what they know by number.
    let beginnings: [[UInt8]]

    /// What must hold of a record: one of several sets of beginnings, all of which some word of it has.
    struct Term: Hashable, Sendable {
        enum Need: Hashable, Sendable {
            case word(Int)
            /// One of both.
            case either(Int, Int)
        }
        /// All of them, or the one number.
        var needs: [Need]
        /// The beginning of a number, which does as well.
        var number: Int?
    }

    /// Why a text cannot be searched for.
    enum Fault: Error {
        case noWord, tooManyWords(Int)
    }

    init(_ text: String) throws(Fault) {
        self.text = text
        var words: [[UInt8]] = []
        var cutter = SearchWords()
        var copy = text
        copy.withUTF8 { bytes in cutter.forEachWord(of: bytes, isPhone: false) { words.append(Array($0)) } }
        guard !words.isEmpty else { throw .noWord }
        guard words.count <= Self.maxWords else { throw .tooManyWords(words.count) }
        var builder = Builder()
        var rest = words[...]
        while let first = rest.first {
            let number = rest.prefix { $0.allSatisfy { $0 &- 0x30 < 10 } }
            builder.add(number.isEmpty ? [first] : Array(number), isNumber: !number.isEmpty)
            rest = rest.dropFirst(max(1, number.count))
        }
        terms = builder.terms
        beginnings = builder.beginnings
    }

    /// A text as it stands in a filter; `nil` where it cannot be searched for.
    package init?(written text: String) {
        do throws(Fault) {
            try self.init(text)
        } catch {
            return nil
        }
    }

    private struct Builder {
        var terms: [Term] = []
        var beginnings: [[UInt8]] = []

        mutating func add(_ words: [[UInt8]], isNumber: Bool) {
            var term = Term(needs: [])
            for word in words {
                let plain = put(word)
                let phone = isNumber ? phoneBeginning(word).map { put($0) } : nil
                term.needs.append(phone.map { .either(plain, $0) } ?? .word(plain))
            }
            if words.count > 1 { term.number = phoneBeginning(words.flatMap(\.self)).map { put($0) } }
            terms.append(term)
        }

        private mutating func put(_ beginning: [UInt8]) -> Int {
            if let index = beginnings.firstIndex(of: beginning) { return index }
            beginnings.append(beginning)
            return beginnings.count - 1
        }

        /// One or two zeros are dialled before a number; more, or before few digits, are an id's.
        private func phoneBeginning(_ digits: [UInt8]) -> [UInt8]? {
            let significant = digits.drop { $0 == 0x30 }
            let zeros = digits.count - significant.count
            guard zeros == 0 || (zeros <= 2 && significant.count >= 3) else { return nil }
            return [UInt8(ascii: "+")] + significant
        }
    }

    package static func == (left: SearchText, right: SearchText) -> Bool {
        // Byte by byte: Swift takes two spellings of é for one, and what is written must be read as it was.
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

/// Asks records for a text, word by word: the plain meaning of quick search, which an index must agree with.
package struct SearchMatcher {
    private let search: SearchText
    private var words = SearchWords()
    /// A bit for each beginning that a word of the record has.
    private var found: UInt64 = 0

    package init(_ search: SearchText) {
        precondition(search.beginnings.count <= 64, "more beginnings than bits")
        self.search = search
    }

    /// Begins a record.
    package mutating func begin() {
        found = 0
    }

    /// Looks into one of the record's values.
    package mutating func look(into value: UnsafeBufferPointer<UInt8>, isPhone: Bool) {
        let beginnings = search.beginnings
        var found = found
        words.forEachWord(of: value, isPhone: isPhone) { word in
            for (index, beginning) in beginnings.enumerated() where word.starts(with: beginning) {
                found |= 1 << UInt64(index)
            }
        }
        self.found = found
    }

    /// Whether the record that was looked into is within.
    package var isWithin: Bool {
        func has(_ beginning: Int) -> Bool { found & (1 << UInt64(beginning)) != 0 }
        return search.terms.allSatisfy { term in
            if let number = term.number, has(number) { return true }
            return term.needs.allSatisfy { need in
                switch need {
                case .word(let word): has(word)
                case .either(let word, let number): has(word) || has(number)
                }
            }
        }
    }
}

extension SearchText {
    /// The text as a full-text query over words that were cut by ``SearchWords``: each beginning in quotes, a star
    /// behind it.
    package var query: String {
        func token(_ index: Int) -> String { "\"\(String(decoding: beginnings[index], as: UTF8.self))\" *" }
        return terms.map { term in
            let words = term.needs.map { need in
                switch need {
                case .word(let word): token(word)
                case .either(let word, let number): "(\(token(word)) OR \(token(number)))"
                }
            }.joined(separator: " AND ")
            return term.number.map { "(\(token($0)) OR (\(words)))" } ?? words
        }.joined(separator: " AND ")
    }
}

/// A quick search, or its opposite, as part of a list filter.
package struct SearchTest: Hashable, Sendable {
    package var search: SearchText
    package var isNegated: Bool

    package init(search: SearchText, isNegated: Bool = false) {
        self.search = search
        self.isNegated = isNegated
    }

    package var negated: SearchTest { SearchTest(search: search, isNegated: !isNegated) }
}
