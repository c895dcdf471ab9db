import Glibc
import Records
import Testing

@testable import ByteStreams

@Suite("Source files")
struct SourceFileTests {
    private func code(_ path: String) -> ByteStreamError.Code? {
        do throws(ByteStreamError) {
            _ = try SourceFile(path: path)
            return nil
        } catch {
            #expect(error.failure.kind == .refused)
            #expect(error.failure.code == error.code.rawValue)
            return error.code
        }
    }

    @Test("what cannot be read is refused with its reason")
    func whatCannotBeReadIsRefused() {
        let workdir = Workdir()
        #expect(code(workdir.file("missing.csv")) == .notFound)
        #expect(code("") == .notFound)
        #expect(code(workdir.write("a.csv", [65]) + "/b.csv") == .notFound)
        #expect(code(workdir.path) == .isDirectory)
        #expect(code("/dev/zero") == .notAFile)
        #expect(code(workdir.write("empty.csv", [])) == .emptyFile)
        #expect(code(workdir.write("book.csv", [0x50, 0x4B, 3, 4, 20])) == .unsupportedFormat)
        #expect(code(workdir.write("a.xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0])) == .unsupportedFormat)
        #expect(code(workdir.write("a.bz2", Array("BZh91AY&SY".utf8))) == .unsupportedFormat)
        #expect(code(workdir.write("text.csv", Array("BZh9,1AY&SY".utf8))) == nil)
    }

    @Test("a file without read permission is refused", .enabled(if: geteuid() != 0, "root may read all"))
    func aFileWithoutPermissionIsRefused() {
        let workdir = Workdir()
        let path = workdir.write("a.csv", [65])
        chmod(path, 0)
        #expect(code(path) == .permissionDenied)
    }

    @Test("what the system says becomes the right code")
    func whatTheSystemSaysBecomesTheRightCode() {
        #expect(ByteStreamError.opening("a", EACCES).code == .permissionDenied)
        #expect(ByteStreamError.opening("a", EMFILE).code == .cannotOpen)
        #expect(ByteStreamError.writing("a", ENOSPC).code == .noSpace)
        #expect(ByteStreamError.writing("a", EFBIG).code == .noSpace)
        #expect(ByteStreamError.writing("a", EPIPE).code == .brokenPipe)
        #expect(ByteStreamError.writing("a", EIO).systemError == EIO)
        #expect(ByteStreamError.creating("a", EROFS).code == .permissionDenied)
        let codes = Set(ByteStreamError.Code.allCases.map(\.rawValue))
        #expect(codes.count == ByteStreamError.Code.allCases.count)
    }

    @Test("a FIFO is told apart and not opened")
    func aFIFOIsToldApart() throws {
        let workdir = Workdir()
        let path = workdir.file("fifo")
        #expect(mkfifo(path, 0o600) == 0)
        #expect(try SourceFile.kind(path: path) == .pipe)
        #expect(code(path) == .notAFile)
        #expect(try SourceFile.kind(path: workdir.write("a", [1])) == .file)
    }

    @Test("a file knows its name, size and identity")
    func aFileKnowsItsIdentity() throws {
        let workdir = Workdir()
        let path = workdir.write("a.csv", [1, 2, 3])
        let file = try SourceFile(path: path)
        #expect(file.name == "a.csv")
        #expect(file.bytes == 3)
        #expect(try SourceFile(path: path).identity == file.identity)
        let other = try SourceFile(path: workdir.write("b.csv", [1, 2, 3]))
        #expect(!other.identity.isSameFile(as: file.identity))
        let link = workdir.file("link.csv")
        #expect(symlink(path, link) == 0)
        #expect(try SourceFile(path: link).identity == file.identity)
        #expect(try SourceFile(path: path, name: "standard input").name == "standard input")
    }

    @Test("a path is taken relative to the current folder")
    func aRelativePathIsRead() async throws {
        let workdir = Workdir()
        let path = workdir.write("a.csv", [1, 2, 3])
        // Up to the root and down again, so that the test need not change the process's folder.
        let relative = String(repeating: "../", count: 64) + path.dropFirst()
        #expect(try await drain(relative) == [1, 2, 3])
    }

    @Test("a change between two passes is seen")
    func aChangeIsSeen() throws {
        let workdir = Workdir()
        let path = workdir.write("a.csv", [1, 2, 3])
        let file = try SourceFile(path: path)
        try file.unchanged()
        let descriptor = open(path, O_WRONLY | O_APPEND)
        #expect(write(descriptor, "x", 1) == 1)
        close(descriptor)
        let grown = #expect(throws: ByteStreamError.self) { try file.unchanged() }
        #expect(grown?.code == .sourceChanged)
        #expect(grown?.message.contains("3 bytes and has 4") == true)

        let again = try SourceFile(path: path)
        var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
        let touched = #expect(throws: ByteStreamError.self) { try again.unchanged() }
        #expect(touched?.code == .sourceChanged)
    }

    @Test("a digest is that of the file as it lies", arguments: [1, 3, 1 << 20])
    func aDigestIsThatOfTheFile(requestBytes: Int) async throws {
        let workdir = Workdir()
        let file = try SourceFile(path: workdir.write("abc", Array("abc".utf8)))
        // The example of FIPS 180-4.
        #expect(
            try await FileDigest.sha256(of: file, requestBytes: requestBytes)
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        truncate(file.path, 1)
        let error = await #expect(throws: ByteStreamError.self) { _ = try await FileDigest.sha256(of: file) }
        #expect(error?.code == .sourceChanged)
    }

    @Test("a digest can be cancelled")
    func aDigestCanBeCancelled() async throws {
        let workdir = Workdir()
        let file = try SourceFile(path: workdir.write("a", sampleLines(bytes: 1_000)))
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await FileDigest.sha256(of: file)
        }
        task.cancel()
        let error = await #expect(throws: ByteStreamError.self) { _ = try await task.value }
        #expect(error?.code == .cancelled)
    }
}
