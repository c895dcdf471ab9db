/// The first line of an address; some need quotes in a file, and a few hold quotes or line ends.
struct StreetAddress {
    private let number: Int
    private let street: Int
    private let style: Int
    private let detail: Int

    init(_ random: inout SplitMix64) {
        number = 1 + random.below(9_999)
        street = Places.streets.draw(&random)
        style = random.below(1000)
        detail = 1 + random.below(40)
    }

    /// Appends the address; where `odd`, most hold a line end or quotes, else one in some hundreds does.
    func write(odd: Bool, to writer: inout CSVWriter) {
        switch odd ? style % 18 : style {
        case 0..<6: writeLines("\n", to: &writer)
        case 6..<12:
            writePlain(to: &writer)
            writer.append(" \"The Annex\"")
        case 12..<14: writeLines("\r\n", to: &writer)
        case 14..<40:
            writer.append("c/o ")
            writer.append(Places.firms.words[detail % Places.firms.words.count])
        case 40..<110:
            writePlain(to: &writer)
            writer.append(", Apt ")
            writer.append(detail)
        case 110..<140: break
        default: writePlain(to: &writer)
        }
    }

    private func writePlain(to writer: inout CSVWriter) {
        writer.append(number)
        writer.append(byte: UInt8(ascii: " "))
        writer.append(Places.streets.words[street])
    }

    private func writeLines(_ lineEnd: String, to writer: inout CSVWriter) {
        writePlain(to: &writer)
        writer.append(lineEnd)
        writer.append("Building ")
        writer.append(detail)
    }
}
