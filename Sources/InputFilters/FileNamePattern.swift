/// Names of files: alternatives between `|`, in which `*` stands for any characters and `?` for one.
package struct FileNamePattern: Hashable, Sendable {
    /// As it is written.
    package let text: String

    /// `nil` where an alternative is empty.
    package init?(_ text: String) {
        guard text.split(separator: "|", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty }) else {
            return nil
        }
        self.text = text
    }

    /// Whether a file's name, without its folder, is one of those meant; letters' case counts.
    package func matches(_ fileName: String) -> Bool {
        let name = Array(fileName)
        return text.split(separator: "|").contains { Self.matches(name, Array($0)) }
    }

    /// One alternative, by going back only to the last `*`: the time is at most the product of the lengths.
    private static func matches(_ name: [Character], _ pattern: [Character]) -> Bool {
        var nameIndex = 0
        var patternIndex = 0
        var lastStar: (pattern: Int, name: Int)?
        while nameIndex < name.count {
            if patternIndex < pattern.count, pattern[patternIndex] == "*" {
                lastStar = (patternIndex, nameIndex)
                patternIndex += 1
            } else if patternIndex < pattern.count,
                pattern[patternIndex] == "?" || pattern[patternIndex] == name[nameIndex]
            {
                patternIndex += 1
                nameIndex += 1
            } else if let star = lastStar {
                patternIndex = star.pattern + 1
                nameIndex = star.name + 1
                lastStar = (star.pattern, star.name + 1)
            } else {
                return false
            }
        }
        return pattern[patternIndex...].allSatisfy { $0 == "*" }
    }
}
