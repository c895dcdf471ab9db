internal import ByteStreams

/// Where an export goes.
package struct ExportDestination: Hashable, Sendable {
    /// Absolute; `-` for standard output.
    package let path: String
    /// What people call it.
    package let name: String
    /// By the name's ending.
    let compression: Compression

    /// The word for the compression in a user task: `none`, `gzip` or `zstd`.
    package var compressionName: String { compression.rawValue }

    package init(_ path: String) {
        guard path != "-" else {
            self.path = path
            name = "standard output"
            compression = .none
            return
        }
        name = OutputFile.name(of: path)
        self.path = ImportSource.absolute(path)
        let lowered = path.lowercased()
        compression = lowered.hasSuffix(".gz") ? .gzip : lowered.hasSuffix(".zst") ? .zstd : .none
    }

    /// Whether the bytes that lie there are known by their SHA-256; not where they cannot be read.
    package func holds(sha256: String) async -> Bool {
        guard path != "-", !sha256.isEmpty else { return false }
        do {
            return try await FileDigest.sha256(of: SourceFile(path: path)) == sha256
        } catch {
            // A file without bytes is no source.
            return error.code == .emptyFile && sha256 == RunningDigest().sha256
        }
    }

    /// Makes sure that a file can be written there: it is begun and dropped, and nothing is left of it.
    ///
    /// - Throws: `ByteStreamError` where the folder is missing, or a file is there that may not be replaced.
    package func expectWritable(force: Bool) throws {
        if path != "-" { _ = try OutputFile(path: path, force: force) }
    }
}
