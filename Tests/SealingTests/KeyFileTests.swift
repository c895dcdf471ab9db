import Foundation
import Records
import Testing

@testable import Sealing

/// A folder of its own for one test.
final class KeyFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String = "keys") -> String { url.appendingPathComponent(name).path }

    func write(_ text: String, mode: mode_t = 0o600) throws {
        try Data(text.utf8).write(to: url.appendingPathComponent("keys"))
        chmod(path(), mode)
    }

    func mode(_ name: String = "keys") -> mode_t {
        var status = stat()
        stat(path(name), &status)
        return status.st_mode & 0o777
    }
}

private let moment = "2026-11-28T12:00:00.000Z"

@Suite("Key files")
struct KeyFileTests {
    private func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? Failure)?.code
        }
    }

    @Test("A new file is its owner's alone, has one key, and is never written over")
    func create() throws {
        let folder = try KeyFolder()
        let key = try KeyFile.create(at: folder.path(), madeAt: moment)
        #expect(folder.mode() == 0o600)
        let file = try KeyFile(path: folder.path())
        #expect(file.listed == [key])
        #expect(file.ring.writingKey == key.id)
        let before = try String(contentsOfFile: folder.path(), encoding: .utf8)
        #expect(code { _ = try KeyFile.create(at: folder.path(), madeAt: moment) } == "key_file_exists")
        #expect(try String(contentsOfFile: folder.path(), encoding: .utf8) == before)
    }

    @Test("A further key comes first, the others stay, and so does who may read the file")
    func add() throws {
        let folder = try KeyFolder()
        let old = try KeyFile.create(at: folder.path(), madeAt: moment)
        chmod(folder.path(), 0o640)
        let new = try KeyFile(path: folder.path()).addKey(madeAt: moment)
        #expect(try KeyFile(path: folder.path()).listed == [new, old])
        #expect(folder.mode() == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["keys"])
    }

    @Test("Of two who add a key at the same time, none loses the other's")
    func addTwice() throws {
        let folder = try KeyFolder()
        let old = try KeyFile.create(at: folder.path(), madeAt: moment)
        let (first, second) = (try KeyFile(path: folder.path()), try KeyFile(path: folder.path()))
        let (one, two) = (try first.addKey(madeAt: moment), try second.addKey(madeAt: moment))
        #expect(try KeyFile(path: folder.path()).listed == [two, one, old])
        try Data().write(to: folder.url.appendingPathComponent("keys.new"))
        #expect(code { _ = try first.addKey(madeAt: moment) } == "key_file_exists")
        #expect(try KeyFile(path: folder.path()).listed == [two, one, old])
    }

    @Test("A key that is added through a symbolic link comes into the file that the link leads to")
    func addThroughLink() throws {
        let folder = try KeyFolder()
        let old = try KeyFile.create(at: folder.path(), madeAt: moment)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link"), withDestinationPath: folder.path())
        let new = try KeyFile(path: folder.path("link")).addKey(madeAt: moment)
        #expect(try KeyFile(path: folder.path()).listed == [new, old])
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link")) == folder.path())
    }

    @Test("A file to which its administrator adds a key stays its owner's", .enabled(if: geteuid() == 0))
    func addToAnothersFile() throws {
        let folder = try KeyFolder()
        _ = try KeyFile.create(at: folder.path(), madeAt: moment)
        #expect(chown(folder.path(), 4_321, 4_322) == 0)
        _ = try KeyFile(path: folder.path()).addKey(madeAt: moment)
        var status = stat()
        #expect(stat(folder.path(), &status) == 0)
        #expect(status.st_uid == 4_321 && status.st_gid == 4_322 && folder.mode() == 0o600)
    }

    @Test(
        "A file that others may read or change is refused",
        arguments: [0o644, 0o604, 0o660, 0o602, 0o601, 0o666] as [mode_t])
    func exposed(mode: mode_t) throws {
        let folder = try KeyFolder()
        _ = try KeyFile.create(at: folder.path(), madeAt: moment)
        chmod(folder.path(), mode)
        #expect(code { _ = try KeyFile(path: folder.path()) } == "key_file_exposed")
    }

    @Test("What is no key file is refused, and its content never told")
    func bad() throws {
        let folder = try KeyFolder()
        let key = String(repeating: "A", count: 43)
        for text in [
            "", "# nothing\n", "hello\n", "0123456g \(moment) \(key)\n",
            "01234567 \(moment) \(key.dropLast())\n",
            "01234567 \(moment) \(key.dropLast())!\n", "01234567 \(key)\n",
            "01234567 \(moment) \(key) more\n",
            "01234567 \(moment) \(key)\n01234567 \(moment) \(key)\n",
        ] {
            try folder.write(text)
            let failure = #expect(throws: Failure.self) { try KeyFile(path: folder.path()) }
            #expect(failure?.code == "bad_key_file", "\(text)")
            #expect(failure?.description.contains("AAAA") == false)
        }
        #expect(code { _ = try KeyFile(path: folder.path("none")) } == "key_file_missing")
    }

    @Test("Base64 reads back what it writes, whatever the bytes")
    func base64() throws {
        for count in 0..<70 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max) }
            let text = Base64.text(of: bytes)
            #expect(Base64.bytes(of: text) == bytes)
            let other = Data(bytes).base64EncodedString().replacingOccurrences(of: "=", with: "")
                .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            #expect(String(decoding: text, as: UTF8.self) == other)
        }
    }
}
