internal import Glibc

/// An open file descriptor, closed when its owner goes.
struct Descriptor: ~Copyable, Sendable {
    let raw: Int32

    init(owning raw: Int32) {
        self.raw = raw
    }

    deinit {
        _ = close(raw)
    }

    /// Opens a path, closed on exec.
    ///
    /// - Returns: the descriptor, or the `errno`.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) -> (raw: Int32, systemError: Int32) {
        while true {
            let raw = Glibc.open(path, flags | O_CLOEXEC, mode)
            if raw >= 0 { return (raw, 0) }
            if errno != EINTR { return (-1, errno) }
        }
    }

    /// Writes all the bytes, waiting where the other end is slow.
    ///
    /// - Throws: ``ByteStreamError`` with the system's `errno`; some of the bytes may have been written.
    static func write(
        _ bytes: UnsafeRawBufferPointer, to raw: Int32, called name: String
    ) throws(ByteStreamError) {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let written = Glibc.write(raw, base, rest.count)
            if written >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                continue
            }
            switch errno {
            case EINTR:
                continue
            case EAGAIN:
                // A pipe that someone else made non-blocking.
                var wait = pollfd(fd: raw, events: Int16(POLLOUT), revents: 0)
                _ = poll(&wait, 1, -1)
            default:
                throw ByteStreamError.writing(name, errno)
            }
        }
    }

    /// Brings all that was written to the disk.
    static func synchronize(_ raw: Int32, called name: String) throws(ByteStreamError) {
        while fsync(raw) != 0 {
            if errno != EINTR { throw ByteStreamError.writing(name, errno) }
        }
    }

    /// Brings a folder's names to the disk, where its file system can.
    static func synchronizeFolder(of path: String, called name: String) throws(ByteStreamError) {
        let opened = open(folder(of: path), O_RDONLY | O_DIRECTORY)
        guard opened.raw >= 0 else { throw ByteStreamError.writing(name, opened.systemError) }
        let folder = Descriptor(owning: opened.raw)
        while fsync(folder.raw) != 0 {
            if errno == EINVAL || errno == EROFS { return }  // no such thing on this file system
            if errno != EINTR { throw ByteStreamError.writing(name, errno) }
        }
    }

    /// The folder part of a path: `.` where it has none.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last component of a path.
    static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        let name = path[path.utf8.index(after: slash)...]
        return name.isEmpty ? path : String(name)
    }
}
