/// A decoder fed with pieces of any size.
protocol Decompressor: AnyObject {
    /// Bytes of the compressed file taken so far.
    var sourceBytesDone: UInt64 { get }

    /// Whether the bytes taken so far end where a compressed file may end.
    var isComplete: Bool { get }

    /// Takes what it can of `input` and fills `output`.
    ///
    /// It stops when the output is full or the input is used up; in the second case it has given all the
    /// output it can. Output that did not fit comes first in the next call, also with no input.
    ///
    /// - Throws: ``DecompressionFault``; the decoder cannot be used any more.
    func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFault) -> (taken: Int, given: Int)
}

/// What is wrong with a compressed file, and where.
struct DecompressionFault: Error {
    var code: ByteStreamError.Code = .corruptCompression
    /// For people, without the file's name.
    var reason: String
    var hint: String?
    /// Bytes of the file as it lies before the fault, as near as is known.
    var sourceByteOffset: UInt64
}
