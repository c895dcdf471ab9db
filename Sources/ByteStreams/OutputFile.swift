internal import CFileWrite
internal import Glibc

/// A result that appears at its destination whole or not at all.
///
/// The bytes go to a file without a name, or a temporary one where the file system has no such thing, in the
/// destination's folder; it takes the destination's name at the end. Standard output, devices and FIFOs have no name to take: there the bytes are written as they come.
/// The process must ignore `SIGPIPE` and `SIGXFSZ`, so that a closed pipe and a reached file-size limit are
/// errors.
package final class OutputFile {
    /// What people call it.
    package let name: String
    /// Bytes appended so far.
    package private(set) var bytesWritten: UInt64 = 0
    private let descriptor: Descriptor
    /// `nil` where the bytes are written as they come.
    private let naming: Naming?
    private var buffer: [UInt8] = []
    private var isFinished = false

    /// Small appends are gathered up to here.
    private static let bufferBytes = 256 << 10
    /// Appends that cost more to copy than to write.
    private static let directBytes = 64 << 10
    /// Bytes after which the system is told to begin with writing to the disk.
    ///
    /// What the end would wait for is on its way by then: a 145 MB file took 2 to 5 ms at its end instead of 45, and no
    /// more processor time.
    private static let writebackBytes: UInt64 = 4 << 20
    /// Bytes that went to the file.
    private var bytesStored: UInt64 = 0
    /// Those of them that the system was told to bring to the disk.
    private var bytesOnTheirWay: UInt64 = 0

    /// How the result gets its name.
    private struct Naming {
        /// `nil` where the file has no name before the end: then nothing of it is left whatever ends the process.
        let temporary: String?
        let destination: String
        let replaces: Bool
    }

    /// What people call the file of a path.
    package static func name(of path: String) -> String { Descriptor.name(of: path) }

    /// Begins a result; nothing is at the destination before ``finish()``.
    ///
    /// - Parameters:
    ///   - path: the destination; `-` for standard output. A symbolic link is followed.
    ///   - force: whether a file at the destination may be replaced.
    ///   - inputs: files that the run reads, none of which may be the destination, `force` or not.
    /// - Throws: ``ByteStreamError``: `outputExists`, `outputIsInput`, `isDirectory`, `cannotCreate`,
    ///   `permissionDenied`, `noSpace`.
    package convenience init(
        path: String, force: Bool = false, inputs: [SourceFile.Identity] = []
    ) throws(ByteStreamError) {
        try self.init(path: path, force: force, inputs: inputs, isNameless: true)
    }

    /// `isNameless` says whether the file has no name before the end, where the file system can do that.
    init(
        path: String, force: Bool, inputs: [SourceFile.Identity], isNameless: Bool
    ) throws(ByteStreamError) {
        if path == "-" {
            name = "standard output"
            descriptor = try Self.duplicate(STDOUT_FILENO, called: name)
            naming = nil
            return
        }
        name = Descriptor.name(of: path)
        let destination = Self.resolved(path)
        var status = stat()
        if stat(destination, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR {
                throw ByteStreamError(
                    .isDirectory, "\(name): a folder, not a file", hint: "Name a file in it.")
            }
            let there = SourceFile.Identity(status)
            guard !inputs.contains(where: there.isSameFile(as:)) else {
                throw ByteStreamError(
                    .outputIsInput, "\(name): the output would replace the file that is read",
                    hint: "Give the output another name.")
            }
            guard status.st_mode & S_IFMT == S_IFREG else {
                descriptor = try Self.open(destination, O_WRONLY | O_NOCTTY, called: name)
                naming = nil
                return
            }
            guard force else { throw Self.exists(name) }
        }
        if isNameless, let nameless = Self.openNameless(besides: destination) {
            descriptor = nameless
            naming = Naming(temporary: nil, destination: destination, replaces: force)
        } else {
            let temporary = Self.temporaryPath(for: destination)
            descriptor = try Self.open(temporary, O_WRONLY | O_CREAT | O_EXCL, called: name)
            naming = Naming(temporary: temporary, destination: destination, replaces: force)
        }
    }

    /// Begins a result that is written as it comes to a descriptor that stays the caller's.
    ///
    /// - Throws: ``ByteStreamError`` with code `cannotCreate` where no descriptor is left.
    package init(descriptor: Int32, name: String) throws(ByteStreamError) {
        self.name = name
        self.descriptor = try Self.duplicate(descriptor, called: name)
        naming = nil
    }

    deinit {
        if !isFinished, let temporary = naming?.temporary { _ = unlink(temporary) }
    }

    /// Adds bytes; they are on their way, not on the disk, when it returns.
    ///
    /// - Throws: ``ByteStreamError``: `noSpace`, `brokenPipe`, `writeFailed`. Nothing will be at the
    ///   destination.
    package func append(_ bytes: UnsafeRawBufferPointer) throws(ByteStreamError) {
        precondition(!isFinished, "nothing is written after the end")
        let isDirect = bytes.count >= Self.directBytes
        if isDirect || buffer.count + bytes.count > Self.bufferBytes { try flush() }
        if isDirect { try store(bytes) } else { buffer.append(contentsOf: bytes) }
        bytesWritten += UInt64(bytes.count)
    }

    private func store(_ bytes: UnsafeRawBufferPointer) throws(ByteStreamError) {
        try Descriptor.write(bytes, to: descriptor.raw, called: name)
        bytesStored += UInt64(bytes.count)
        guard naming != nil, bytesStored - bytesOnTheirWay >= Self.writebackBytes else { return }
        // Where that cannot be had, the end waits; an error of the disk shows there, too.
        _ = file_write_begin(
            descriptor.raw, Int64(bytesOnTheirWay), Int64(bytesStored - bytesOnTheirWay))
        bytesOnTheirWay = bytesStored
    }

    /// Adds bytes, as ``append(_:)-(UnsafeRawBufferPointer)``.
    package func append(_ bytes: [UInt8]) throws(ByteStreamError) {
        var failure: ByteStreamError?
        bytes.withUnsafeBytes { bytes in
            do throws(ByteStreamError) { try append(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Writes what is gathered, as for a reader of standard output who waits for it.
    ///
    /// - Throws: as ``append(_:)-(UnsafeRawBufferPointer)``.
    package func flush() throws(ByteStreamError) {
        var failure: ByteStreamError?
        buffer.withUnsafeBytes { bytes in
            do throws(ByteStreamError) { try store(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Brings the result to the disk and gives it its name; without it nothing is left when this goes.
    ///
    /// - Throws: ``ByteStreamError``: `noSpace`, `brokenPipe`, `writeFailed`, `outputExists` where another
    ///   program made a file of that name meanwhile. Nothing is at the destination, but for an error after
    ///   the renaming: then the whole result is, and a crash of the machine may lose it.
    package func finish() throws(ByteStreamError) {
        precondition(!isFinished, "a result ends once")
        try flush()
        if let naming {
            try Descriptor.synchronize(descriptor.raw, called: name)
            try Self.name(descriptor, as: naming, called: name)
            isFinished = true
            try Descriptor.synchronizeFolder(of: naming.destination, called: name)
        }
        isFinished = true
    }

    private static func exists(_ name: String) -> ByteStreamError {
        ByteStreamError(
            .outputExists, "\(name): exists already", hint: "Use --force to replace it.")
    }

    private static func open(
        _ path: String, _ flags: Int32, called name: String
    ) throws(ByteStreamError) -> Descriptor {
        let opened = Descriptor.open(path, flags, mode: 0o666)
        guard opened.raw >= 0 else { throw ByteStreamError.creating(name, opened.systemError) }
        return Descriptor(owning: opened.raw)
    }

    /// The path behind symbolic links, so that a link is kept and the file that it names is replaced.
    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Whether results of two paths would be one file, however the paths are spelled.
    package static func isSameDestination(_ one: String, _ other: String) -> Bool {
        place(of: one) == place(of: other)
    }

    private static func place(of path: String) -> String {
        let destination = resolved(path)
        return resolved(Descriptor.folder(of: destination)) + "/" + Descriptor.name(of: destination)
    }

    /// A name in the destination's folder that no listing of `*.csv` shows and no other run uses.
    private static func temporaryPath(for destination: String) -> String {
        let tag = String(UInt64.random(in: 0 ... .max), radix: 36)
        // A file's name may have 255 bytes.
        let name = Descriptor.name(of: destination).prefix(50)
        return "\(Descriptor.folder(of: destination))/.\(name).\(tag).partial"
    }

    private static func duplicate(_ raw: Int32, called name: String) throws(ByteStreamError) -> Descriptor {
        let copy = fcntl(raw, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw ByteStreamError.creating(name, errno) }
        return Descriptor(owning: copy)
    }

    /// A file of the destination's file system that has no name yet; `nil` where that cannot be had.
    private static func openNameless(besides destination: String) -> Descriptor? {
        // <fcntl.h> of Linux; the name is hidden behind a feature macro there.
        let temporaryFile = 0o20000000 | O_DIRECTORY
        guard access(linkFolder, F_OK) == 0 else { return nil }
        let opened = Descriptor.open(
            Descriptor.folder(of: destination), O_WRONLY | temporaryFile, mode: 0o666)
        return opened.raw >= 0 ? Descriptor(owning: opened.raw) : nil
    }

    /// Where a descriptor's file can be reached by a path.
    private static let linkFolder = "/proc/self/fd"

    /// Gives the bytes the destination's name, in one step.
    private static func name(
        _ descriptor: borrowing Descriptor, as naming: Naming, called name: String
    ) throws(ByteStreamError) {
        if let temporary = naming.temporary {
            try rename(temporary, as: naming, called: name)
            return
        }
        if link(descriptor, to: naming.destination) { return }
        guard errno == EEXIST else { throw ByteStreamError.writing(name, errno) }
        guard naming.replaces else { throw exists(name) }
        // Nothing replaces a name but a rename, and only what has a name can be renamed.
        let temporary = temporaryPath(for: naming.destination)
        guard link(descriptor, to: temporary) else { throw ByteStreamError.writing(name, errno) }
        guard Glibc.rename(temporary, naming.destination) == 0 else {
            let number = errno
            _ = unlink(temporary)
            throw ByteStreamError.writing(name, number)
        }
    }

    private static func link(_ descriptor: borrowing Descriptor, to path: String) -> Bool {
        linkat(AT_FDCWD, "\(linkFolder)/\(descriptor.raw)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0
    }

    private static func rename(
        _ temporary: String, as naming: Naming, called name: String
    ) throws(ByteStreamError) {
        if !naming.replaces {
            // A second name in one step that refuses an existing file; some file systems lack it.
            if Glibc.link(temporary, naming.destination) == 0 {
                _ = unlink(temporary)
                return
            }
            if errno == EEXIST { throw exists(name) }
            guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK else {
                throw ByteStreamError.writing(name, errno)
            }
            if access(naming.destination, F_OK) == 0 { throw exists(name) }
        }
        guard Glibc.rename(temporary, naming.destination) == 0 else {
            throw ByteStreamError.writing(name, errno)
        }
    }
}
