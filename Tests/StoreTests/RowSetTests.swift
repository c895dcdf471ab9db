import TestSupport
import Testing

@testable import Store

@Suite("The set of rows")
struct RowSetTests {
    @Test("it knows what was put in and taken out, as a set does")
    func likeASet() {
        var random = SeededGenerator.printingSeed()
        for greatest: Int64 in [0, 1, 63, 64, 32_767, 32_768, 100_000] {
            let rows = RowSet(greatestID: greatest)
            var model: Set<Int64> = []
            for _ in 0..<2000 {
                let id =
                    random.chance(50)
                    ? Int64.random(in: 0...greatest, using: &random)
                    : greatest - min(greatest, Int64.random(in: 0...3, using: &random))
                if random.chance(30) {
                    rows.remove(id)
                    model.remove(id)
                } else {
                    let wasThere = rows.insert(id)
                    #expect(wasThere == !model.insert(id).inserted)
                }
                let other = Int64.random(in: -2...greatest + 2, using: &random)
                let isThere = rows.contains(other)
                #expect(isThere == model.contains(other))
            }
        }
    }

    @Test("its memory follows the rows that are in it, not their ids")
    func sparse() {
        let rows = RowSet(greatestID: 20_000_000_000)
        let empty = rows.pagesInUse
        #expect(empty == 0)
        for id: Int64 in [1, 2, 32_000, 9_999_999_999, 20_000_000_000] { _ = rows.insert(id) }
        let used = rows.pagesInUse
        #expect(used == 3)
        let isThere = [rows.contains(9_999_999_999), rows.contains(9_999_999_998)]
        #expect(isThere == [true, false])
    }
}
