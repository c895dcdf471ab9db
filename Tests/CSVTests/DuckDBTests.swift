import CSV
import CSVTestSupport
import Foundation
import Records
import TestSupport
import Testing

private let duckDB = Suites.folder("duckdb-csv")

/// What DuckDB's tests are fed with, against Python's strict reader.
///
/// `DuckDBDifferences.md`, beside this file, names each file of which the two say different things, with the reason.
@Suite("DuckDB's files")
struct DuckDBTests {
    /// Of a file with a name within the suite.
    private struct Input {
        var name: String
        var bytes: [UInt8]
        var dialect: Dialect
    }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func inputs() throws -> [Input] {
        let folder = try #require(duckDB)
        let prefix = folder.path + "/"
        return try Suites.files(folder.appendingPathComponent("data")).compactMap { file in
            guard ["csv", "tsv", "txt"].contains(file.pathExtension) else { return nil }
            var bytes = try Array(Data(contentsOf: file))
            // A mark is no data to us, three characters to Python.
            if bytes.starts(with: mark) { bytes.removeFirst(mark.count) }
            return Input(
                name: String(file.path.dropFirst(prefix.count)), bytes: bytes,
                dialect: DialectSniff(bytes).dialect)
        }
    }

    private func read(_ input: Input, _ cutting: Cutting) -> SeenFile {
        let limits = BatchLimits(records: 300, bytes: 40_000)
        let columns = Array(0..<DialectSniff.mostFields(input.bytes, input.dialect))
        var most = 0
        let seen = parse(
            input.bytes, input.dialect, columns: columns, cutting: cutting, limits: limits,
            watch: { most = max(most, $0.storage.sourceCapacity) })
        // A batch, or a longer record, is what has to be held; the room for it may have doubled.
        let longest = seen.records.map(\.bytes.count).max() ?? 0
        #expect(most <= 2 * (max(limits.bytes, longest) + (64 << 10)), "\(input.name) needed \(most) bytes")
        return seen
    }

    private func rows(_ seen: SeenFile) -> [[String]] {
        seen.records.map { $0.values.prefix(Int($0.fieldCount)).map(PythonReader.text) }
    }

    @Test(
        "each file ends in records or a coded error, and in the same ones as with Python but for those listed",
        .enabled(if: duckDB != nil && Python.isThere), .timeLimit(.minutes(20)))
    func agreesWithPython() throws {
        let inputs = try Self.inputs()
        #expect(inputs.count > 900)
        let lenient = inputs.map { input in
            var input = input
            input.dialect.allowsTextAfterQuote = true
            return input
        }
        let answers = try PythonReader.read((inputs + lenient).map { ($0.bytes, $0.dialect) })
        var found: [String: String] = [:]
        for (index, input) in inputs.enumerated() {
            let seen = read(input, .every(4096))
            #expect(read(input, .every(61)) == seen, "\(input.name)")
            found[input.name] = difference(input, seen, answers[index])
            let free = read(lenient[index], .every(4096))
            let python = answers[inputs.count + index].rows.filter { !$0.isEmpty }
            // Without strictness Python makes a record of what a quote that is never closed holds.
            let isAsFree = free.failure == nil ? rows(free) == python : python.starts(with: rows(free))
            #expect(isAsFree || found[input.name] == "no-value", "\(input.name), quotes lenient")
        }
        let listed = try DifferenceList.read()
        for (name, reason) in found.sorted(by: { $0.key < $1.key }) where listed[name] != reason {
            Issue.record("\(name) differs (\(reason)) and is listed under \(listed[name] ?? "nothing")")
        }
        let agreeing = listed.keys.filter { found[$0] == nil }.sorted()
        #expect(agreeing.isEmpty, "listed, and there is no difference")
    }

    /// Why we and Python say different things of a file; `nil` where we do not.
    private func difference(_ input: Input, _ seen: SeenFile, _ answer: PythonRows) -> String? {
        let rows = rows(seen)
        let python = answer.rows.filter { !$0.isEmpty }
        let sound = seen.records.prefix { $0.fault == .none }.count
        let isSame = rows == python && sound == rows.count
        // Both refuse a file that ends within quotes.
        let endsAlike =
            seen.failure == nil
            ? answer.error == nil
            : seen.failure?.code == .unclosedQuote && answer.error == "unexpected end of data"
        if isSame && endsAlike {
            return String(validating: input.bytes, as: UTF8.self) == nil ? "encoding" : nil
        }
        let stopsAtText = answer.error?.hasSuffix("expected after '\"'") == true
        if stopsAtText && Array(rows.prefix(python.count)) == python {
            if sound == python.count && sound < seen.records.count { return "text-after-quote" }
            if sound == seen.records.count && seen.failure?.code == .unclosedQuote {
                return "text-then-unclosed"
            }
        }
        if differs(rows, python, onlyBy: "N", for: "") && endsAlike { return "no-value" }
        return "unexplained: \(rows.count) and \(python.count) records, "
            + "\(String(describing: seen.failure)) and \(answer.error ?? "no error")"
    }

    /// Whether records are the same but for a value that one has for another.
    private func differs(
        _ rows: [[String]], _ python: [[String]], onlyBy theirs: String, for ours: String
    ) -> Bool {
        rows.map(\.count) == python.map(\.count)
            && zip(rows.joined(), python.joined()).allSatisfy { $0 == $1 || $0 == ours && $1 == theirs }
    }
}

/// The document of the differences: a heading for each reason, `name: what it means`, and a line for each file.
private enum DifferenceList {
    static func read() throws -> [String: String] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("DuckDBDifferences.md")
        var reason = ""
        var listed: [String: String] = [:]
        for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("## ") {
                reason = String(line.dropFirst(3).prefix { $0 != ":" })
            } else if line.hasPrefix("- `"), line.hasSuffix("`") {
                #expect(listed.updateValue(reason, forKey: String(line.dropFirst(3).dropLast())) == nil)
            }
        }
        return listed
    }
}
