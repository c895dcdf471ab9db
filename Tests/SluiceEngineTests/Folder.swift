import Foundation

/// A folder of its own for one test, removed with all it holds.
final class Folder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "library-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    func read(_ name: String) throws -> String {
        try String(contentsOf: URL(fileURLWithPath: file(name)), encoding: .utf8)
    }

    /// Writes a file of contacts and gives its path: numbers from 1, and every hundredth without one.
    func contacts(_ count: Int, name: String = "contacts.csv") throws -> String {
        var text = "contactNumber,lastName,email\n"
        for number in 1...count {
            text += number % 100 == 0 ? ",Nobody,\n" : "\(number),Smith\(number),s\(number)@example.com\n"
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }
}
