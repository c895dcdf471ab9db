/// Why something was refused, or failed.
public struct SluiceError: Error, Hashable, Sendable {
    /// For programs: lower snake case, such as `unknown_filter`; what each means is told in `docs/errors.md`.
    ///
    /// A code never changes once it has shipped; new ones are added.
    public let code: String
    /// For people: where, and what.
    public let message: String
    /// For people: what to do next, where something can be said.
    public let hint: String?
    /// Whether nothing was written; otherwise what was committed stays.
    public let isRefusal: Bool
    /// Line of the source, from 1, where one is concerned.
    public let line: UInt64?
    /// Column (field) of the record, from 1, where one is concerned.
    public let column: Int?
    /// Byte of the decompressed source, from 0, where one is concerned.
    public let byteOffset: UInt64?
    /// Of a single record that is not taken: all that is wrong with it, of which ``code`` is the first.
    public let problems: [RejectedRecord.Problem]

    init(_ failure: Failure) {
        code = failure.code
        message = failure.message
        hint = failure.hint
        isRefusal = failure.kind == .refused
        line = failure.line
        column = failure.column
        byteOffset = failure.byteOffset
        problems = (failure.issues ?? []).map(RejectedRecord.Problem.init)
    }

    /// Any error of the engine.
    init(_ error: any Error) {
        switch error {
        case let error as SluiceError: self = error
        case let error as any FailureConvertible: self.init(error.failure)
        case let stopped as Stopped:
            self.init(
                Failure(
                    .refused, code: stopped.reason.rawValue, message: "stopped before anything was written"))
        default: self.init(Failure(.failed, code: "internal", message: "\(error)"))
        }
    }

    /// What `body` gives, its error in the form that users of the library know.
    static func telling<Value>(_ body: () throws -> Value) throws(SluiceError) -> Value {
        do {
            return try body()
        } catch {
            throw SluiceError(error)
        }
    }
}

extension SluiceError: CustomStringConvertible {
    /// Message and hint, for people.
    public var description: String { hint.map { "\(message)\n\($0)" } ?? message }
}
