internal import ByteStreams

/// Writes documents that people go on with.
package enum DocumentFile {
    /// Writes a document whole or not at all; `-` is standard output.
    ///
    /// `source` is the file it was made of, which it may not replace.
    ///
    /// - Throws: `ByteStreamError`, with nothing at the destination.
    package static func write(
        _ text: String, to path: String, force: Bool, besides source: String
    ) throws {
        let output = try OutputFile(path: path, force: force, inputs: [SourceFile(path: source).identity])
        try output.append(Array(text.utf8))
        try output.finish()
    }
}
