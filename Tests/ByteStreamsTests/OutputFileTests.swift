import Glibc
import Testing

@testable import ByteStreams

@Suite("Results")
struct OutputFileTests {
    private func code(_ body: () throws -> Void) -> ByteStreamError.Code? {
        let error = #expect(throws: ByteStreamError.self) { try body() }
        return error?.code
    }

    @Test("a result appears whole at the end and not before")
    func aResultAppearsWhole() throws {
        let workdir = Workdir()
        let path = workdir.file("out.csv")
        let bytes = sampleLines(bytes: 1_000_000)
        let output = try OutputFile(path: path)
        var rest = bytes[...]
        for size in [1, 0, 70_000, 300_000, 262_144, 5] {
            try output.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        try output.append(Array(rest))
        #expect(access(path, F_OK) != 0)
        try output.finish()
        #expect(output.bytesWritten == 1_000_000)
        #expect(workdir.names == ["out.csv"])
        #expect(workdir.read("out.csv") == bytes)
    }

    @Test("a result that is brought to the disk while it is written is whole", arguments: [true, false])
    func aLargeResultIsWhole(isNameless: Bool) throws {
        let workdir = Workdir()
        let bytes = sampleLines(bytes: 13_000_000)
        let output = try OutputFile(
            path: workdir.file("out.csv"), force: false, inputs: [], isNameless: isNameless)
        var rest = bytes[...]
        var size = 1
        while !rest.isEmpty {
            try output.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
            // Small and large ones, so that gathered bytes and others lie between each other.
            size = (size * 7 + 1) % 900_001
        }
        try output.finish()
        #expect(output.bytesWritten == UInt64(bytes.count))
        #expect(workdir.read("out.csv") == bytes)
    }

    @Test("a result that is given up leaves nothing", arguments: [true, false])
    func aResultGivenUpLeavesNothing(isNameless: Bool) throws {
        let workdir = Workdir()
        do {
            let output = try OutputFile(
                path: workdir.file("out.csv"), force: false, inputs: [], isNameless: isNameless)
            try output.append([1, 2, 3])
            try output.flush()
            #expect(workdir.names.allSatisfy { $0.hasPrefix(".") })
            #expect(workdir.names.isEmpty == isNameless, "a killed process leaves no file without a name")
        }
        #expect(workdir.names.isEmpty)
    }

    @Test(
        "a result replaces a file only where it may, with or without a name before", arguments: [true, false])
    func aResultReplaces(isNameless: Bool) throws {
        let workdir = Workdir()
        let path = workdir.file("out.csv")
        func begin(force: Bool) throws -> OutputFile {
            try OutputFile(path: path, force: force, inputs: [], isNameless: isNameless)
        }
        let first = try begin(force: false)
        var late: OutputFile? = try begin(force: false)
        let second = try begin(force: true)
        for (number, output) in [first, late, second].enumerated() { try output?.append([UInt8(number)]) }
        try first.finish()
        #expect(workdir.read("out.csv") == [0])
        #expect(code { try late?.finish() } == .outputExists)
        #expect(workdir.read("out.csv") == [0])
        try second.finish()
        #expect(workdir.read("out.csv") == [2])
        late = nil
        #expect(workdir.names == ["out.csv"])
    }

    @Test("two paths of one file are one destination, whether or not it is there")
    func oneDestination() throws {
        let workdir = Workdir()
        let name = workdir.file("out.csv")
        let folder = workdir.file(".")
        for _ in 1...2 {
            #expect(OutputFile.isSameDestination(name, "\(folder)/out.csv"))
            #expect(OutputFile.isSameDestination(name, "\(folder)//./out.csv"))
            #expect(!OutputFile.isSameDestination(name, workdir.file("out2.csv")))
            #expect(!OutputFile.isSameDestination(name, "/elsewhere/out.csv"))
            _ = workdir.write("out.csv", [1])
        }
        try #require(symlink(name, workdir.file("link.csv")) == 0)
        #expect(OutputFile.isSameDestination(name, workdir.file("link.csv")))
    }

    @Test("an existing file is replaced only by force, and only at the end")
    func anExistingFileIsReplacedOnlyByForce() throws {
        let workdir = Workdir()
        let path = workdir.write("out.csv", [1])
        #expect(code { _ = try OutputFile(path: path) } == .outputExists)
        #expect(workdir.read("out.csv") == [1])
        let output = try OutputFile(path: path, force: true)
        try output.append([2, 3])
        try output.flush()
        #expect(workdir.read("out.csv") == [1])
        try output.finish()
        #expect(workdir.read("out.csv") == [2, 3])
        #expect(workdir.names == ["out.csv"])
    }

    @Test("a file made by another program meanwhile is not replaced")
    func aFileMadeMeanwhileIsNotReplaced() throws {
        let workdir = Workdir()
        do {
            let output = try OutputFile(path: workdir.file("out.csv"))
            try output.append([2])
            workdir.write("out.csv", [1])
            #expect(code { try output.finish() } == .outputExists)
        }
        #expect(workdir.read("out.csv") == [1])
        #expect(workdir.names == ["out.csv"])
    }

    @Test("the file that is read is never the output, by any name")
    func theInputIsNeverTheOutput() throws {
        let workdir = Workdir()
        let path = workdir.write("in.csv", [1])
        let identity = try SourceFile(path: path).identity
        let hard = workdir.file("hard.csv")
        let soft = workdir.file("soft.csv")
        #expect(link(path, hard) == 0 && symlink(path, soft) == 0)
        for name in [path, hard, soft] {
            #expect(
                code { _ = try OutputFile(path: name, force: true, inputs: [identity]) } == .outputIsInput)
        }
    }

    @Test("a symbolic link stays, the file that it names is replaced")
    func aSymbolicLinkStays() throws {
        let workdir = Workdir()
        let soft = workdir.file("soft.csv")
        #expect(symlink(workdir.write("real.csv", [1]), soft) == 0)
        let output = try OutputFile(path: soft, force: true)
        try output.append([2])
        try output.finish()
        #expect(workdir.read("real.csv") == [2])
        #expect(workdir.names == ["real.csv", "soft.csv"])
        var status = stat()
        #expect(lstat(soft, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }

    @Test("a folder, or a folder that is missing, is refused")
    func aFolderIsRefused() {
        let workdir = Workdir()
        #expect(code { _ = try OutputFile(path: workdir.path, force: true) } == .isDirectory)
        #expect(code { _ = try OutputFile(path: workdir.file("no/out.csv")) } == .cannotCreate)
    }

    @Test("a device is written to and stays a device")
    func aDeviceStays() throws {
        let output = try OutputFile(path: "/dev/null")
        try output.append([1, 2, 3])
        try output.finish()
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    }

    @Test("a full disk is an error with its reason")
    func aFullDiskIsAnError() throws {
        let output = try OutputFile(path: "/dev/full")
        try output.append([1])
        #expect(code { try output.finish() } == .noSpace)
    }

    @Test("a result that cannot get its name is an error and leaves nothing")
    func aResultThatCannotGetItsNameLeavesNothing() throws {
        let workdir = Workdir()
        do {
            let output = try OutputFile(
                path: workdir.file("out.csv"), force: false, inputs: [], isNameless: false)
            try output.append([UInt8](repeating: 1, count: 300_000))
            for name in workdir.names { unlink(workdir.file(name)) }
            #expect(code { try output.finish() } == .writeFailed)
        }
        #expect(workdir.names.isEmpty)
    }

    @Test("a pipe that its reader closed is an error with its code")
    func aClosedPipeIsAnError() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { close(ends[1]) }
        let output = try OutputFile(descriptor: ends[1], name: "standard output")
        try output.append([1, 2])
        try output.flush()
        var bytes: [UInt8] = [0, 0]
        #expect(read(ends[0], &bytes, 2) == 2 && bytes == [1, 2])
        close(ends[0])
        try output.append([3])
        #expect(code { try output.finish() } == .brokenPipe)
    }
}
