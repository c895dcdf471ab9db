import Records
import TestSupport
import Testing

@testable import Store

@Suite("Key order")
struct KeyOrderTests {
    /// The order in which records with these values are written.
    private func sorted(
        _ values: [Value?], from order: [UInt32]? = nil, descends: Bool = false
    ) -> [UInt32] {
        let storage = BatchStorage(
            maxRecords: max(1, values.count), planeCount: 3, sourceCapacity: 16, arenaCapacity: 1)
        for (record, value) in values.enumerated() {
            // Other planes hold what must not be looked at.
            storage.plane(0)[record] = .integer(Int64(values.count - record))
            storage.plane(1)[record] = storage.cell(value, inArena: record % 2 == 0)
        }
        var order = order ?? values.indices.map(UInt32.init)
        var keyOrder = KeyOrder()
        keyOrder.sort(&order, byPlane: 1, of: storage, descends: descends)
        return order
    }

    @Test("descending, the greatest come first, and equal ones as they stood all the same")
    func descending() {
        let values = ["b", "a", "c", "a", "b"].map { Value.text($0) }
        #expect(sorted(values) == [1, 3, 0, 4, 2])
        #expect(sorted(values, descends: true) == [2, 0, 4, 1, 3])
    }

    /// The eight bytes behind what all texts begin with, the plain way.
    private func words(_ texts: [[UInt8]]) -> [[UInt8]] {
        var common = texts.first ?? []
        for text in texts {
            while !text.starts(with: common) { common.removeLast() }
        }
        return texts.map { text in
            let word = Array(text.dropFirst(common.count).prefix(8))
            return word + [UInt8](repeating: 0, count: 8 - word.count)
        }
    }

    @Test("texts come in the order of the eight bytes behind what all begin with, equal ones as they stood")
    func texts() {
        var random = SeededGenerator.printingSeed()
        for _ in 0..<400 {
            let prefix = String(repeating: "contact-", count: Int.random(in: 0...2, using: &random))
            let letters = ["a", "b", "é", "\u{7F}", "\u{1}", "ÿ", "0"].prefix(
                Int.random(in: 1...7, using: &random))
            let texts = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                prefix
                    + (0..<Int.random(in: 0...12, using: &random)).map { _ in
                        letters.randomElement(using: &random) ?? ""
                    }.joined()
            }
            // Only some of the records, in the order of the file.
            let order = texts.indices.map(UInt32.init).filter { _ in random.chance(80) }
            let words = words(order.map { Array(texts[Int($0)].utf8) })
            // Swift's sort is not promised to be stable: the place decides between equal words.
            let wanted = order.indices.sorted { left, right in
                words[left] == words[right]
                    ? left < right : words[left].lexicographicallyPrecedes(words[right])
            }
            #expect(sorted(texts.map(Value.text), from: order) == wanted.map { order[$0] }, "\(texts)")
        }
    }

    @Test("numbers come by their value, those below zero first, blanks before all")
    func numbers() {
        #expect(
            sorted([.integer(5), .integer(-1), nil, .integer(0), .integer(-1), .integer(5)]) == [
                2, 1, 4, 3, 0, 5,
            ])
        let least = Value.integer(-Cell.maxInteger)
        let greatest = Value.integer(Cell.maxInteger)
        #expect(sorted([greatest, .integer(1 << 40), least, .integer(-(1 << 40))]) == [2, 3, 1, 0])
    }

    @Test("blank texts come first, and one storage after the other is sorted by the same sorter")
    func blanksAndReuse() {
        #expect(sorted([.text("b"), nil, .text("a"), nil]) == [1, 3, 2, 0])
        #expect(sorted([]) == [])
        #expect(sorted([.text("a")]) == [0])
        var keyOrder = KeyOrder()
        for count in [300, 2, 7, 301] {
            let storage = BatchStorage(maxRecords: count, planeCount: 1, sourceCapacity: 1)
            for record in 0..<count {
                storage.plane(0)[record] = storage.cell(.text("k\(9000 - record)"), inArena: true)
            }
            var order = (0..<UInt32(count)).map { $0 }
            keyOrder.sort(&order, byPlane: 0, of: storage)
            #expect(order == (0..<UInt32(count)).reversed(), "\(count) records")
        }
    }
}
