/// The way back from a text in UTF-8 to the bytes of the source that it was made of.
///
/// Every other place in a batch counts bytes of the text. People and programs are told places in the source, and
/// get its own bytes back.
package protocol SourceOrigin: Sendable {
    /// What the source is written in.
    var encoding: TextEncoding { get }

    /// The byte of the decompressed source, from 0, at which the character begins that holds a byte of the text.
    func sourceOffset(ofText textOffset: UInt64) -> UInt64

    /// The bytes of the source that a part of the text was made of.
    ///
    /// - Precondition: both ends lie between characters, and in what the origin covers.
    func sourceBytes(ofText range: Range<UInt64>) -> [UInt8]
}
