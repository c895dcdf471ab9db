package import Records
internal import TestSupport

/// How an input is cut into chunks.
package enum Cutting: CustomStringConvertible {
    case every(Int)
    case random(seed: UInt64, upTo: Int)

    package var description: String {
        switch self {
        case .every(let bytes): "every \(bytes)"
        case .random(let seed, let upTo): "random up to \(upTo), seed \(seed)"
        }
    }

    package func chunks(_ bytes: [UInt8], from first: Int = 0) -> [ByteChunk] {
        var chunks: [ByteChunk] = []
        var start = first
        var numbers = SeededGenerator(seed: 0)
        if case .random(let seed, _) = self { numbers = SeededGenerator(seed: seed) }
        while start < bytes.count {
            let size =
                switch self {
                case .every(let bytes): bytes
                case .random(_, let upTo): Int.random(in: 1...upTo, using: &numbers)
                }
            let end = min(bytes.count, start + size)
            chunks.append(ByteChunk(bytes: Array(bytes[start..<end]), byteOffset: UInt64(start)))
            start = end
        }
        return chunks
    }
}
