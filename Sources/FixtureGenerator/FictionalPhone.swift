/// A number from 555-0100 to 555-0199 of some area: numbers kept for fiction, which nobody has.
struct FictionalPhone {
    private let areaCode: Int
    private let line: Int
    private let spelling: Int

    init(areaCode: Int, _ random: inout SplitMix64) {
        self.areaCode = areaCode
        line = 100 + random.below(100)
        spelling = random.below(20)
    }

    /// Appends the number as people in the United States write it.
    func write(to writer: inout CSVWriter) {
        switch spelling {
        case 0..<5:
            writer.append(byte: UInt8(ascii: "("))
            writer.append(areaCode)
            writer.append(") 555-0")
        case 5..<10:
            writer.append(areaCode)
            writer.append("-555-0")
        case 10..<17:
            writer.append(areaCode)
            writer.append("5550")
        case 17..<19:
            writer.append("+1")
            writer.append(areaCode)
            writer.append("5550")
        default:
            writer.append("1-")
            writer.append(areaCode)
            writer.append("-555-0")
        }
        writer.append(line)
    }
}
