package import Records

/// Turns bytes of an encoding into UTF-8.
///
/// Bytes that stand for no character become as many bytes 0xFF, which are in no UTF-8: the value that holds them
/// is found to be unsound, and nothing else. What comes out does not depend on how the input is cut.
///
/// It belongs to one lane at a time.
package final class TextDecoder {
    /// How far one call came.
    package struct Step: Hashable, Sendable {
        /// Bytes of the input that are done with.
        package var taken = 0
        /// Bytes of text written.
        package var given = 0
        /// Sequences that stand for no character.
        package var invalid = 0
    }

    package let encoding: TextEncoding
    private let method: Method

    private enum Method {
        case table(SingleByteTable)
        /// With the bytes that may begin a character of several bytes.
        case converter(Converter, isLead: [Bool])
    }

    /// - Precondition: the encoding is neither UTF-8, nor one whose mark has yet to say the order of its bytes.
    /// - Throws: ``ByteStreamError`` with code `encodingUnavailable` where this system cannot convert from it.
    package init(_ encoding: TextEncoding) throws(ByteStreamError) {
        precondition(encoding != .utf8 && !encoding.needsMark)
        self.encoding = encoding
        if encoding.isSingleByte {
            guard let table = SingleByteTable(encoding) else { throw .unavailable(encoding) }
            method = .table(table)
        } else {
            guard let converter = Converter(from: encoding.converterName, to: "UTF-8") else {
                throw .unavailable(encoding)
            }
            method = .converter(converter, isLead: encoding.unitBytes > 1 ? [] : Self.leads(converter))
        }
    }

    /// A decoder of the same encoding for another lane.
    init(like other: TextDecoder) throws(ByteStreamError) {
        encoding = other.encoding
        switch other.method {
        case .table: method = other.method
        case .converter(_, let isLead):
            guard let converter = Converter(from: encoding.converterName, to: "UTF-8") else {
                throw .unavailable(encoding)
            }
            method = .converter(converter, isLead: isLead)
        }
    }

    /// Most bytes of text that come of `count` bytes.
    package func mostTextBytes(of count: Int) -> Int {
        // UTF-16 makes 3 of 2, UTF-32 at most 4 of 4; a single byte can be a sign of 3 bytes, such as €.
        encoding.unitBytes > 1 ? count * 2 + 4 : count * 3
    }

    /// Decodes until the input is used up, its last character is cut short, or the next one does not fit.
    ///
    /// `isEnd` says that nothing follows the input: what is cut short there stands for no character.
    package func decode(
        _ input: UnsafeBufferPointer<UInt8>, isEnd: Bool, into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Step {
        switch method {
        case .table(let table): table.decode(input, into: output)
        case .converter(let converter, let isLead):
            decode(input, isEnd: isEnd, into: output, by: converter, isLead)
        }
    }

    private func decode(
        _ input: UnsafeBufferPointer<UInt8>, isEnd: Bool, into output: UnsafeMutableBufferPointer<UInt8>,
        by converter: Converter, _ isLead: [Bool]
    ) -> Step {
        var step = Step()
        while step.taken < input.count {
            let done = converter.run(
                UnsafeBufferPointer(rebasing: input[step.taken...]),
                into: UnsafeMutableBufferPointer(rebasing: output[step.given...]))
            step.taken += done.taken
            step.given += done.given
            guard let stop = done.stop, stop != .outputFull, stop != .cutShort || isEnd else { break }
            let count = invalidBytes(UnsafeBufferPointer(rebasing: input[step.taken...]), isLead)
            guard step.given + count <= output.count else { break }
            for index in step.given..<step.given + count { output[index] = SingleByteTable.noCharacter }
            step.taken += count
            step.given += count
            step.invalid += 1
        }
        return step
    }

    /// How many bytes stand for no character, where the first of the input does not begin one.
    ///
    /// Of a pair that means nothing, a second byte that is ASCII is left: it may be a line end or a delimiter.
    private func invalidBytes(_ input: UnsafeBufferPointer<UInt8>, _ isLead: [Bool]) -> Int {
        guard encoding.unitBytes == 1 else { return min(encoding.unitBytes, input.count) }
        return input.count > 1 && isLead[Int(input[0])] && input[1] >= 0x80 ? 2 : 1
    }

    private static func leads(_ converter: Converter) -> [Bool] {
        var room = [UInt8](repeating: 0, count: 8)
        return (UInt8.min...UInt8.max).map { byte in
            [byte].withUnsafeBufferPointer { input in
                room.withUnsafeMutableBufferPointer { converter.run(input, into: $0).stop == .cutShort }
            }
        }
    }
}

extension ByteStreamError {
    static func unavailable(_ encoding: TextEncoding) -> ByteStreamError {
        ByteStreamError(
            .encodingUnavailable, "this system cannot convert from \(encoding)",
            hint:
                "Install all conversions of the C library (on Fedora: glibc-gconv-extra), or convert the file "
                + "first.")
    }
}
