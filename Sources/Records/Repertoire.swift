/// The characters that an encoding has.
///
/// It belongs to one lane at a time.
package protocol Repertoire: AnyObject {
    /// The first character of a UTF-8 text that the encoding lacks.
    func firstMissing(in text: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar?

    /// The text with what the encoding lacks written in other characters.
    func representable(_ text: String) -> String
}
