internal import ByteStreams
internal import CSV
internal import Glibc
package import Records

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
    /// `isSealed` says that it is a spool that only keys open, `ring` has them.
    ///
    /// - Throws: `ByteStreamError`, which refuses it; `key_needed`, `key_missing`, `sealed_value_damaged`.
    package static func reopen(
        path: String, name: String, isSealed: Bool = false, ring: (any KeyRing)? = nil
    ) throws -> ImportSource {
        guard isSealed else { return ImportSource(file: try SourceFile(path: path, name: name)) }
        guard let ring else {
            throw Failure(
                .refused, code: "key_needed", message: "what came through \(name) is kept sealed",
                hint: "Name the key file with --key-file PATH or SLUICE_KEY_FILE.")
        }
        let sealer = try ring.pieceSealer(header: SourceFile.header(ofSealed: path, name: name))
        return ImportSource(file: try SourceFile(path: path, name: name, sealer: sealer))
    }

    /// How a source is kept that can be read only once.
    package enum Keeping: Sendable {
        case inTheClear
        /// Sealed by these keys: encrypted fields may be fed from it.
        case sealed(any KeyRing)
        /// In the clear, unless the header of its beginning names a field of this type that is kept encrypted.
        case unlessEncrypted(RecordType, Dialect, TextEncoding)
    }

    /// Copies what can be read only once to `path`.
    ///
    /// - Throws: ``Stopped``; `ByteStreamError`; `key_needed`. The copy is removed.
    package static func spool(
        _ origin: Origin, to path: String, maxBytes: UInt64, keeping: Keeping = .inTheClear, stop: StopSignal
    ) async throws -> ImportSource {
        try await StoppableLane.run(label: "sluice.spool", stop: stop) {
            var fifo: String?
            if case .path(let path) = origin { fifo = path }
            var sealer: (any PieceSealer)?
            if case .sealed(let ring) = keeping { sealer = ring.newPieceSealer() }
            var look: (@Sendable (PipeHead) async throws -> Void)?
            if case .unlessEncrypted(let type, let dialect, let encoding) = keeping {
                look = { head in
                    try await refuseEncrypted(of: type, in: head, dialect: dialect, encoding: encoding)
                }
            }
            let file = try await Spool.copy(
                fifo: fifo, orFrom: STDIN_FILENO, called: "standard input", to: path, maxBytes: maxBytes,
                sealer: sealer, look: look)
            return ImportSource(file: file)
        }
    }

    /// Looks at the header of a source that is not kept yet.
    ///
    /// What is wrong with the source otherwise is left to the first pass, which tells it better.
    ///
    /// - Throws: `key_needed` where it names a field that is kept encrypted.
    private static func refuseEncrypted(
        of type: RecordType, in head: PipeHead, dialect: Dialect, encoding: TextEncoding
    ) async throws {
        var header: [String] = []
        do {
            let text = try await SourceText(head.file, declared: encoding)
            var scan = try RecordScan(dialect: dialect)
            let stream = try text.stream(keepsSource: false)
            while header.isEmpty, let chunk = try await stream.next() {
                try scan.consume(chunk)
                header = scan.openingSummary?.header ?? []
            }
            if header.isEmpty { header = try scan.finish().header ?? [] }
        } catch is ByteStreamError {
            // Cut short, as a beginning may be.
        } catch is CSVError {
            // The same.
        }
        if let field = header.compactMap(type.field(matchingHeader:)).first(where: \.isEncrypted) {
            throw Failure.keyNeeded(for: field.name, of: type.name)
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
