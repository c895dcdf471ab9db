/// Bytes of a source that are kept beside or in the database: a piece of a spool, a rejected record.
///
/// Spool and reject log take nothing else, so this type alone decides in what form such bytes lie on the disk: as
/// they came, or sealed where an encrypted field is fed from them.
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

    /// As they came from the source, where they are not sealed.
    package var source: [UInt8] { stored }
}

/// Bytes of a source that are kept sealed, as they came.
package struct SealedBytes: Hashable, Sendable {
    /// Of the key.
    package var keyID: String
    package var bytes: KeptBytes

    package init(keyID: String, bytes: KeptBytes) {
        self.keyID = keyID
        self.bytes = bytes
    }
}
