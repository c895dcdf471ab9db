import Foundation
import TestSupport

/// A seed of this run, printed so that a failure can be repeated; `SLUICE_SEED` sets it.
func runSeed(_ test: String) -> UInt64 {
    let given = ProcessInfo.processInfo.environment["SLUICE_SEED"].flatMap(UInt64.init)
    let seed = given ?? UInt64.random(in: 0...UInt64.max)
    print("\(test): SLUICE_SEED=\(seed)")
    return seed
}

/// Bytes in which whatever can go wrong is likely.
func nastyBytes(
    _ numbers: inout SeededGenerator, count: Int, quotes: Int = 3, backslashes: Int = 0
) -> [UInt8] {
    // Some inputs are dense with special bytes, some have long plain stretches, so that every path is taken.
    var alphabet = Array(",,;|\n\r\n\r\nab '".utf8) + [0, 0xC3, 0xA9, 0xEF]
    alphabet += Array(repeating: UInt8(ascii: "\""), count: quotes)
    alphabet += Array(repeating: UInt8(ascii: "\\"), count: backslashes)
    alphabet += Array(repeating: UInt8(ascii: "x"), count: Int.random(in: 0...1, using: &numbers) * 120)
    return (0..<count).map { _ in alphabet.randomElement(using: &numbers) ?? 0 }
}

/// Text of fields that are mostly quoted as a writer would, with doubled quotes and line breaks within.
func tidyBytes(_ numbers: inout SeededGenerator, records: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<records {
        for column in 0..<Int.random(in: 1...6, using: &numbers) {
            if column > 0 { bytes.append(UInt8(ascii: ",")) }
            let text = String(repeating: "n", count: Int.random(in: 0...40, using: &numbers))
            switch Int.random(in: 0..<8, using: &numbers) {
            case 0: bytes += Array("\"\(text)\"\"\(text)\"".utf8)
            case 1: bytes += Array("\"\(text)\r\n\(text)\"".utf8)
            case 2: bytes += Array("\"é,\(text)\"".utf8)
            case 3: bytes += Array("\"\"".utf8)
            case 4: bytes += Array(text.utf8)
            default: bytes += Array("\"\(text)\"".utf8)
            }
        }
        bytes += Array((["\n", "\r\n", "\r"].randomElement(using: &numbers) ?? "\n").utf8)
    }
    return bytes
}
