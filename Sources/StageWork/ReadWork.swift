internal import ByteStreams
internal import Glibc
internal import Records

/// Reading a file, plain or compressed, to its end.
final class ReadWork {
    private let input: StageInput
    private let file: SourceFile

    init(_ input: StageInput, _ compression: Compression) throws {
        self.input = input
        let compressor = Compressor(compression)
        let path = input.folder.path + "/input"
        let output = try OutputFile(path: path, force: true)
        for chunk in compressor.append(input.bytes) + compressor.finish() {
            try chunk.withUnsafeBytes { try output.append($0) }
        }
        try output.finish()
        file = try SourceFile(path: path)
    }

    func run() async throws {
        var bytes = 0
        let stream = try ByteStream(file)
        while let chunk = try await stream.next() { bytes += chunk.bytes.count }
        try WrongAnswer.check("bytes", bytes, input.bytes.count)
    }

    func checkContent() async throws {
        var (found, wanted) = (RunningDigest(), RunningDigest())
        let stream = try ByteStream(file)
        while let chunk = try await stream.next() { chunk.bytes.withUnsafeBytes { found.append($0) } }
        input.bytes.withUnsafeBytes { wanted.append($0) }
        try WrongAnswer.check("SHA-256", found.sha256, wanted.sha256)
    }
}
