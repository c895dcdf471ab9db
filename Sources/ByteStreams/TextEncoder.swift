package import Records

/// Turns text into the bytes of an encoding.
///
/// It belongs to one lane at a time.
package final class TextEncoder {
    package let encoding: TextEncoding
    let method: Method

    enum Method {
        case utf8
        case table([UInt32: UInt8])
        case converter(Converter)
    }

    /// - Precondition: the encoding says the order of its bytes.
    /// - Throws: ``ByteStreamError`` with code `encodingUnavailable`.
    package init(_ encoding: TextEncoding) throws(ByteStreamError) {
        precondition(!encoding.needsMark)
        self.encoding = encoding
        if encoding == .utf8 {
            method = .utf8
        } else if encoding.isSingleByte {
            guard let table = SingleByteTable(encoding) else { throw .unavailable(encoding) }
            method = .table(table.bytes)
        } else {
            guard let converter = Converter(from: "UTF-8", to: encoding.converterName) else {
                throw .unavailable(encoding)
            }
            method = .converter(converter)
        }
    }

    /// The text with what the encoding lacks written in other characters, `?` where there are none.
    ///
    /// Apart from ``encode(_:)``, so that quotes that come of it can be seen by whoever puts the text in quotes.
    package func representable(_ text: String) -> String {
        guard case .utf8 = method else {
            var result = ""
            for scalar in text.unicodeScalars {
                if bytes(of: scalar) != nil {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += Self.plainForms[scalar] ?? "?"
                }
            }
            return result
        }
        return text
    }

    /// The bytes of UTF-8 text in the encoding; `?` for what it lacks.
    package func encode(_ utf8: [UInt8]) -> [UInt8] {
        guard case .utf8 = method else {
            let missing = bytes(of: "?") ?? []
            return String(decoding: utf8, as: UTF8.self).unicodeScalars.flatMap { bytes(of: $0) ?? missing }
        }
        return utf8
    }

    /// One character in the encoding; `nil` where it lacks it.
    func bytes(of scalar: Unicode.Scalar) -> [UInt8]? {
        let utf8 = Array(String(scalar).utf8)
        switch method {
        case .utf8: return utf8
        case .table(let table):
            return table[utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }].map { [$0] }
        case .converter(let converter):
            var room = [UInt8](repeating: 0, count: 16)
            let given = utf8.withUnsafeBufferPointer { input in
                room.withUnsafeMutableBufferPointer { converter.finish(input, into: $0) }
            }
            return given.map { Array(room.prefix($0)) }
        }
    }

    /// Signs of our own messages that many encodings lack.
    private static let plainForms: [Unicode.Scalar: String] = [
        "…": "...", "–": "-", "—": "-", "‘": "'", "’": "'", "“": "\"", "”": "\"", "→": "->", "·": "-",
        "\u{A0}": " ", "€": "EUR",
    ]
}

extension TextEncoder {
    /// The line end that a record's bytes in this encoding end with; `nil` where they have none.
    package func lineEnd(of bytes: [UInt8]) -> [UInt8]? {
        // Else the last bytes are a part of a unit, and no line end whatever they look like.
        guard endsBetweenUnits(bytes) else { return nil }
        for lineEnd in ["\r\n", "\n", "\r"] {
            let encoded = encode(Array(lineEnd.utf8))
            if bytes.suffix(encoded.count) == encoded[...] { return encoded }
        }
        return nil
    }

    /// Whether something written behind these bytes keeps its meaning; not so where a file ended within a unit.
    package func endsBetweenUnits(_ bytes: [UInt8]) -> Bool {
        bytes.count.isMultiple(of: encoding.unitBytes)
    }
}
