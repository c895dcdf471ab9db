package import Records

/// The mark that a file may begin with, and what it says of the file.
package struct ByteOrderMark: Hashable, Sendable {
    /// As it lies in the file.
    package let bytes: [UInt8]
    package let encoding: TextEncoding

    /// Bytes of a file that are enough to tell, the character behind a mark of two bytes included.
    package static let headBytes = 4

    /// The mark at the start of a file; `nil` where there is none.
    ///
    /// `FF FE 00 00` is UTF-32's: in UTF-16 it would be a mark and a NUL, which no record begins with.
    package init?(head: [UInt8]) {
        let marks: [([UInt8], TextEncoding)] = [
            ([0xEF, 0xBB, 0xBF], .utf8), ([0xFF, 0xFE, 0, 0], .utf32LE), ([0, 0, 0xFE, 0xFF], .utf32BE),
            ([0xFF, 0xFE], .utf16LE), ([0xFE, 0xFF], .utf16BE),
        ]
        guard let found = marks.first(where: { head.starts(with: $0.0) }) else { return nil }
        (bytes, encoding) = found
    }

    /// Whether the mark has the say over an encoding that was declared.
    ///
    /// Against an encoding of bytes, where a mark of two bytes might be two letters, only where the character
    /// behind it is a plain one in UTF-16.
    func overrules(_ declared: TextEncoding, head: [UInt8]) -> Bool {
        guard bytes.count == 2, declared != .utf8, declared.unitBytes == 1 else { return true }
        let next = head.dropFirst(2).prefix(2)
        return next.count == 2 && next.contains(0)
    }
}

/// What a file is read as: what was declared, unless its mark says otherwise.
package struct ResolvedEncoding: Hashable, Sendable {
    package let encoding: TextEncoding
    /// The mark of the file where it is one that counts.
    package let mark: ByteOrderMark?
    /// Whether the mark says something other than what was declared.
    package let isByMark: Bool

    /// Decides by the first bytes of a decompressed file: ``ByteOrderMark/headBytes``, or all it has.
    ///
    /// - Throws: ``ByteStreamError`` with code `encodingOrderUnknown` where a mark is needed and missing.
    package init(
        declared: TextEncoding, head: [UInt8], fileName: String
    ) throws(ByteStreamError) {
        if let mark = ByteOrderMark(head: head), mark.overrules(declared, head: head) {
            encoding = mark.encoding
            self.mark = mark
            let isFamily = declared.needsMark && declared.unitBytes == mark.encoding.unitBytes
            isByMark = mark.encoding != declared && !isFamily
            return
        }
        guard !declared.needsMark else {
            throw ByteStreamError(
                .encodingOrderUnknown,
                "\(fileName): it has no mark that says the order of the bytes of its \(declared)",
                hint: "Declare \(declared)le (usual on Windows) or \(declared)be: --encoding, or "
                    + "file: {encoding: …} in the input filter.", byteOffset: 0)
        }
        encoding = declared
        mark = nil
        isByMark = false
    }

    /// Reads the head of a file and decides.
    ///
    /// - Throws: as reading does, and as ``init(declared:head:fileName:)``.
    package static func of(
        _ file: SourceFile, declared: TextEncoding
    ) async throws(ByteStreamError) -> ResolvedEncoding {
        var options = ByteStream.Options()
        options.requestBytes = 4 << 10
        let stream = try ByteStream(file, options: options)
        var head: [UInt8] = []
        while head.count < ByteOrderMark.headBytes, let chunk = try await stream.next() {
            head += chunk.bytes.prefix(ByteOrderMark.headBytes - head.count)
        }
        return try ResolvedEncoding(declared: declared, head: head, fileName: file.name)
    }
}
