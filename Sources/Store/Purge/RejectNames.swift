/// What a rejected record says of the records it is about.
package enum RejectNames: Sendable {
    /// It can be read: these are the values of its keys.
    case keys([String])
    /// It cannot: its text as it is, in UTF-8.
    case text([UInt8])
}

/// Reads the rejects of one user task; one lane has it at a time.
package protocol RejectReading: AnyObject {
    func names(in reject: LoggedReject) -> RejectNames
}

/// Makes readers of the rejects of a task, of which it is given the form of the source.
///
/// The store keeps a reject's bytes, and does not know how a record is read.
package typealias MakeRejectReader = @Sendable (StoredTask, SourceForm) -> any RejectReading
