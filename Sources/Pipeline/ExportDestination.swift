internal import ByteStreams

/// Where an export goes, once it is clear that writing there does no harm.
package struct ExportDestination: Hashable, Sendable {
    /// Absolute; `-` for standard output.
    package let path: String
    /// What people call it.
    package let name: String
    /// By the name's ending.
    let compression: Compression

    /// The word for the compression in a user task: `none`, `gzip` or `zstd`.
    package var compressionName: String { compression.rawValue }

    /// - Throws: `ByteStreamError` where the folder is missing, or a file is there that may not be replaced.
    package init(_ path: String, force: Bool) throws {
        guard path != "-" else {
            self.path = path
            name = "standard output"
            compression = .none
            return
        }
        // Begun and dropped: nothing is left there.
        name = try OutputFile(path: path, force: force).name
        self.path = ImportSource.absolute(path)
        let lowered = path.lowercased()
        compression = lowered.hasSuffix(".gz") ? .gzip : lowered.hasSuffix(".zst") ? .zstd : .none
    }
}
