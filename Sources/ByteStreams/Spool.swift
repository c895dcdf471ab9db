internal import Glibc
package import Records

/// Keeps what can be read only once, so that it can be read twice: standard input and FIFOs.
package enum Spool {
    /// Copies all that comes from a descriptor into a new file.
    ///
    /// It waits for slow writers on the caller's thread, so it belongs on a lane; cancellation is seen
    /// within ``waitMilliseconds``.
    ///
    /// - Parameters:
    ///   - descriptor: where the bytes come from; stays the caller's.
    ///   - name: what errors call the source: `standard input`.
    ///   - path: where the copy goes; it must not exist.
    ///   - maxBytes: what may come at most.
    ///   - limitHint: how the user can allow more.
    ///   - head: what came before, and was looked at already.
    ///   - sealer: what seals the copy; it lies in the clear without one.
    /// - Returns: the copy, opened; a ``SourceFile`` called `name`.
    /// - Throws: ``ByteStreamError``: `spoolLimit`, `readFailed`, `emptyFile`, `cancelled`, and those of
    ///   ``KeptBytesWriter``. The copy is removed.
    package static func copy(
        from descriptor: Int32, called name: String, to path: String, maxBytes: UInt64,
        limitHint: String = "Give the data as a file instead.", after head: SourceFile? = nil,
        sealer: (any PieceSealer)? = nil
    ) async throws(ByteStreamError) -> SourceFile {
        let writer = try PieceWriter(creating: path, sealer: sealer)
        if let head { try await append(head, to: writer) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 16)
        defer { buffer.deallocate() }
        while let count = try piece(from: descriptor, into: buffer, name: name, offset: writer.bytesTaken) {
            try ByteStreamError.checkCancelled(name)
            guard count > 0 else { continue }
            guard writer.bytesTaken + UInt64(count) <= maxBytes else {
                throw ByteStreamError(
                    .spoolLimit, "\(name): more than \(maxBytes) bytes, which is the limit for spooled input",
                    hint: limitHint)
            }
            try writer.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        guard writer.bytesTaken > 0 else { throw SourceFile.empty(name) }
        try writer.finish()
        do throws(ByteStreamError) {
            return try SourceFile(path: path, name: name, sealer: sealer)
        } catch {
            _ = unlink(path)
            throw error
        }
    }

    private static func append(
        _ head: SourceFile, to writer: PieceWriter
    ) async throws(ByteStreamError) {
        let reader = try FileReader(head)
        while writer.bytesTaken < head.bytes {
            let bytes = try await reader.read(
                at: writer.bytesTaken, upTo: pieceBytes, byteOffset: writer.bytesTaken)
            guard !bytes.isEmpty else { throw head.changed("it became shorter") }
            let result = bytes.withUnsafeBytes { bytes in
                Result { () throws(ByteStreamError) in try writer.append(bytes) }
            }
            try result.get()
        }
    }

    /// Copies all that comes from a source that can be read only once, having looked at its beginning.
    ///
    /// `fifo` is a path; `nil` for a descriptor that stays the caller's. `look` may throw what refuses the source:
    /// nothing of it is on the disk then.
    ///
    /// - Throws: as ``copy(from:called:to:maxBytes:limitHint:after:sealer:)``, and those of opening; what `look` does.
    package static func copy(
        fifo: String?, orFrom descriptor: Int32, called standard: String, to path: String, maxBytes: UInt64,
        sealer: (any PieceSealer)? = nil, look: ((PipeHead) async throws -> Void)? = nil
    ) async throws -> SourceFile {
        guard let fifo else {
            return try await lookAndCopy(descriptor, standard, to: path, maxBytes, sealer, look)
        }
        let name = Descriptor.name(of: fifo)
        let opened = try open(fifo: fifo, name: name)
        return try await lookAndCopy(opened.raw, name, to: path, maxBytes, sealer, look)
    }

    private static func lookAndCopy(
        _ descriptor: Int32, _ name: String, to path: String, _ maxBytes: UInt64,
        _ sealer: (any PieceSealer)?, _ look: ((PipeHead) async throws -> Void)?
    ) async throws -> SourceFile {
        var head: PipeHead?
        if let look {
            let beginning = try await PipeHead(reading: descriptor, called: name, maxBytes: headBytes)
            try await look(beginning)
            head = beginning
        }
        return try await copy(
            from: descriptor, called: name, to: path, maxBytes: maxBytes, after: head?.file, sealer: sealer)
    }

    /// What is looked at before anything is kept.
    private static let headBytes = 1 << 20

    /// Copies all that comes through a FIFO into a new file, waiting for its writer first.
    ///
    /// - Throws: as ``copy(from:called:to:maxBytes:limitHint:after:sealer:)``, and those of opening.
    package static func copy(
        fifo: String, to path: String, maxBytes: UInt64,
        limitHint: String = "Give the data as a file instead."
    ) async throws(ByteStreamError) -> SourceFile {
        let name = Descriptor.name(of: fifo)
        let descriptor = try open(fifo: fifo, name: name)
        return try await copy(
            from: descriptor.raw, called: name, to: path, maxBytes: maxBytes, limitHint: limitHint)
    }

    /// Not waiting for a writer: an open that waits could not be cancelled.
    static func open(fifo: String, name: String) throws(ByteStreamError) -> Descriptor {
        let opened = Descriptor.open(fifo, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        guard opened.raw >= 0 else { throw ByteStreamError.opening(name, opened.systemError) }
        return Descriptor(owning: opened.raw)
    }

    static let pieceBytes = 256 << 10
    private static let waitMilliseconds: Int32 = 100

    /// Reads once: the bytes read, 0 where none came in time, `nil` at the end.
    static func piece(
        from descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer, name: String, offset: UInt64
    ) throws(ByteStreamError) -> Int? {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // A FIFO that no writer has opened yet polls as quiet; one whose writers left polls as hung up.
        let ready = poll(&wait, 1, waitMilliseconds)
        guard ready > 0 else { return 0 }
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 { return count }
        if count == 0 { return nil }
        if errno == EINTR || errno == EAGAIN { return 0 }
        let number = errno
        throw ByteStreamError(
            .readFailed, "\(name): cannot be read at byte \(offset): \(ByteStreamError.text(number))",
            byteOffset: offset, systemError: number)
    }
}
