package import Records

/// The decompressed bytes of a file, in order, in bounded chunks.
///
/// It belongs to one lane: nothing is read before ``next()`` asks for it, and one read is under way at a time.
/// Only a file that was read to its right end, check sums included, ends with `nil`; after an error every
/// further call throws that error again.
package final class ByteStream {
    /// Sizes and caps.
    package struct Options: Hashable, Sendable {
        /// Bytes of the file asked for at a time: the size from which plain reads gain no more.
        ///
        /// Of a compressed file, where reading is not what takes the time, at most a quarter of a MiB is.
        package var requestBytes = 1 << 20
        /// Greatest size of a decompressed chunk; chunks of plain files are as large as requests.
        package var chunkBytes = 256 << 10
        /// Decompressed bytes after which the stream ends with `expansionLimit`.
        package var maxExpandedBytes: UInt64 = 64 << 30
        /// Decompressed bytes to each byte of the file, above which the stream ends with `expansionLimit`.
        ///
        /// Text of this trade comes to 5 to 30, deflate cannot exceed 1,032.
        package var maxExpansionRatio: UInt64 = 1_000
        /// Decompressed bytes before the ratio counts: small files of one repeated line are harmless.
        package var ratioFreeBytes: UInt64 = 64 << 20

        package init() {}
    }

    package let file: SourceFile
    package let options: Options
    /// Where the next chunk begins in the decompressed stream.
    package private(set) var byteOffset: UInt64 = 0
    private let reader: FileReader
    /// `nil` for a plain file.
    private let decompressor: (any Decompressor)?
    /// Bytes of the file asked for so far.
    private var bytesRead: UInt64 = 0
    /// Bytes read and not yet decoded begin at `inputStart`.
    private var input: [UInt8] = []
    private var inputStart = 0
    /// The rest of a chunk that ``skip(to:)`` went into.
    private var held: ByteChunk?
    private var failure: ByteStreamError?

    /// - Throws: ``ByteStreamError`` with code `cannotOpen` where no descriptor is left.
    package init(_ file: SourceFile, options: Options = Options()) throws(ByteStreamError) {
        precondition(options.requestBytes > 0 && options.chunkBytes > 0)
        self.file = file
        self.options = options
        reader = try FileReader(file)
        decompressor =
            switch file.compression {
            case .none: nil
            case .gzip: GzipDecompressor()
            case .zstd: ZstdDecompressor()
            }
    }

    /// Bytes of the file as it lies that have been turned into chunks, for progress.
    package var sourceBytesDone: UInt64 { decompressor?.sourceBytesDone ?? byteOffset }

    /// The next chunk, or `nil` once the whole file has been given.
    ///
    /// - Throws: ``ByteStreamError`` with the offset reached: `readFailed`, `sourceChanged` (the file became
    ///   shorter), `corruptCompression`, `truncatedCompression`, `windowTooLarge`, `dictionaryNeeded`,
    ///   `expansionLimit`, `emptyFile` (it decompresses to nothing), `cancelled`.
    package func next() async throws(ByteStreamError) -> ByteChunk? {
        if let failure { throw failure }
        do throws(ByteStreamError) {
            try ByteStreamError.checkCancelled(file.name)
            if let held {
                self.held = nil
                byteOffset += UInt64(held.bytes.count)
                return held
            }
            let bytes =
                if let decompressor { try await decompressed(by: decompressor) } else { try await plain() }
            guard !bytes.isEmpty else { return nil }
            defer { byteOffset += UInt64(bytes.count) }
            return ByteChunk(bytes: bytes, byteOffset: byteOffset)
        } catch {
            failure = error
            throw error
        }
    }

    /// Goes on to a place further down: a seek in a plain file, decompression without output in others.
    ///
    /// - Parameter target: a byte of the decompressed stream, not before ``byteOffset``.
    /// - Throws: as ``next()``; `sourceChanged` where the stream ends before that byte.
    package func skip(to target: UInt64) async throws(ByteStreamError) {
        precondition(target >= byteOffset, "a stream goes forward only")
        if decompressor == nil && held == nil && failure == nil {
            guard target <= file.bytes else { throw endsBefore(target) }
            bytesRead = target
            byteOffset = target
            return
        }
        while byteOffset < target {
            guard let chunk = try await next() else { throw endsBefore(target) }
            guard byteOffset > target else { continue }
            let kept = Int(byteOffset - target)
            held = ByteChunk(bytes: Array(chunk.bytes.suffix(kept)), byteOffset: target)
            byteOffset = target
        }
    }

    /// The next piece of a plain file; empty at its end.
    private func plain() async throws(ByteStreamError) -> [UInt8] {
        let bytes = try await read()
        guard !bytes.isEmpty || bytesRead == file.bytes else { throw becameShorter() }
        return bytes
    }

    /// The next piece of the file as it lies; empty where the file ends, now or when it was opened.
    private func read() async throws(ByteStreamError) -> [UInt8] {
        let most = decompressor == nil ? options.requestBytes : min(options.requestBytes, 256 << 10)
        let count = Int(min(UInt64(most), file.bytes - bytesRead))
        guard count > 0 else { return [] }
        let bytes = try await reader.read(at: bytesRead, upTo: count, byteOffset: byteOffset)
        bytesRead += UInt64(bytes.count)
        return bytes
    }

    private func decompressed(by decompressor: any Decompressor) async throws(ByteStreamError) -> [UInt8] {
        while true {
            try ByteStreamError.checkCancelled(file.name)
            let bytes = try decode(by: decompressor)
            if !bytes.isEmpty {
                try checkExpansion(UInt64(bytes.count), sourceBytes: decompressor.sourceBytesDone)
                return bytes
            }
            input = try await read()
            inputStart = 0
            guard input.isEmpty else { continue }
            guard bytesRead == file.bytes else { throw becameShorter() }
            guard decompressor.isComplete else {
                throw ByteStreamError(
                    .truncatedCompression,
                    "\(file.name): the compressed data stops short at the end of the file (byte \(bytesRead))",
                    hint: "Transfer the file again.", byteOffset: byteOffset)
            }
            guard byteOffset > 0 else { throw SourceFile.empty(file.name) }
            return []
        }
    }

    /// Decodes what is at hand into one chunk; empty where more of the file is needed.
    private func decode(by decompressor: any Decompressor) throws(ByteStreamError) -> [UInt8] {
        var fault: DecompressionFault?
        let bytes = [UInt8](unsafeUninitializedCapacity: options.chunkBytes) { buffer, count in
            input.withUnsafeBytes { input in
                do throws(DecompressionFault) {
                    let done = try decompressor.decode(
                        UnsafeRawBufferPointer(rebasing: input[inputStart...]),
                        into: UnsafeMutableRawBufferPointer(buffer))
                    inputStart += done.taken
                    count = done.given
                } catch {
                    fault = error
                }
            }
        }
        guard let fault else { return bytes }
        throw ByteStreamError(
            fault.code, "\(file.name): \(fault.reason) at byte \(fault.sourceByteOffset) of the file",
            hint: fault.hint, byteOffset: byteOffset)
    }

    private func checkExpansion(_ added: UInt64, sourceBytes: UInt64) throws(ByteStreamError) {
        let total = byteOffset + added
        let isOverTotal = total > options.maxExpandedBytes
        let isOverRatio =
            total > options.ratioFreeBytes
            && total / max(sourceBytes, 1) >= options.maxExpansionRatio
        guard isOverTotal || isOverRatio else { return }
        let cap =
            isOverTotal
            ? "\(options.maxExpandedBytes) bytes" : "\(options.maxExpansionRatio) times its size"
        throw ByteStreamError(
            .expansionLimit, "\(file.name): it decompresses to more than \(cap)",
            hint: "If the file is right, decompress it first and import the plain file.",
            byteOffset: byteOffset)
    }

    private func becameShorter() -> ByteStreamError {
        file.changed(
            "it ended at byte \(bytesRead) and had \(file.bytes) when it was opened", byteOffset: byteOffset)
    }

    private func endsBefore(_ target: UInt64) -> ByteStreamError {
        file.changed("it ends before byte \(target), where reading should go on", byteOffset: byteOffset)
    }
}
