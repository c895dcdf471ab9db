internal import Glibc
package import Records

/// A regular file, open for reading, that holds at least one byte.
///
/// Any number of streams and digests can read it at once, and all of them read the file that was opened, also
/// when its name is given to another one meanwhile.
package final class SourceFile: Sendable {
    /// What lies at a path, as far as it can be read.
    package enum Kind: Hashable, Sendable {
        /// A regular file: open it.
        case file
        /// A FIFO or a pipe: spool it first (``Spool``).
        case pipe
    }

    /// What tells one content of a file from another without reading it.
    package struct Identity: Hashable, Sendable, Codable {
        package var device: UInt64
        package var inode: UInt64
        package var bytes: UInt64
        /// Nanoseconds since 1970.
        package var modified: Int64
        /// Nanoseconds since 1970; no program can set it.
        package var changed: Int64

        /// Whether both are one file, whatever it holds.
        package func isSameFile(as other: Identity) -> Bool {
            device == other.device && inode == other.inode
        }
    }

    /// The path as given.
    package let path: String
    /// What people call it: the path's last component unless told otherwise.
    package let name: String
    /// As it was when opened.
    package let identity: Identity
    package let compression: Compression
    let descriptor: Descriptor
    /// What opens a spool that is sealed; everybody else sees it as it came.
    let sealed: SealedSource?

    /// Bytes of the file as it lies; of a sealed spool as it came.
    package var bytes: UInt64 { sealed?.clearBytes ?? identity.bytes }

    /// Opens a file.
    ///
    /// `name` is what errors call it, such as `standard input` for a spooled one; `sealer` opens it where it is sealed.
    ///
    /// - Throws: ``ByteStreamError``: `notFound`, `isDirectory`, `notAFile`, `permissionDenied`, `cannotOpen`,
    ///   `emptyFile`, `unsupportedFormat`. Nothing is left open.
    package convenience init(
        path: String, name: String? = nil, sealer: (any PieceSealer)? = nil
    ) throws(ByteStreamError) {
        let name = name ?? Descriptor.name(of: path)
        guard try Self.kind(path: path, name: name) == .file else {
            throw ByteStreamError(
                .notAFile, "\(name): a pipe, where a file is needed",
                hint: "Give the data on standard input, with '-' for the file's name.")
        }
        // Without O_NONBLOCK the open would hang should the path have become a FIFO since.
        let opened = Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        guard opened.raw >= 0 else { throw ByteStreamError.opening(name, opened.systemError) }
        try self.init(Descriptor(owning: opened.raw), path: path, name: name, sealer: sealer)
    }

    /// What a sealed file begins with; fewer bytes where it is shorter.
    ///
    /// - Throws: as ``init(path:name:sealer:)``.
    package static func header(ofSealed path: String, name: String) throws(ByteStreamError) -> [UInt8] {
        let opened = Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        guard opened.raw >= 0 else { throw ByteStreamError.opening(name, opened.systemError) }
        let descriptor = Descriptor(owning: opened.raw)
        return try bytes(of: descriptor.raw, 0..<UInt64(PieceForm.headerBytes), name: name)
    }

    private static func bytes(
        of descriptor: Int32, _ range: Range<UInt64>, name: String
    ) throws(ByteStreamError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        let count = pread(descriptor, &bytes, bytes.count, off_t(range.lowerBound))
        guard count >= 0 else {
            let number = errno
            throw ByteStreamError(
                .readFailed, "\(name): cannot be read: \(ByteStreamError.text(number))", byteOffset: 0,
                systemError: number)
        }
        return Array(bytes.prefix(count))
    }

    /// A file that is open already.
    init(
        _ descriptor: consuming Descriptor, path: String, name: String, sealer: (any PieceSealer)? = nil
    ) throws(ByteStreamError) {
        var status = stat()
        guard fstat(descriptor.raw, &status) == 0 else { throw ByteStreamError.opening(name, errno) }
        guard try Self.kind(of: status, name: name) == .file else {
            throw ByteStreamError(.sourceChanged, "\(name): replaced by a pipe while it was opened")
        }
        guard status.st_size > 0 else { throw Self.empty(name) }

        var sealed: SealedSource?
        var head: [UInt8]
        let magic = 0..<UInt64(Compression.magicBytes)
        if let sealer {
            guard let source = SealedSource(sealer, fileBytes: UInt64(status.st_size)) else {
                throw ByteStreamError(.sourceChanged, "\(name): the spool was cut short")
            }
            sealed = source
            let bytes = try Self.bytes(of: descriptor.raw, source.range(of: magic), name: name)
            head = try SealedSource.opening(name) { () throws(Failure) in try source.open(bytes, magic) }
        } else {
            head = try Self.bytes(of: descriptor.raw, magic, name: name)
        }
        if let format = Compression.unsupported(head: head) {
            throw ByteStreamError(
                .unsupportedFormat, "\(name): \(format), not text",
                hint: "Save it as CSV: text, plain or compressed by gzip or zstd, is read.")
        }
        self.path = path
        self.name = name
        self.identity = Identity(status)
        self.compression = Compression(head: head)
        self.descriptor = descriptor
        self.sealed = sealed
    }

    /// What lies at a path, without opening it.
    ///
    /// - Throws: ``ByteStreamError`` where it can be neither read nor spooled: missing, a folder, a device.
    package static func kind(path: String, name: String? = nil) throws(ByteStreamError) -> Kind {
        let name = name ?? Descriptor.name(of: path)
        var status = stat()
        guard stat(path, &status) == 0 else { throw ByteStreamError.opening(name, errno) }
        return try kind(of: status, name: name)
    }

    /// Makes sure that the open file still is what it was when it was opened.
    ///
    /// - Throws: ``ByteStreamError`` with code `sourceChanged`.
    package func unchanged() throws(ByteStreamError) {
        var status = stat()
        guard fstat(descriptor.raw, &status) == 0 else { throw ByteStreamError.opening(name, errno) }
        let now = Identity(status)
        guard now == identity else {
            let what =
                now.bytes == identity.bytes
                ? "it was changed" : "it had \(identity.bytes) bytes and has \(now.bytes)"
            throw changed("\(what) while it was being read")
        }
    }

    func changed(_ what: String, byteOffset: UInt64? = nil) -> ByteStreamError {
        ByteStreamError(
            .sourceChanged, "\(name): \(what)",
            hint: "Import it again once the program that writes it has finished.", byteOffset: byteOffset)
    }

    static func empty(_ name: String) -> ByteStreamError {
        ByteStreamError(
            .emptyFile, "\(name): the file is empty", hint: "Check the program that wrote it.", byteOffset: 0)
    }

    private static func kind(of status: stat, name: String) throws(ByteStreamError) -> Kind {
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFIFO: return .pipe
        case S_IFDIR:
            throw ByteStreamError(
                .isDirectory, "\(name): a folder, not a file", hint: "Name one file in it.")
        default:
            throw ByteStreamError(
                .notAFile, "\(name): a device or a socket, not a file",
                hint: "Give the data on standard input, with '-' for the file's name.")
        }
    }
}

extension SourceFile.Identity {
    init(_ status: stat) {
        func nanoseconds(_ time: timespec) -> Int64 {
            Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        bytes = UInt64(status.st_size)
        modified = nanoseconds(status.st_mtim)
        changed = nanoseconds(status.st_ctim)
    }
}
