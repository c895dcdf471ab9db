/// A piece of the decompressed source: what `ByteStreams` gives and `CSV` takes.
package struct ByteChunk: Sendable {
    /// The bytes; never empty.
    package let bytes: [UInt8]
    /// Where the first of them lies in the decompressed stream.
    package let byteOffset: UInt64

    package init(bytes: [UInt8], byteOffset: UInt64) {
        self.bytes = bytes
        self.byteOffset = byteOffset
    }
}
