internal import Glibc

/// Writes bytes of a source that are kept beside the database.
///
/// Every such byte passes here and nowhere else, so this is the one place where they can be made unreadable
/// to others: today by the file's mode (0600).
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
    package func append(_ bytes: UnsafeRawBufferPointer) throws(ByteStreamError) {
        precondition(!isFinished, "nothing is written after the end")
        try Descriptor.write(bytes, to: descriptor.raw, called: path)
        bytesWritten += UInt64(bytes.count)
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
