internal import Records

/// Writes bytes into a kept file, sealed piece by piece where there is what seals them.
///
/// A piece is held until more comes: only then it is known not to be the last.
final class PieceWriter {
    private let writer: KeptBytesWriter
    private let sealer: (any PieceSealer)?
    private var piece: [UInt8] = []
    private var number: UInt32 = 0
    /// Bytes in the clear so far.
    private(set) var bytesTaken: UInt64 = 0

    /// - Throws: as ``KeptBytesWriter``.
    init(creating path: String, sealer: (any PieceSealer)?) throws(ByteStreamError) {
        writer = try KeptBytesWriter(creating: path)
        self.sealer = sealer
        guard let sealer else { return }
        piece.reserveCapacity(PieceForm.pieceBytes)
        try writer.append(KeptBytes(stored: sealer.header))
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(ByteStreamError) {
        bytesTaken += UInt64(bytes.count)
        guard sealer != nil else {
            try writer.append(KeptBytes(source: bytes))
            return
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            if piece.count == PieceForm.pieceBytes { try sealPiece(isLast: false) }
            let count = min(rest.count, PieceForm.pieceBytes - piece.count)
            piece.append(contentsOf: rest.prefix(count))
            rest = rest.dropFirst(count)
        }
    }

    /// Brings all of it to the disk.
    func finish() throws(ByteStreamError) {
        if sealer != nil { try sealPiece(isLast: true) }
        try writer.finish()
    }

    private func sealPiece(isLast: Bool) throws(ByteStreamError) {
        guard let sealer else { return }
        let number = number
        let sealed = piece.withUnsafeBytes { piece in
            Result { () throws(Failure) in try sealer.seal(piece, number: number, isLast: isLast) }
        }
        switch sealed {
        case .success(let bytes): try writer.append(KeptBytes(stored: bytes))
        case .failure(let failure): throw ByteStreamError(.writeFailed, failure.message, hint: failure.hint)
        }
        self.number += 1
        piece.removeAll(keepingCapacity: true)
    }
}
