internal import ByteStreams
internal import Glibc
internal import Records

/// The file of an import before it is read: opened, or spooled where it can be read only once.
package struct ImportSource: Sendable {
    /// Where it comes from.
    package enum Origin: Hashable, Sendable {
        case path(String)
        case standardInput
    }

    /// What people call it.
    package var name: String { file.name }
    /// Bytes as it lies.
    package var bytes: UInt64 { file.bytes }
    /// `none`, `gzip` or `zstd`, by its content.
    package var compression: String { file.compression.rawValue }
    /// Absolute.
    package var path: String { Self.absolute(file.path) }

    let file: SourceFile

    /// Opens a file that can be read twice; `nil` for what has to be spooled first.
    ///
    /// - Throws: `ByteStreamError`, which refuses it.
    package static func open(_ origin: Origin) throws -> ImportSource? {
        guard case .path(let path) = origin, try SourceFile.kind(path: path) != .pipe else { return nil }
        return ImportSource(file: try SourceFile(path: path))
    }

    /// Opens the file of a task again, under the name it had.
    ///
    /// - Throws: `ByteStreamError`, which refuses it.
    package static func reopen(path: String, name: String) throws -> ImportSource {
        ImportSource(file: try SourceFile(path: path, name: name))
    }

    /// Copies what can be read only once to `path`.
    ///
    /// - Throws: ``Stopped``; `ByteStreamError`. The copy is removed.
    package static func spool(
        _ origin: Origin, to path: String, maxBytes: UInt64, stop: StopSignal
    ) async throws -> ImportSource {
        try await StoppableLane.run(label: "sluice.spool", stop: stop) {
            let file =
                switch origin {
                case .standardInput:
                    try await Spool.copy(
                        from: STDIN_FILENO, called: "standard input", to: path, maxBytes: maxBytes)
                case .path(let fifo):
                    try await Spool.copy(fifo: fifo, to: path, maxBytes: maxBytes)
                }
            return ImportSource(file: file)
        }
    }

    /// Reads the beginning of what can be read only once, and keeps it in memory.
    ///
    /// - Throws: `ByteStreamError`.
    static func head(of origin: Origin, maxBytes: Int) async throws -> PipeHead {
        switch origin {
        case .standardInput:
            try await PipeHead(reading: STDIN_FILENO, called: "standard input", maxBytes: maxBytes)
        case .path(let fifo):
            try await PipeHead(fifo: fifo, maxBytes: maxBytes)
        }
    }

    /// A path that stays good when the process is another one.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }
}
