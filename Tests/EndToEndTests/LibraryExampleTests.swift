import FixtureGenerator
import Foundation
import Testing

@Suite("The example of the library")
struct LibraryExampleTests {
    private static let source = Given.root.appendingPathComponent("Sources/follow-import/FollowImport.swift")

    private func run(_ arguments: String..., in folder: Workdir) throws -> Run {
        try Program(arguments, in: folder, program: Program.path("follow-import")).wait()
    }

    @Test("a program that embeds the engine imports a bundled file and follows its task")
    func imports() throws {
        let folder = try Workdir()
        let wanted = try Given.summary("contacts-30k.json")
        let run = try run("a.db", "contacts", Given.contacts, "livevox-contacts", in: folder)
        #expect(run.exitCode == 0 && run.errors.isEmpty)
        let lines = run.text.split(separator: "\n").map(String.init)
        let task = try folder.newestTask()
        let told = lines.prefix { $0.hasPrefix("\(task.id.prefix(12)) ") }
        #expect(
            told.last?.contains(" completedWithRejects: \(wanted.read) records, ") == true, "\(run.text)")
        let rest = Array(lines.dropFirst(told.count))
        #expect(rest.first == "read \(wanted.read), created \(wanted.created), updated 0")
        #expect(rest.count == 6 && rest.dropFirst().allSatisfy { $0.hasPrefix("line ") }, "\(rest)")
        #expect(task.state == "completedWithRejects" && task.counts.rejected > 5)
    }

    @Test("it says why nothing comes of a request")
    func refused() throws {
        let folder = try Workdir()
        let run = try run("a.db", "contacts", Given.contacts, "no-such-filter", in: folder)
        #expect(run.text.hasPrefix("refused, unknown_filter: there is no input filter 'no-such-filter'"))
        #expect(!folder.has("a.db"))
    }

    @Test("docs/library.md shows it as it is")
    func isShown() throws {
        let page = try String(
            contentsOf: Given.root.appendingPathComponent("docs/library.md"), encoding: .utf8)
        let source = try String(contentsOf: Self.source, encoding: .utf8)
        #expect(page.contains("```swift\n\(source)```\n"))
    }
}

/// A package outside of ours that has the library for a dependency: it is built from nothing, which takes minutes.
@Suite("A package that depends on the library", .enabled(if: slowTestsAreOn))
struct LibraryProductSlowTests {
    @Test("it is built with the product alone, and its program imports")
    func outside() throws {
        let folder = try Workdir()
        let page = try String(
            contentsOf: Given.root.appendingPathComponent("docs/library.md"), encoding: .utf8)
        let start = try #require(page.firstRange(of: "```swift\n// swift-tools-version"))
        let end = try #require(page[start.upperBound...].firstRange(of: "```\n"))
        let manifest = page[start.lowerBound..<end.lowerBound].dropFirst("```swift\n".count)
        try folder.write("Package.swift", String(manifest.replacing("../sluice", with: Given.root.path)))
        try FileManager.default.createDirectory(
            atPath: folder.file("Sources/nightly"), withIntermediateDirectories: true)
        let source = Given.root.appendingPathComponent("Sources/follow-import/FollowImport.swift")
        try folder.write("Sources/nightly/Nightly.swift", String(contentsOf: source, encoding: .utf8))
        let build = Process()
        build.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        build.arguments = ["swift", "build", "--package-path", folder.path]
        try build.run()
        build.waitUntilExit()
        #expect(build.terminationStatus == 0)
        let run = try Program(
            ["a.db", "contacts", Given.contacts, "livevox-contacts"], in: folder,
            program: folder.file(".build/debug/nightly")
        ).wait()
        #expect(run.exitCode == 0 && run.text.contains("\nread 30000, created "), "\(run.text)\(run.errors)")
    }
}
