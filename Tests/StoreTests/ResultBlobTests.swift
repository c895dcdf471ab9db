import Records
import TestSupport
import Testing

@testable import Store

@Suite("Outcomes as they are kept")
struct ResultBlobTests {
    private func random(_ count: Int, using random: inout SeededGenerator) -> [RecordResult] {
        var line: UInt64 = 0
        let letters = Array("aZ09 ,\"\n-éß漢😀\u{0}")
        return (0..<count).map { _ in
            line += random.chance(80) ? 1 : UInt64.random(in: 0...1 << 40, using: &random)
            let length = random.chance(95) ? Int.random(in: 0...12, using: &random) : 300
            let key = String((0..<length).map { _ in letters.randomElement(using: &random) ?? "a" })
            let greatest: Int64 = random.chance(50) ? 300 : .max
            return RecordResult(
                line: line, key: key, id: random.chance(25) ? nil : .random(in: 1...greatest, using: &random),
                outcome: RecordOutcome.allCases.randomElement(using: &random) ?? .created)
        }
    }

    private func bytes(of results: [RecordResult]) -> [UInt8] {
        var blob = ResultBlob()
        for result in results { blob.append(result) }
        return blob.bytes
    }

    private func read(_ bytes: [UInt8]) throws -> [RecordResult] {
        var results: [RecordResult] = []
        try ResultBlob.forEach(in: bytes) { results.append($0) }
        return results
    }

    @Test("what was kept is read again, whatever lines, keys and ids it tells of")
    func roundTrip() throws {
        var random = SeededGenerator.printingSeed()
        for count in [0, 1, 2, 50, 400] {
            let results = self.random(count, using: &random)
            #expect(try read(bytes(of: results)) == results)
        }
        let edges = [
            RecordResult(line: 0, key: "", id: nil, outcome: .skipped),
            RecordResult(line: .max >> 1, key: "k", id: .max, outcome: .rejected),
        ]
        #expect(try read(bytes(of: edges)) == edges)
    }

    @Test("bytes that end in the middle of an outcome are corrupt, and those before it are told first")
    func cutShort() throws {
        var random = SeededGenerator.printingSeed()
        let results = self.random(40, using: &random)
        let ends = results.indices.map { bytes(of: Array(results[...$0])).count }
        let whole = bytes(of: results)
        for length in 0..<whole.count {
            var found: [RecordResult] = []
            let read = { try ResultBlob.forEach(in: Array(whole[..<length])) { found.append($0) } }
            if length == 0 || ends.contains(length) {
                try read()
            } else {
                #expect(throws: StoreError.self, "cut at \(length)") { try read() }
            }
            #expect(found == Array(results[..<ends.count { $0 <= length }]))
        }
    }

    @Test("whatever bytes there are, reading them ends, with outcomes or as corrupt")
    func damaged() {
        var random = SeededGenerator.printingSeed()
        for _ in 0..<3000 {
            var blob = bytes(of: self.random(Int.random(in: 1...6, using: &random), using: &random))
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                blob[Int.random(in: 0..<blob.count, using: &random)] =
                    random.chance(40)
                    ? 0xFF
                    : UInt8.random(
                        in: 0...255, using: &random)
            }
            do {
                try ResultBlob.forEach(in: blob) { _ in }
            } catch {
                #expect((error as? StoreError)?.code == .databaseCorrupt)
            }
        }
    }

    @Test(
        "an outcome, a length or a sum of lines that cannot be is corrupt",
        arguments: [
            [99, 1, 1, 0], [0, 1, 1, 5, 65], [0, 1, 1] + [UInt8](repeating: 0xFF, count: 12),
            [0, 1, 1] + [UInt8](repeating: 0xFF, count: 8) + [0x7F],
            Array(repeating: [0] + [UInt8](repeating: 0xFF, count: 8) + [0x7F, 0, 0], count: 4).flatMap(
                \.self),
        ])
    func impossible(bytes: [UInt8]) {
        #expect(throws: StoreError.self) { try read(bytes) }
    }
}
