internal import Glibc
internal import Pipeline
internal import Store

/// A connection that is kept from poll to poll: to open one costs more than to ask it how a task stands.
///
/// Between two polls it holds neither a lock nor a state of the database: nobody waits for it.
final class KeptReader: Sendable {
    private let paths: StorePaths
    private let kept = Lock<Kept?>(nil)

    private struct Kept: Sendable {
        var reader: StoreReader
        var file: File
    }

    /// Which file a path names.
    private struct File: Equatable {
        var device: dev_t
        var number: ino_t

        init?(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = status.st_dev
            number = status.st_ino
        }
    }

    init(_ paths: StorePaths) {
        self.paths = paths
    }

    /// Runs `body` with a connection to the file that is at the path now.
    ///
    /// - Throws: what opening the database throws, and what `body` does.
    func read<Value>(_ body: (StoreReader) throws -> Value) throws -> Value {
        // Nobody else has it meanwhile: calls at the same time each have a connection of their own.
        let taken = kept.withLock { kept in
            defer { kept = nil }
            return kept
        }
        guard let file = File(path: paths.database) else { return try body(StoreReader(paths: paths)) }
        let now =
            if let taken, taken.file == file { taken } else {
                Kept(reader: try StoreReader(paths: paths), file: file)
            }
        let value = try body(now.reader)
        kept.withLock { $0 = now }
        return value
    }
}
