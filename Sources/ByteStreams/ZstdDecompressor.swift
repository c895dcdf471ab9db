internal import CZstd

/// Decodes zstd: any number of frames, skippable ones among them.
///
/// It cuts the file into frame headers, blocks and check sums by itself and hands each to the library whole.
/// So every refusal is the same however the file is read, names the byte where the faulty part begins, and
/// rules that the library is lax about (``ZstdBlockCheck``) are kept.
final class ZstdDecompressor: Decompressor {
    /// What comes next in the file.
    private enum Part {
        case frameStart
        case block
        case checksum
        case skippable(bytesLeft: UInt64)
    }

    private(set) var sourceBytesDone: UInt64 = 0
    private let context: OpaquePointer
    private var part = Part.frameStart
    /// The part at hand, gathered until it is whole.
    private var piece: [UInt8] = []
    private var isWhole = false
    /// Bytes of the whole part that the library has taken.
    private var pieceTaken = 0
    private var pieceStart: UInt64 = 0
    private var header: ZstdFormat.FrameHeader?
    private var check = ZstdBlockCheck()
    private var framesDone = 0

    init() {
        guard let context = ZSTD_createDCtx() else { preconditionFailure("zstd gave no memory") }
        self.context = context
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZstdFormat.maxWindowLog)
        piece.reserveCapacity(ZstdFormat.maxBlockBytes + ZstdFormat.BlockHeader.byteCount)
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    var isComplete: Bool {
        guard case .frameStart = part else { return false }
        return piece.isEmpty && framesDone > 0
    }

    func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFault) -> (taken: Int, given: Int) {
        var taken = 0
        var given = 0
        while true {
            if isWhole {
                given += try feed(UnsafeMutableRawBufferPointer(rebasing: output[given...]))
                if given == output.count { break }
                try endPart()
            }
            let count = try gather(UnsafeRawBufferPointer(rebasing: input[taken...]))
            taken += count
            sourceBytesDone += UInt64(count)
            if !isWhole { break }
        }
        return (taken, given)
    }

    /// Gives the library what it has not taken of the part at hand, and takes the output that there is.
    private func feed(_ output: UnsafeMutableRawBufferPointer) throws(DecompressionFault) -> Int {
        var result = 0
        var produced = 0
        piece.withUnsafeBytes { bytes in
            var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: pieceTaken)
            var room = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
            repeat {
                result = ZSTD_decompressStream(context, &room, &source)
            } while ZSTD_isError(result) == 0 && source.pos < source.size && room.pos < room.size
            pieceTaken = source.pos
            produced = room.pos
        }
        guard ZSTD_isError(result) == 0 else {
            throw damaged(String(cString: ZSTD_getErrorName(result)))
        }
        return produced
    }

    /// Goes on to the part after the one that the library has taken and given all the output of.
    private func endPart() throws(DecompressionFault) {
        switch part {
        case .frameStart:
            part = .block
        case .block:
            guard ZstdFormat.BlockHeader(piece).isLast else { break }
            if header?.hasChecksum == true {
                part = .checksum
            } else {
                endFrame()
            }
        case .checksum:
            endFrame()
        case .skippable:
            break
        }
        beginPiece()
    }

    private func endFrame() {
        part = .frameStart
        framesDone += 1
    }

    private func beginPiece() {
        piece.removeAll(keepingCapacity: true)
        isWhole = false
        pieceTaken = 0
    }

    /// Moves bytes into the part at hand until it is whole.
    ///
    /// - Returns: bytes taken.
    private func gather(_ input: UnsafeRawBufferPointer) throws(DecompressionFault) -> Int {
        var taken = 0
        while true {
            if piece.isEmpty { pieceStart = sourceBytesDone + UInt64(taken) }
            if case .skippable(let bytesLeft) = part {
                let dropped = Int(min(bytesLeft, UInt64(input.count - taken)))
                taken += dropped
                guard UInt64(dropped) == bytesLeft else {
                    part = .skippable(bytesLeft: bytesLeft - UInt64(dropped))
                    return taken
                }
                endFrame()
                continue
            }
            let wanted = try bytesWanted()
            if piece.count == wanted {
                if try beginSkippable() { continue }
                try inspect()
                isWhole = true
                return taken
            }
            guard taken < input.count else { return taken }
            let count = min(wanted - piece.count, input.count - taken)
            piece.append(contentsOf: input[taken..<taken + count])
            taken += count
        }
    }

    /// Length of the part at hand, as far as its first bytes tell; it may grow as more of them are there.
    private func bytesWanted() throws(DecompressionFault) -> Int {
        switch part {
        case .frameStart:
            guard piece.count >= 4 else { return 4 }
            let magic = UInt32(ZstdFormat.number(piece.prefix(4)))
            if ZstdFormat.isSkippable(magic: magic) { return 8 }
            guard magic == ZstdFormat.frameMagic else {
                throw DecompressionFault(
                    reason: "bytes that are not zstd follow after the compressed data",
                    hint: "Was something appended to the file? Compress it again from its source.",
                    sourceByteOffset: pieceStart)
            }
            guard piece.count >= 5 else { return 5 }
            return ZstdFormat.FrameHeader.byteCount(descriptor: piece[4])
        case .block:
            guard piece.count >= ZstdFormat.BlockHeader.byteCount else {
                return ZstdFormat.BlockHeader.byteCount
            }
            let block = ZstdFormat.BlockHeader(piece)
            guard block.kind != .reserved, block.size <= ZstdFormat.maxBlockBytes else {
                throw damaged("a block of unknown kind or too large")
            }
            return ZstdFormat.BlockHeader.byteCount + block.bodyBytes
        case .checksum:
            return 4
        case .skippable:
            return 0
        }
    }

    /// Where the part at hand is the head of a skippable frame, begins to skip it.
    private func beginSkippable() throws(DecompressionFault) -> Bool {
        guard case .frameStart = part,
            ZstdFormat.isSkippable(magic: UInt32(ZstdFormat.number(piece.prefix(4))))
        else { return false }
        part = .skippable(bytesLeft: ZstdFormat.number(piece[4..<8]))
        beginPiece()
        return true
    }

    /// Checks a whole part before the library sees it.
    private func inspect() throws(DecompressionFault) {
        switch part {
        case .frameStart:
            let header = ZstdFormat.FrameHeader(piece)
            guard header.windowBytes <= 1 << UInt64(ZstdFormat.maxWindowLog) else {
                throw DecompressionFault(
                    code: .windowTooLarge,
                    reason:
                        "a zstd frame that needs a window of \(header.windowBytes) bytes; 8 MiB are taken",
                    hint: "Compress it again without --long and --ultra.", sourceByteOffset: pieceStart)
            }
            guard header.dictionaryID == 0 else {
                throw DecompressionFault(
                    code: .dictionaryNeeded,
                    reason: "a zstd frame that needs dictionary \(header.dictionaryID)",
                    hint: "Compress it again without a dictionary.", sourceByteOffset: pieceStart)
            }
            self.header = header
            check = ZstdBlockCheck()
        case .block:
            guard ZstdFormat.BlockHeader(piece).kind == .compressed else { break }
            do throws(ZstdBlockCheck.Fault) {
                try check.settle(&piece, deeply: header?.hasChecksum != true)
            } catch {
                throw damaged(error.reason)
            }
        case .checksum, .skippable:
            break
        }
    }

    private func damaged(_ reason: String) -> DecompressionFault {
        DecompressionFault(
            reason: "damaged zstd data (\(reason))", hint: "Transfer or compress the file again.",
            sourceByteOffset: pieceStart)
    }
}
