internal import Glibc

/// The beginning of what can be read only once, held in memory: for a look at it that leaves nothing on the disk.
///
/// Whoever writes to the pipe is told, as by `head`, that nobody reads on.
package struct PipeHead: Sendable {
    /// What was read, as a file.
    package let file: SourceFile
    /// Whether the pipe ended; else there may be more.
    package let isWhole: Bool

    /// Reads from a descriptor, which stays the caller's.
    ///
    /// - Parameters:
    ///   - descriptor: where the bytes come from.
    ///   - name: what errors call the source: `standard input`.
    ///   - maxBytes: after so many bytes no more are asked for; a piece of a quarter of a MiB may come on top.
    /// - Throws: ``ByteStreamError``: `readFailed`, `emptyFile`, `cancelled`, `unsupportedFormat`, and
    ///   `cannotCreate` where there is no room in memory.
    package init(reading descriptor: Int32, called name: String, maxBytes: Int) async throws(ByteStreamError)
    {
        let memory = try Self.memory(called: name)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Spool.pieceBytes, alignment: 16)
        defer { buffer.deallocate() }
        var bytes = 0
        var isWhole = false
        while bytes < maxBytes {
            guard
                let count = try Spool.piece(from: descriptor, into: buffer, name: name, offset: UInt64(bytes))
            else {
                isWhole = true
                break
            }
            try ByteStreamError.checkCancelled(name)
            try Descriptor.write(
                UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: memory.raw, called: name)
            bytes += count
        }
        // Dispatch IO counts from where the descriptor stands when a channel is made.
        lseek(memory.raw, 0, SEEK_SET)
        self.isWhole = isWhole
        file = try SourceFile(memory, path: name, name: name)
    }

    /// Reads from a FIFO, waiting for its writer first.
    ///
    /// - Throws: as ``init(reading:called:maxBytes:)``, and those of opening.
    package init(fifo: String, maxBytes: Int) async throws(ByteStreamError) {
        let name = Descriptor.name(of: fifo)
        let descriptor = try Spool.open(fifo: fifo, name: name)
        try await self.init(reading: descriptor.raw, called: name, maxBytes: maxBytes)
    }

    /// Shared memory without a name: gone with its last descriptor.
    private static func memory(called name: String) throws(ByteStreamError) -> Descriptor {
        let label = "/sluice-\(UInt64.random(in: .min ... .max))"
        let raw = shm_open(label, O_RDWR | O_CREAT | O_EXCL, 0o600)
        guard raw >= 0 else { throw ByteStreamError.creating(name, errno) }
        shm_unlink(label)
        return Descriptor(owning: raw)
    }
}
