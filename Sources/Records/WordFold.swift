/// How words of a choice are compared without regard to case: by value and, in list filters, by literal alike.
package enum WordFold {
    /// The word with each character in upper, then lower case, so that all spellings of it become one.
    package static func fold(_ word: String) -> String {
        var folded = ""
        for scalar in word.unicodeScalars {
            for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                folded += upper.properties.lowercaseMapping
            }
        }
        return folded
    }
}
