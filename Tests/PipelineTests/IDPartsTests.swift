import Pipeline
import TestSupport
import Testing

@Suite("Parts of a table by ranges of ids")
struct IDPartsTests {
    @Test(
        "parts follow one another from the first id to the last, whatever rows they are said to have",
        arguments: [
            1...1, -5...5, 1...1_000_000, Int64.min...Int64.max, (Int64.max - 3)...Int64.max,
            7...9_000_000_000,
        ] as [ClosedRange<Int64>])
    func partsHaveAllIDs(ids: ClosedRange<Int64>) {
        var random = SeededGenerator.printingSeed()
        let parts = IDParts(ids, rowsPerPart: 100)
        var number = 0
        var next: Int64? = ids.lowerBound
        while let part = parts.part(number) {
            #expect(part.lowerBound == next && part.upperBound <= ids.upperBound)
            if number == 0 { #expect(part.count <= 100, "no more ids than rows are wanted") }
            next = part.upperBound == .max ? nil : part.upperBound + 1
            // Mostly few rows, so that the parts grow and the end is reached.
            parts.note(rows: random.chance(20) ? .random(in: 0...200, using: &random) : 0, in: part)
            #expect(parts.part(number) == part, "a part stays what it was")
            number += 1
        }
        #expect(next == (ids.upperBound == .max ? nil : ids.upperBound + 1))
        #expect(parts.part(number + 5) == nil)
    }

    @Test("parts come to have about as many rows as are wanted")
    func partsAreEven() throws {
        let parts = IDParts(1...10_000_000, rowsPerPart: 1000)
        for number in 0..<20 {
            let part = try #require(parts.part(number))
            // A row at every 50th id.
            parts.note(rows: part.count / 50, in: part)
            if number > 5 { #expect((40_000...60_000).contains(part.count)) }
        }
    }
}
