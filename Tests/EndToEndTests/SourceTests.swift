import Foundation
import Testing

@Suite("Where a file comes from")
struct SourceTests {
    private static let text = "contactNumber,lastName\n1,Ann\n2,Bob\n"

    @Test(
        "A file is read as what it is, whatever its name, and told where the name says otherwise",
        arguments: ["none", "gzip", "zstd"], ["in.csv", "in.csv.gz", "in.csv.zst", "in"])
    func byContent(compression: String, name: String) throws {
        let folder = try Workdir()
        try folder.write(name, compressed(Array(Self.text.utf8), compression))
        let task = try folder.importing("contacts", name).task()
        #expect(task.counts == ShownCounts(read: 2, created: 2))
        #expect(task.file.compression == compression)
        let fitting = ["none": "in.csv", "gzip": "in.csv.gz", "zstd": "in.csv.zst"]
        // A name without an extension promises nothing.
        let isTold = name != fitting[compression] && name != "in"
        #expect(task.warnings.map(\.code) == (isTold ? ["compression_by_content"] : []))
    }

    @Test("A UTF-8 byte-order mark is no part of the first column's name, compressed or not")
    func byteOrderMark() throws {
        for compression in ["none", "gzip", "zstd"] {
            let folder = try Workdir()
            try folder.write("in", compressed([0xEF, 0xBB, 0xBF] + Array(Self.text.utf8), compression))
            let run = try folder.importing("contacts", "in")
            #expect(try run.task().counts == ShownCounts(read: 2, created: 2))
            #expect(run.exitCode == 0)
        }
    }

    @Test("Standard input is spooled, imported, and its spool removed", arguments: ["none", "gzip", "zstd"])
    func standardInput(compression: String) throws {
        let folder = try Workdir()
        try folder.write("in", compressed(Array(Self.text.utf8), compression))
        let run = try folder.sluice(
            "import", "contacts", "-", "--json", "--database", "a.db", input: folder.file("in"))
        #expect(run.exitCode == 0)
        let task = try run.task()
        #expect(task.file.name == "standard input")
        #expect(task.file.compression == compression)
        #expect(task.counts == ShownCounts(read: 2, created: 2))
        #expect(task.warnings.isEmpty)
        #expect(folder.leftBeside().isEmpty)
    }

    @Test("A FIFO is spooled, imported, and its spool removed")
    func fifo() throws {
        let folder = try Workdir()
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        let program = try folder.startImport("contacts", "pipe")
        try folder.write("in", Self.text)
        // `cat` waits for the reader, as any program that writes to a FIFO does.
        let writer = Process()
        writer.executableURL = URL(fileURLWithPath: "/bin/sh")
        writer.arguments = ["-c", "cat \"$0/in\" > \"$0/pipe\"", folder.path]
        try writer.run()
        let run = program.wait()
        writer.waitUntilExit()
        #expect(run.exitCode == 0)
        let task = try run.task()
        #expect(task.file.name == "pipe")
        #expect(task.counts == ShownCounts(read: 2, created: 2))
        #expect(folder.leftBeside().isEmpty)
    }

    @Test("Nothing on standard input is refused as an empty file, and leaves neither database nor spool")
    func emptyStandardInput() throws {
        let folder = try Workdir()
        let run = try folder.importing("contacts", "-")
        #expect(run.exitCode == 2)
        #expect(try run.failure().code == "empty_file")
        #expect(folder.leftBeside().isEmpty)
    }

    @Test("Standard input that is refused leaves no spool behind")
    func refusedStandardInput() throws {
        let folder = try Workdir()
        try folder.write("in", "name,city\nAnn,Oslo\n")
        let run = try folder.sluice(
            "import", "contacts", "-", "--json", "--database", "a.db", input: folder.file("in"))
        #expect(run.exitCode == 2)
        #expect(try run.task().failure?.code == "key_not_mapped")
        #expect(folder.leftBeside().isEmpty)
        // A reject file that may not be written is found before the input is read.
        try folder.write("rejects.csv", "kept")
        let second = try folder.sluice(
            "import", "contacts", "-", "--rejects", "rejects.csv", "--json", "--database", "a.db",
            input: folder.file("in"))
        #expect(second.exitCode == 2)
        #expect(folder.leftBeside().isEmpty)
    }

    @Test("A run over standard input that is killed keeps its spool, and its resume needs no input")
    func killedOverStandardInput() throws {
        let folder = try Workdir()
        let killed = try folder.sluice(
            "import", "contacts", "-", "--filter", "livevox-contacts", "--commit-every", "1000", "--database",
            "a.db", environment: ["SLUICE_FAILPOINT": "after-commit:7"], input: Given.contacts)
        #expect(killed.exitCode == -SIGKILL)
        let task = try folder.newestTask()
        #expect(task.state == "interrupted")
        #expect(folder.leftBeside().contains("\(task.id).spool"))

        let resumed = try folder.ask("tasks", "resume", task.id)
        #expect(resumed.exitCode == 3)
        expect(try resumed.task().counts, is: try Given.summary("contacts-30k.json"))
        #expect(folder.leftBeside().isEmpty)
    }

    @Test(
        "Waiting for a FIFO that nobody writes to ends with a signal, and leaves nothing behind",
        arguments: [
            (SIGINT, Int32(130), "cancelled"), (SIGTERM, 75, "interrupted"),
        ])
    func stoppedWhileSpooling(signal: Int32, exitCode: Int32, code: String) throws {
        let folder = try Workdir()
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        let program = try folder.startImport("contacts", "pipe")
        // Once the folder of spools is there, the program listens to signals and waits for the FIFO.
        while !folder.has("a.db-tasks"), program.poll() == nil { usleep(1_000) }
        program.send(signal)
        let run = program.wait()
        #expect(run.exitCode == exitCode)
        #expect(try run.failure().code == code)
        #expect(folder.leftBeside().isEmpty)
        #expect(try folder.tasks().isEmpty)
    }
}
