/// Bytes of a source that are kept beside or in the database: a piece of a spool, a rejected record.
///
/// Spool and reject log take nothing else, so this type alone decides in what form such bytes lie on the disk.
/// Today that is as they came.
package struct KeptBytes: Hashable, Sendable {
    /// As they lie on the disk.
    package let stored: [UInt8]

    /// Bytes to be kept, as they came from the source.
    package init(source: some Sequence<UInt8>) {
        stored = Array(source)
    }

    /// Bytes that were kept, as they lie on the disk.
    package init(stored: [UInt8]) {
        self.stored = stored
    }

    /// As they came from the source.
    package var source: [UInt8] { stored }
}
