internal import Dispatch
internal import Glibc
internal import Records

/// Bounded reads of one open file through Dispatch IO, one at a time, each issued by whoever wants the bytes.
final class FileReader {
    private let file: SourceFile
    private let channel: DispatchIO
    private let queue = DispatchQueue(label: "file reader")

    /// - Throws: ``ByteStreamError`` with code `cannotOpen` where no descriptor is left.
    init(_ file: SourceFile) throws(ByteStreamError) {
        // The channel owns its descriptor until its last read ends, which may be after the file is let go.
        let descriptor = fcntl(file.descriptor.raw, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw ByteStreamError.opening(file.name, errno) }
        self.file = file
        channel = DispatchIO(type: .random, fileDescriptor: descriptor, queue: queue) { @Sendable _ in
            _ = close(descriptor)
        }
        // One answer a request.
        channel.setLimit(lowWater: .max)
    }

    deinit {
        channel.close()
    }

    /// The bytes from an offset on, fewer than asked only where the file ends.
    ///
    /// `byteOffset` is what an error tells as the place reached in the decompressed stream.
    ///
    /// - Throws: ``ByteStreamError`` with code `readFailed`.
    func read(
        at offset: UInt64, upTo bytes: Int, byteOffset: UInt64
    ) async throws(ByteStreamError) -> [UInt8] {
        guard let sealed = file.sealed else {
            return try await readFile(at: offset, upTo: bytes, byteOffset: byteOffset)
        }
        let end = min(offset + UInt64(bytes), sealed.clearBytes)
        guard offset < end else { return [] }
        let range = sealed.range(of: offset..<end)
        let pieces = try await readFile(
            at: range.lowerBound, upTo: range.count, byteOffset: byteOffset)
        return try SealedSource.opening(file.name) { () throws(Failure) in
            try sealed.open(pieces, offset..<end)
        }
    }

    private func readFile(
        at offset: UInt64, upTo bytes: Int, byteOffset: UInt64
    ) async throws(ByteStreamError) -> [UInt8] {
        let answer = await withCheckedContinuation { continuation in
            let gathered = Gathered()
            channel.read(offset: off_t(offset), length: bytes, queue: queue) { @Sendable done, data, error in
                if let data { gathered.data.append(data) }
                if done { continuation.resume(returning: gathered.answer(systemError: error)) }
            }
        }
        guard answer.systemError == 0 else {
            throw ByteStreamError(
                .readFailed,
                "\(file.name): cannot be read at byte \(offset): "
                    + ByteStreamError.text(answer.systemError),
                byteOffset: byteOffset, systemError: answer.systemError)
        }
        return answer.bytes
    }

    private struct Answer: Sendable {
        let bytes: [UInt8]
        let systemError: Int32
    }

    /// What has come of one request; touched only on `queue`, which runs one handler at a time.
    private final class Gathered: @unchecked Sendable {
        var data = DispatchData.empty

        func answer(systemError: Int32) -> Answer {
            let bytes = [UInt8](unsafeUninitializedCapacity: data.count) { buffer, count in
                count = data.copyBytes(to: buffer)
            }
            return Answer(bytes: bytes, systemError: systemError)
        }
    }
}
