import Dispatch
import Glibc
import Testing

@testable import ByteStreams

@Suite("Spooled input")
struct SpoolTests {
    @Test("what comes through a pipe is kept for this user alone")
    func whatComesThroughAPipeIsKept() async throws {
        let workdir = Workdir()
        let bytes = sampleLines(bytes: 1_000_000)
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        let writer = Thread.run {
            bytes.withUnsafeBytes { bytes in
                var done = 0
                while done < bytes.count {
                    done += Glibc.write(
                        writing, bytes.baseAddress.map { $0 + done }, min(7_001, bytes.count - done))
                }
            }
            close(writing)
        }
        let file = try await Spool.copy(
            from: reading, called: "standard input", to: workdir.file("spool"), maxBytes: 1_000_000)
        writer.wait()
        #expect(file.name == "standard input")
        #expect(try await drain(try ByteStream(file)) == bytes)
        var status = stat()
        #expect(stat(workdir.file("spool"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test("a FIFO waits for its writer")
    func aFIFOWaitsForItsWriter() async throws {
        let workdir = Workdir()
        let fifo = workdir.file("fifo")
        #expect(mkfifo(fifo, 0o600) == 0)
        let writer = Thread.run {
            usleep(250_000)
            let descriptor = open(fifo, O_WRONLY)
            write(descriptor, "one\n", 4)
            usleep(150_000)
            write(descriptor, "two\n", 4)
            close(descriptor)
        }
        let file = try await Spool.copy(fifo: fifo, to: workdir.file("spool"), maxBytes: 100)
        writer.wait()
        #expect(file.name == "fifo")
        #expect(workdir.read("spool") == Array("one\ntwo\n".utf8))
    }

    @Test("input without an end stops at the cap and leaves nothing")
    func inputWithoutAnEndStopsAtTheCap() async throws {
        let workdir = Workdir()
        let zeros = open("/dev/zero", O_RDONLY)
        defer { close(zeros) }
        let error = await #expect(throws: ByteStreamError.self) {
            _ = try await Spool.copy(
                from: zeros, called: "standard input", to: workdir.file("spool"), maxBytes: 3_000_000)
        }
        #expect(error?.code == .spoolLimit)
        #expect(error?.message.contains("3000000") == true)
        #expect(workdir.names.isEmpty)
    }

    @Test("input of no bytes is an empty file and leaves nothing")
    func inputOfNoBytesIsAnEmptyFile() async throws {
        let workdir = Workdir()
        let null = open("/dev/null", O_RDONLY)
        defer { close(null) }
        let error = await #expect(throws: ByteStreamError.self) {
            _ = try await Spool.copy(
                from: null, called: "standard input", to: workdir.file("spool"), maxBytes: 9)
        }
        #expect(error?.code == .emptyFile)
        #expect(error?.message.hasPrefix("standard input") == true)
        #expect(workdir.names.isEmpty)
    }

    @Test("spooled input that is no text is refused and leaves nothing")
    func spooledInputThatIsNoTextIsRefused() async throws {
        let workdir = Workdir()
        let book = open(workdir.write("book", [0x50, 0x4B, 3, 4, 20]), O_RDONLY)
        defer { close(book) }
        let error = await #expect(throws: ByteStreamError.self) {
            _ = try await Spool.copy(
                from: book, called: "standard input", to: workdir.file("spool"), maxBytes: 9)
        }
        #expect(error?.code == .unsupportedFormat)
        #expect(workdir.names == ["book"])
    }

    @Test("waiting for input can be cancelled and leaves nothing")
    func waitingCanBeCancelled() async throws {
        let workdir = Workdir()
        let fifo = workdir.file("fifo")
        #expect(mkfifo(fifo, 0o600) == 0)
        let spool = workdir.file("spool")
        let task = Task(executorPreference: LaneExecutor(label: "spool")) {
            try await Spool.copy(fifo: fifo, to: spool, maxBytes: 100).bytes
        }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        let error = await #expect(throws: ByteStreamError.self) { _ = try await task.value }
        #expect(error?.code == .cancelled)
        #expect(workdir.names == ["fifo"])
    }

    @Test("a spool never takes the place of a file")
    func aSpoolNeverReplaces() throws {
        let workdir = Workdir()
        let path = workdir.write("kept", [1])
        let error = #expect(throws: ByteStreamError.self) { _ = try KeptBytesWriter(creating: path) }
        #expect(error?.code == .outputExists)
        #expect(workdir.read("kept") == [1])
        let missing = #expect(throws: ByteStreamError.self) {
            _ = try KeptBytesWriter(creating: workdir.file("no/kept"))
        }
        #expect(missing?.code == .cannotCreate)
    }
}

/// Work on a thread of its own.
enum Thread {
    static func run(_ body: @escaping @Sendable () -> Void) -> DispatchSemaphore {
        let done = DispatchSemaphore(value: 0)
        DispatchQueue(label: "test thread").async { @Sendable in
            body()
            done.signal()
        }
        return done
    }
}
