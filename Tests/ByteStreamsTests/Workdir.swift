import Dispatch
import Glibc
import Records
import TestSupport
import Testing

@testable import ByteStreams

/// A folder of its own for one test, removed with all it holds.
final class Workdir: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/bytestreams-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { preconditionFailure("no folder in /tmp") }
        path = template.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }

    deinit {
        for name in names { unlink(file(name)) }
        rmdir(path)
    }

    /// The names in the folder, sorted.
    var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { found.append(name) }
        }
        return found.sorted()
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and gives its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) -> String {
        let path = file(name)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        precondition(descriptor >= 0, "cannot create \(path)")
        defer { close(descriptor) }
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        precondition(written == bytes.count, "cannot write \(path)")
        return path
    }

    func read(_ name: String) -> [UInt8]? { Workdir.contents(file(name)) }

    static func contents(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count <= 0 { return all }
            all.append(contentsOf: piece[..<count])
        }
    }
}

/// All the bytes of a stream; checks that chunks are bounded, not empty, and follow each other.
func drain(_ stream: ByteStream) async throws(ByteStreamError) -> [UInt8] {
    var all: [UInt8] = []
    let start = stream.byteOffset
    let most = max(stream.options.requestBytes, stream.options.chunkBytes)
    while let chunk = try await stream.next() {
        #expect(chunk.byteOffset == start + UInt64(all.count))
        #expect(!chunk.bytes.isEmpty && chunk.bytes.count <= most)
        all.append(contentsOf: chunk.bytes)
        #expect(stream.byteOffset == start + UInt64(all.count))
        #expect(stream.sourceBytesDone <= stream.file.bytes)
    }
    #expect(stream.sourceBytesDone == stream.file.bytes)
    return all
}

/// All the decompressed bytes of a file.
func drain(
    _ path: String, requestBytes: Int = 1 << 20, chunkBytes: Int? = nil
) async throws(ByteStreamError) -> [UInt8] {
    var options = ByteStream.Options()
    options.requestBytes = requestBytes
    // Many small requests with room for a large chunk each would be slow.
    options.chunkBytes = chunkBytes ?? (requestBytes < 4_096 ? 4_096 : options.chunkBytes)
    return try await drain(try ByteStream(try SourceFile(path: path), options: options))
}

/// How reading a file ends: its bytes, or the code of its error.
func outcome(
    _ path: String, requestBytes: Int = 1 << 20, chunkBytes: Int? = nil
) async -> Result<[UInt8], ByteStreamError> {
    do throws(ByteStreamError) {
        return .success(try await drain(path, requestBytes: requestBytes, chunkBytes: chunkBytes))
    } catch {
        return .failure(error)
    }
}

func errorCode(_ result: Result<[UInt8], ByteStreamError>) -> ByteStreamError.Code? {
    guard case .failure(let error) = result else { return nil }
    return error.code
}

/// Lines that compress like records do, the same for the same seed.
func sampleLines(bytes: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    var all: [UInt8] = []
    all.reserveCapacity(bytes + 100)
    let towns = ["Springfield", "Ústí nad Labem", "Saint Paul", "Oslo", "A"]
    var number = 1000
    while all.count < bytes {
        number += Int.random(in: 1...9, using: &random)
        let town = towns[Int.random(in: 0..<towns.count, using: &random)]
        all += Array(
            "C\(number),\(UInt32.random(in: 0 ... .max, using: &random)),\"\(town)\",active\r\n".utf8)
    }
    return Array(all.prefix(bytes))
}

/// Conformance data made by others, beside the package; tests that need it are skipped where it is missing.
enum Suites {
    static let root: String? = {
        if let told = getenv("SLUICE_SUITES") { return String(cString: told) }
        var folder = Substring(#filePath)
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            guard access("\(folder)/Package.swift", F_OK) == 0 else { continue }
            let suites = "\(folder)/../shared/suites"
            return access(suites, R_OK) == 0 ? suites : nil
        }
        return nil
    }()

    /// Whether a folder of the suites is there; says so where it is not.
    static func have(_ name: String) -> Bool {
        if let root, access("\(root)/\(name)", R_OK) == 0 { return true }
        print("skipped: the suite '\(name)' is not on this machine")
        return false
    }

    static func path(_ name: String) -> String { "\(root ?? "")/\(name)" }
}
