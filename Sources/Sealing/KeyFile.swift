internal import Glibc
package import Records

/// A file of keys, outside of the database: one line a key, the first of which seals what is new.
package struct KeyFile: Sendable {
    /// A key as people are told of it.
    package struct Key: Hashable, Sendable {
        package var id: String
        /// RFC 3339.
        package var madeAt: String
    }

    package let path: String
    private let keys: [SealingKey]

    /// The first one seals what is new.
    package var listed: [Key] { keys.map { Key(id: $0.id, madeAt: $0.madeAt) } }
    package var ring: KeyFileRing { KeyFileRing(keys: keys, file: path) }

    private static let mostBytes = 1 << 20

    /// Reads a key file, which nobody but its owner and group may read.
    ///
    /// - Throws: `key_file_missing`, `key_file_exposed`, `bad_key_file`.
    package init(path: String) throws(Failure) {
        self.path = path
        keys = try Self.keys(of: Self.read(path), path)
    }

    // MARK: Writing

    /// Makes a file with one new key, which its owner alone may read.
    ///
    /// - Throws: `key_file_exists`, `cannot_create`.
    package static func create(at path: String, madeAt: String) throws(Failure) -> Key {
        let key = SealingKey.random(madeAt: madeAt)
        let descriptor = try make(
            path, "\(path) is there already, and may hold keys in use",
            hint: "Name another file; 'sluice keys add \(path)' puts a further key into a key file.")
        try write([key], to: path, descriptor)
        try keepName(of: path)
        return Key(id: key.id, madeAt: key.madeAt)
    }

    /// Puts a new key before the others: what is new is sealed by it from now on.
    ///
    /// The file is replaced whole, and belongs to whom it did, with who may read it as it was; where the path is a
    /// symbolic link, it is the file that this leads to. Keys that others have added since it was read stay.
    ///
    /// - Throws: as ``init(path:)``; `key_file_exists` while another key is being added; `cannot_create`.
    package func addKey(madeAt: String) throws(Failure) -> Key {
        guard let resolved = realpath(path, nil) else { throw Self.missing(path, errno) }
        let target = String(cString: resolved)
        free(resolved)
        let new = target + ".new"
        // Made before the keys are read: of two who add one at the same time, none loses the other's.
        let descriptor = try Self.make(
            new, "\(new) is there: somebody is adding a key to \(path), or was cut short at it",
            hint: "If nobody is, take it away: rm \(new)")
        let key: SealingKey
        do {
            let present = try Self.keys(of: Self.read(path), path)
            key = SealingKey.random(madeAt: madeAt, unlike: present.map(\.id))
            try Self.write([key] + present, to: new, descriptor, like: target)
        } catch {
            unlink(new)
            throw error
        }
        guard rename(new, target) == 0 else {
            let number = errno
            unlink(new)
            throw Self.cannotWrite(path, number)
        }
        try Self.keepName(of: target)
        return Key(id: key.id, madeAt: key.madeAt)
    }

    /// - Throws: `key_file_exists` with this message; `cannot_create`.
    private static func make(_ path: String, _ message: String, hint: String) throws(Failure) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor < 0 else { return descriptor }
        let number = errno
        guard number == EEXIST else { throw cannotWrite(path, number) }
        throw Failure(.refused, code: "key_file_exists", message: message, hint: hint)
    }

    /// Writes a file that was just made, and closes it; where it cannot be written, it goes.
    ///
    /// It gets owner, group and mode of `other`.
    private static func write(
        _ keys: [SealingKey], to path: String, _ descriptor: Int32, like other: String? = nil
    ) throws(Failure) {
        defer { close(descriptor) }
        var (status, own) = (stat(), stat())
        let text = Array(Self.text(of: keys).utf8)
        let written = text.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        var isDone = written == text.count
        if let other {
            isDone = isDone && stat(other, &status) == 0 && fstat(descriptor, &own) == 0
            let isOthers = status.st_uid != own.st_uid || status.st_gid != own.st_gid
            if isDone, isOthers { isDone = fchown(descriptor, status.st_uid, status.st_gid) == 0 }
        }
        let mode = other == nil ? 0o600 : status.st_mode & 0o777
        guard isDone, fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
            let number = errno
            unlink(path)
            throw cannotWrite(path, number)
        }
    }

    /// Has a new name in a folder outlast a power cut: what is sealed from now on needs the key.
    private static func keepName(of path: String) throws(Failure) {
        let end = path.lastIndex(of: "/")
        let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw cannotWrite(path, errno) }
        defer { close(descriptor) }
        // Some file systems keep names by themselves, and say that there is nothing to do.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw cannotWrite(path, errno) }
    }

    private static func text(of keys: [SealingKey]) -> String {
        let lines = keys.map { key in
            "\(key.id) \(key.madeAt) \(String(decoding: Base64.text(of: key.bytes), as: UTF8.self))\n"
        }
        return """
            # Keys of encrypted fields. The first one seals what is new, the others only open what they sealed.
            # Who has this file can read those fields: keep it apart from the database, and keep a copy of it.
            # id, when it was made, key

            """ + lines.joined()
    }

    // MARK: Reading

    private static func read(_ path: String) throws(Failure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw missing(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw missing(path, errno) }
        // A pipe is nobody else's; anything that others may read or change is no secret.
        if status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o027 != 0 {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw Failure(
                .refused, code: "key_file_exposed",
                message: "\(path): others may read or change the key file (its mode is \(mode))",
                hint: "If nobody has read it, close it: chmod 600 \(path)")
        }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= mostBytes {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw missing(path, errno) }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
        throw bad(path, 1, "it is too large for a key file")
    }

    private static func keys(of text: String, _ path: String) throws(Failure) -> [SealingKey] {
        var keys: [SealingKey] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let id = words.first, !id.hasPrefix("#") else { continue }
            let isID =
                id.utf8.count == SealedForm.keyIDLength && id.allSatisfy { "0123456789abcdef".contains($0) }
            guard words.count == 3, isID, let bytes = Base64.bytes(of: words[2].utf8),
                bytes.count == SealingKey.byteCount
            else {
                throw bad(
                    path, index + 1, "it is not an id of 8 hexadecimal digits, a moment and a key of 32 bytes"
                )
            }
            guard !keys.contains(where: { $0.id == id }) else {
                throw bad(path, index + 1, "a key of the id \(id) stands before it")
            }
            keys.append(SealingKey(id: id, madeAt: words[1], bytes: bytes))
        }
        guard !keys.isEmpty else { throw bad(path, 1, "there is no key in it") }
        return keys
    }

    // MARK: Failures

    private static func missing(_ path: String, _ number: Int32) -> Failure {
        Failure(
            .refused, code: "key_file_missing",
            message: "the key file \(path) cannot be read: \(String(cString: strerror(number)))",
            hint: "Name it with --key-file PATH or SLUICE_KEY_FILE; 'sluice keys create FILE' makes one.")
    }

    private static func bad(_ path: String, _ line: Int, _ why: String) -> Failure {
        Failure(
            .refused, code: "bad_key_file", message: "\(path), line \(line): no key file: \(why)",
            hint: "Bring the file back from its copy; 'sluice keys create FILE' makes a new one.",
            line: UInt64(line))
    }

    private static func cannotWrite(_ path: String, _ number: Int32) -> Failure {
        Failure(
            .refused, code: "cannot_create",
            message: "the key file \(path) cannot be written: \(String(cString: strerror(number)))")
    }
}
