internal import ByteStreams
internal import FixtureGenerator

/// A stage of the data plane, measured alone.
public enum Stage: String, CaseIterable, Sendable {
    /// A plain file's bytes, in chunks.
    case read
    case inflateGzip = "inflate-gzip"
    case inflateZstd = "inflate-zstd"
    /// The first pass: records found and counted.
    case index
    /// Records cut into batches of cells, with their places.
    case parse
    case map
    case validate
    /// Batches sorted and merged into an empty table, and committed.
    case write
    /// Rows become CSV.
    case format
}

extension Stage {
    /// Those whose work is done where it is called.
    public static var inPlace: [Stage] { [.index, .parse, .map, .validate, .write, .format] }
}

/// What the made-up contacts of an input look like.
public enum Shape: String, CaseIterable, Sendable {
    /// 3 columns.
    case narrow
    /// 15 columns.
    case usual
    /// 120 columns, of which 12 are mapped.
    case wide
    /// 15 columns, all of them quoted, line breaks within some.
    case quoted
}

/// A stage gave another answer than the input must come to.
public struct WrongAnswer: Error, CustomStringConvertible {
    /// What was found, and what should have been.
    public let description: String

    /// - Throws: where the two differ.
    static func check<Value: Equatable>(_ what: String, _ found: Value, _ wanted: Value) throws {
        guard found != wanted else { return }
        throw WrongAnswer(description: "\(what): \(found) instead of \(wanted)")
    }
}

/// One stage over one input: made ready, run any number of times, and its answers checked.
///
/// For benchmarks alone. It belongs to one task.
public final class StageRun {
    /// What is done.
    public let stage: Stage
    /// What it is done to.
    public let shape: Shape
    /// Bytes of the input, decompressed; what `format` writes may be more or less.
    public var bytes: UInt64 { UInt64(input.bytes.count) }
    /// Records of the input.
    public var records: UInt64 { input.summary.read }

    private let input: StageInput
    private let work: Work

    private enum Work {
        /// Waits for the system.
        case reading(ReadWork)
        /// Done where it is called.
        case inPlace(any StageWork)
    }

    /// Makes the input and what the stage needs.
    ///
    /// - Throws: where a file or database for it cannot be made.
    public init(_ stage: Stage, _ shape: Shape, records: UInt64) throws {
        self.stage = stage
        self.shape = shape
        input = try StageInput(shape, records: records)
        work =
            switch stage {
            case .read: .reading(try ReadWork(input, .none))
            case .inflateGzip: .reading(try ReadWork(input, .gzip))
            case .inflateZstd: .reading(try ReadWork(input, .zstd))
            case .index: .inPlace(IndexWork(input))
            case .parse: .inPlace(ParseWork(input))
            case .map: .inPlace(MapWork(input))
            case .validate: .inPlace(ValidateWork(input))
            case .write: .inPlace(WriteWork(input))
            case .format: .inPlace(try FormatWork(input))
            }
    }

    /// Makes ready what a run uses up; not part of what is measured.
    public func prepare() throws {
        if case .inPlace(let work) = work { try work.prepare() }
    }

    /// Does the work once, and checks its counts.
    ///
    /// - Throws: ``WrongAnswer``; what the stage throws.
    public func run() async throws {
        switch work {
        case .reading(let work): try await work.run()
        case .inPlace(let work): try work.run()
        }
    }

    /// The same for a stage that reads no file, on the thread that calls.
    public func runInPlace() throws {
        guard case .inPlace(let work) = work else { preconditionFailure("reading waits for the system") }
        try work.run()
    }

    /// Does the work once more, in a slower way that looks at all that comes out.
    ///
    /// - Throws: ``WrongAnswer``; what the stage throws.
    public func checkContent() async throws {
        switch work {
        case .reading(let work): try await work.checkContent()
        case .inPlace(let work):
            try work.prepare()
            try work.checkContent()
        }
    }
}

/// What each stage brings that reads no file.
protocol StageWork: AnyObject {
    func prepare() throws
    func run() throws
    func checkContent() throws
}

extension StageWork {
    func prepare() throws {}
}
