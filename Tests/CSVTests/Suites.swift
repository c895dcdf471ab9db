import Foundation

/// Files made by others, which lie beside the package where they are there at all.
enum Suites {
    static func folder(_ name: String) -> URL? {
        var root = URL(fileURLWithPath: #filePath)
        while root.path != "/" && !FileManager.default.fileExists(atPath: root.path + "/Package.swift") {
            root.deleteLastPathComponent()
        }
        let given = ProcessInfo.processInfo.environment["SLUICE_SUITES"].map { URL(fileURLWithPath: $0) }
        let suites = given ?? root.appendingPathComponent("../shared/suites").standardizedFileURL
        let folder = suites.appendingPathComponent(name)
        if FileManager.default.fileExists(atPath: folder.path) { return folder }
        print("skipped: there is no folder \(name) among the suites (SLUICE_SUITES names their place)")
        return nil
    }

    static func files(_ folder: URL) throws -> [URL] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        return paths.map { folder.appendingPathComponent($0) }.filter { url in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }
}
