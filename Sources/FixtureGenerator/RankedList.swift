/// Words in the order of how common they are, drawn about as often as such words occur.
///
/// The word of rank *r* (from 0) weighs 1 / (r + 10), near how given and family names are spread: the first
/// is some ten times as common as the hundredth.
struct RankedList: Sendable {
    /// The words in UTF-8.
    let words: [[UInt8]]
    /// Word numbers, each as often as it weighs: one draw picks one.
    private let drawn: [UInt16]

    /// - Parameter words: parted by single spaces, or by `|` where they hold spaces.
    init(_ words: String) {
        self.words = words.split(separator: words.contains("|") ? "|" : " ").map { Array($0.utf8) }
        var drawn: [UInt16] = []
        for rank in self.words.indices {
            drawn += repeatElement(UInt16(rank), count: 4_000 / (rank + 10))
        }
        self.drawn = drawn
    }

    func draw(_ random: inout SplitMix64) -> Int {
        Int(drawn[random.below(drawn.count)])
    }
}
