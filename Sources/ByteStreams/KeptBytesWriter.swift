internal import Glibc
package import Records

/// Writes bytes of a source that are kept in a file beside the database, which only this user may read.
package final class KeptBytesWriter {
    /// Where the bytes go.
    package let path: String
    /// Bytes appended so far.
    package private(set) var bytesWritten: UInt64 = 0
    private let descriptor: Descriptor
    private var isFinished = false

    /// Creates the file, which only this user may read.
    ///
    /// - Throws: ``ByteStreamError``: `outputExists`, `cannotCreate`, `permissionDenied`, `noSpace`.
    package init(creating path: String) throws(ByteStreamError) {
        let opened = Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        guard opened.raw >= 0 else { throw ByteStreamError.creating(path, opened.systemError) }
        self.path = path
        descriptor = Descriptor(owning: opened.raw)
    }

    deinit {
        if !isFinished { _ = unlink(path) }
    }

    /// - Throws: ``ByteStreamError``: `noSpace`, `writeFailed`; the file goes with the writer.
    package func append(_ bytes: KeptBytes) throws(ByteStreamError) {
        precondition(!isFinished, "nothing is written after the end")
        let (descriptor, path) = (descriptor.raw, path)
        let result = bytes.stored.withUnsafeBytes { stored in
            Result { () throws(ByteStreamError) in
                try Descriptor.write(stored, to: descriptor, called: path)
            }
        }
        try result.get()
        bytesWritten += UInt64(bytes.stored.count)
    }

    /// Brings the file and its name to the disk; without it the file is removed when the writer goes.
    ///
    /// - Throws: ``ByteStreamError``: `noSpace`, `writeFailed`.
    package func finish() throws(ByteStreamError) {
        try Descriptor.synchronize(descriptor.raw, called: path)
        try Descriptor.synchronizeFolder(of: path, called: path)
        isFinished = true
    }
}
