internal import Glibc
package import Records

extension TextEncoder: Repertoire {
    /// Whether every text can be written in the encoding.
    package var hasEverything: Bool {
        encoding == .utf8 || encoding.unitBytes > 1 || encoding.name == "gb18030"
    }

    /// The mark that a file in the encoding may begin with.
    package var mark: [UInt8] { encode(Array("\u{FEFF}".utf8)) }

    package func firstMissing(in text: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar? {
        guard !hasEverything else { return nil }
        if case .converter(let converter) = method {
            // The usual case in one run; only then is it asked which character it is.
            let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 4 * text.count + 16)
            defer { room.deallocate() }
            if converter.finish(text, into: room) != nil { return nil }
        }
        return String(decoding: text, as: UTF8.self).unicodeScalars.first { bytes(of: $0) == nil }
    }

    /// Adds a UTF-8 text, whose characters the encoding has, to a buffer; `?` for what it lacks.
    package func append(_ text: UnsafeRawBufferPointer, to output: ByteBuffer) {
        switch method {
        case .utf8:
            let room = output.reserve(text.count)
            if let base = text.baseAddress { memcpy(room, base, text.count) }
            output.commit(text.count)
        case .table(let table): append(text, by: table, to: output)
        case .converter(let converter): append(text, by: converter, to: output)
        }
    }

    private func append(
        _ text: UnsafeRawBufferPointer, by table: [UInt32: UInt8], to output: ByteBuffer
    ) {
        let room = output.reserve(text.count)
        let missing = table[UInt32(UInt8(ascii: "?"))] ?? UInt8(ascii: "?")
        var given = 0
        var at = 0
        while at < text.count {
            let first = text[at]
            var code = UInt32(first)
            var length = 1
            if first >= 0x80 {
                length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
                for index in 1..<length where at + index < text.count {
                    code |= UInt32(text[at + index]) << UInt32(8 * index)
                }
                room[given] = table[code] ?? missing
            } else {
                // Every encoding of single bytes here begins with ASCII.
                room[given] = first
            }
            given += 1
            at += length
        }
        output.commit(given)
    }

    private func append(
        _ text: UnsafeRawBufferPointer, by converter: Converter, to output: ByteBuffer
    ) {
        var rest = text.assumingMemoryBound(to: UInt8.self)[...]
        while !rest.isEmpty {
            // UTF-32 makes four bytes of one.
            let size = 4 * rest.count + 16
            let room = UnsafeMutableBufferPointer(start: output.reserve(size), count: size)
            let done = converter.run(UnsafeBufferPointer(rebasing: rest), into: room)
            output.commit(done.given)
            rest = rest.dropFirst(done.taken)
            guard done.stop != nil, !rest.isEmpty else { break }
            output.append(encode([UInt8(ascii: "?")]))
            rest = rest.dropFirst().drop { $0 & 0xC0 == 0x80 }
        }
        let room = UnsafeMutableBufferPointer(start: output.reserve(16), count: 16)
        output.commit(converter.flush(into: room) ?? 0)
    }
}
