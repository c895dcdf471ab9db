internal import Records

/// Where the pieces of a sealed file lie, and what opens them.
struct SealedSource: Sendable {
    private let sealer: any PieceSealer
    /// Of the file as it lies.
    private let fileBytes: UInt64
    /// In the clear.
    let clearBytes: UInt64

    private static let sealedPieceBytes = UInt64(PieceForm.pieceBytes + PieceForm.proofBytes)

    /// - Returns: `nil` where no file is so long.
    init?(_ sealer: any PieceSealer, fileBytes: UInt64) {
        guard let clearBytes = PieceForm.clearBytes(ofFile: fileBytes) else { return nil }
        self.sealer = sealer
        self.fileBytes = fileBytes
        self.clearBytes = clearBytes
    }

    /// The bytes of the file in which some bytes in the clear lie.
    func range(of clear: Range<UInt64>) -> Range<UInt64> {
        let first = clear.lowerBound / UInt64(PieceForm.pieceBytes)
        let last = (max(clear.upperBound, clear.lowerBound + 1) - 1) / UInt64(PieceForm.pieceBytes)
        return min(start(of: first), fileBytes)..<min(start(of: last + 1), fileBytes)
    }

    private func start(of piece: UInt64) -> UInt64 {
        UInt64(PieceForm.headerBytes) + piece * Self.sealedPieceBytes
    }

    /// Runs `body`, whose failure becomes one of reading.
    static func opening<Value>(
        _ name: String, _ body: () throws(Failure) -> Value
    ) throws(ByteStreamError) -> Value {
        do throws(Failure) {
            return try body()
        } catch {
            throw ByteStreamError(.readFailed, "\(name): \(error.message)", hint: error.hint)
        }
    }

    /// Bytes in the clear, out of ``range(of:)`` of the file.
    ///
    /// - Throws: where they were changed.
    func open(_ sealed: [UInt8], _ clear: Range<UInt64>) throws(Failure) -> [UInt8] {
        var number = clear.lowerBound / UInt64(PieceForm.pieceBytes)
        let skipped = Int(clear.lowerBound - number * UInt64(PieceForm.pieceBytes))
        var opened: [UInt8] = []
        var at = 0
        while at < sealed.count {
            let end = min(at + Int(Self.sealedPieceBytes), sealed.count)
            let isLast = start(of: number) + UInt64(end - at) == fileBytes
            let piece = sealed[at..<end].withUnsafeBytes { piece in
                Result { () throws(Failure) in
                    try sealer.open(piece, number: UInt32(truncatingIfNeeded: number), isLast: isLast)
                }
            }
            opened += try piece.get()
            number += 1
            at = end
        }
        return Array(opened.dropFirst(skipped).prefix(clear.count))
    }
}
