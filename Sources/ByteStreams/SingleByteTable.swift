internal import Records

/// What each of the 256 bytes stands for, in UTF-8, as the system's converter has it.
///
/// Asked for byte by byte: the converter would join letters and accents of some encodings, so that what a byte
/// becomes would depend on its neighbours.
final class SingleByteTable: Sendable {
    /// In a text, the mark of a byte that stands for nothing: a byte that is never in UTF-8.
    static let noCharacter: UInt8 = 0xFF

    /// The UTF-8 of each byte, first byte lowest.
    private let texts: [UInt32]
    private let counts: [UInt8]

    /// `nil` where this system has no such conversion.
    init?(_ encoding: TextEncoding) {
        guard let converter = Converter(from: encoding.converterName, to: "UTF-8") else { return nil }
        var texts: [UInt32] = []
        var counts: [UInt8] = []
        for byte in UInt8.min...UInt8.max {
            var room = [UInt8](repeating: 0, count: 8)
            let given = [byte].withUnsafeBufferPointer { input in
                room.withUnsafeMutableBufferPointer { converter.finish(input, into: $0) }
            }
            guard let given, (1...4).contains(given) else {
                texts.append(UInt32(Self.noCharacter))
                counts.append(1)
                continue
            }
            texts.append(room.prefix(given).reversed().reduce(0) { $0 << 8 | UInt32($1) })
            counts.append(UInt8(given))
        }
        self.texts = texts
        self.counts = counts
    }

    /// Turns bytes into text until the input is used up or the next character does not fit.
    func decode(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) -> TextDecoder.Step {
        var step = TextDecoder.Step()
        texts.withUnsafeBufferPointer { texts in
            counts.withUnsafeBufferPointer { counts in
                while step.taken < input.count {
                    let byte = Int(input[step.taken])
                    let count = Int(counts[byte])
                    guard step.given + count <= output.count else { return }
                    var text = texts[byte]
                    if count == 1, text == UInt32(Self.noCharacter) { step.invalid += 1 }
                    for index in step.given..<step.given + count {
                        output[index] = UInt8(truncatingIfNeeded: text)
                        text >>= 8
                    }
                    step.taken += 1
                    step.given += count
                }
            }
        }
        return step
    }

    /// The byte of each character, by its UTF-8, first byte lowest; of two bytes for one character the lower.
    var bytes: [UInt32: UInt8] {
        var bytes: [UInt32: UInt8] = [:]
        for byte in UInt8.min...UInt8.max {
            let text = texts[Int(byte)]
            if text != UInt32(Self.noCharacter), bytes[text] == nil { bytes[text] = byte }
        }
        return bytes
    }
}

extension Converter {
    /// Converts a whole input and what the converter still holds back; `nil` where something is no character.
    func finish(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Int? {
        let done = run(input, into: output)
        let rest = flush(into: UnsafeMutableBufferPointer(rebasing: output[done.given...]))
        guard done.stop == nil, let rest else { return nil }
        return done.given + rest
    }
}
