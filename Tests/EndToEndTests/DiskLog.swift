import Foundation
import TestSupport

/// What a program did to the two files of its database, in order, and what a power cut leaves of it.
///
/// The system may write what it was given in any order and as much of it as it likes, until it is told to bring a file to
/// the disk and says that it has.
struct DiskLog {
    enum File: String, CaseIterable {
        case database = "a.db"
        case wal = "a.db-wal"
    }

    /// The calls that it is made of.
    static let calls = ["pwrite64", "ftruncate", "fdatasync", "fsync"]

    enum Act: Equatable {
        case write(File, at: Int, [UInt8])
        case cut(File, to: Int)
        /// What had been done before so many acts is on the disk.
        case sync(File, of: Int)

        var file: File {
            switch self {
            case .write(let file, _, _), .cut(let file, _), .sync(let file, _): file
            }
        }

        var isWrite: Bool {
            if case .write = self { true } else { false }
        }
    }

    /// A line of the log that is none of ours.
    struct BadLine: Error {
        var line: String
    }

    private(set) var acts: [Act] = []
    private let before: [[UInt8]]

    /// Reads the log of strace, with paths and all strings in hexadecimal; `before` are the files as they were.
    ///
    /// - Throws: ``BadLine``.
    init(reading log: Data, before: [[UInt8]]) throws {
        self.before = before
        // By thread: the beginning of the call that it is in, and how many acts there were then.
        var begun: [Substring: (text: Data, acts: Int)] = [:]
        for line in log.split(separator: UInt8(ascii: "\n")) {
            let thread = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)[...]
            if let end = line.range(of: Data(" <unfinished ...>".utf8)) {
                begun[thread] = (line[..<end.lowerBound], acts.count)
            } else if let end = line.range(of: Data(" resumed>".utf8)) {
                guard let begin = begun.removeValue(forKey: thread) else { throw BadLine(line: "\(thread)") }
                try add(Array(begin.text + line[end.upperBound...]), begunAt: begin.acts)
            } else {
                try add(Array(line), begunAt: acts.count)
            }
        }
    }

    private mutating func add(_ line: [UInt8], begunAt place: Int) throws {
        if let act = try Self.act(line, begunAt: place) { acts.append(act) }
    }

    /// `NUMBER CALL(FD<PATH>, "BYTES", COUNT, OFFSET) = RESULT`; `nil` for how a thread ended.
    private static func act(_ line: [UInt8], begunAt place: Int) throws -> Act? {
        func bad() -> BadLine { BadLine(line: String(decoding: line.prefix(200), as: UTF8.self)) }
        guard let open = line.firstIndex(of: UInt8(ascii: "(")) else {
            if line.contains(UInt8(ascii: "+")) { return nil }
            throw bad()
        }
        let head = String(decoding: line[..<open], as: UTF8.self)
        guard let call = calls.first(where: { head.hasSuffix(" \($0)") }),
            let pathStart = line.firstIndex(of: UInt8(ascii: "<")),
            let pathEnd = line.firstIndex(of: UInt8(ascii: ">")),
            let path = String(bytes: bytes(line[(pathStart + 1)..<pathEnd]), encoding: .utf8),
            let file = File.allCases.first(where: { path.hasSuffix("/\($0.rawValue)") })
        else { throw bad() }
        let quote = line.lastIndex(of: UInt8(ascii: "\"")) ?? pathEnd
        let rest = String(decoding: line[(quote + 1)...], as: UTF8.self)
        let numbers = rest.split { !$0.isNumber }.compactMap { Int($0) }
        switch (call, numbers.count) {
        case ("pwrite64", 3) where numbers[0] == numbers[2]:
            guard let first = line.firstIndex(of: UInt8(ascii: "\"")) else { throw bad() }
            let written = bytes(line[(first + 1)..<quote])
            guard written.count == numbers[0] else { throw bad() }
            return .write(file, at: numbers[1], written)
        case ("ftruncate", 2) where numbers[1] == 0: return .cut(file, to: numbers[0])
        case ("fdatasync", 1) where numbers[0] == 0, ("fsync", 1) where numbers[0] == 0:
            return .sync(file, of: place)
        default: throw bad()
        }
    }

    /// Of `\x2f\x74`.
    private static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8] {
        func digit(_ byte: UInt8) -> UInt8 { byte < 0x3A ? byte & 15 : (byte & 15) + 9 }
        return text.withUnsafeBufferPointer { text in
            stride(from: 2, to: text.count, by: 4).map { digit(text[$0]) << 4 | digit(text[$0 + 1]) }
        }
    }

    /// Whether the database was brought to the disk before the last was written to the WAL.
    var hasCheckpointBesideWrites: Bool {
        let end = acts.lastIndex { $0.isWrite && $0.file == .wal } ?? 0
        return acts[..<end].contains { act in
            if case .sync(.database, _) = act { true } else { false }
        }
    }

    /// What becomes of a piece that was not brought to the disk.
    enum Fate {
        case lost, whole
        /// This share of its sectors is there, from the first on.
        case torn(Double)

        /// Each piece is lost, torn or whole by chance.
        static func random(using random: inout SeededGenerator, kept percent: Int) -> Fate {
            guard random.chance(percent) else { return .lost }
            guard random.chance(10) else { return .whole }
            return .torn(.random(in: 0..<1, using: &random))
        }
    }

    /// What the files hold where the power goes before an act.
    func files(before end: Int, fate: () -> Fate) -> [File: [UInt8]] {
        var files: [File: [UInt8]] = [:]
        for (file, before) in zip(File.allCases, before) {
            var synced = 0
            for case .sync(file, let count) in acts[..<end] { synced = max(synced, count) }
            var bytes = before
            for index in acts[..<end].indices where acts[index].file == file {
                let fate = index < synced ? .whole : fate()
                if case .lost = fate { continue }
                switch acts[index] {
                case .sync: break
                case .cut(_, let length):
                    bytes = Array(bytes.prefix(length))
                    bytes += Array(repeating: 0, count: length - bytes.count)
                case .write(_, let offset, let written):
                    var count = written.count
                    if case .torn(let share) = fate { count = Int(Double(count / 512) * share) * 512 }
                    let missing = offset + count - bytes.count
                    if missing > 0 { bytes += Array(repeating: 0, count: missing) }
                    bytes.replaceSubrange(offset..<offset + count, with: written.prefix(count))
                }
            }
            files[file] = bytes
        }
        return files
    }
}
