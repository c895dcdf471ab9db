/// One value of a row that a running query has in hand: named where it lies, not copied.
///
/// Public as ``Cell`` is: the hot loops of other modules look into it.
@frozen
public struct RowValue {
    /// What the value is.
    @frozen
    public enum Kind: UInt8, Sendable {
        case blank, text, integer
    }

    /// The address of a text's first byte, good until the row is left, or the integer.
    @usableFromInline let bits: UInt64
    /// Bytes of a text; 0 of anything else.
    public let byteCount: UInt32
    /// Whether there is a value, and whether it is a text or an integer.
    public let kind: Kind

    @inlinable
    init(kind: Kind, bits: UInt64, byteCount: UInt32) {
        self.kind = kind
        self.bits = bits
        self.byteCount = byteCount
    }

    /// No value.
    @inlinable
    public static var blank: RowValue { RowValue(kind: .blank, bits: 0, byteCount: 0) }

    /// A number.
    @inlinable
    public static func integer(_ value: Int64) -> RowValue {
        RowValue(kind: .integer, bits: UInt64(bitPattern: value), byteCount: 0)
    }

    /// A text of `count` bytes, of which there are less than 4 GiB.
    @inlinable
    public static func text(_ start: UnsafePointer<UInt8>?, count: Int) -> RowValue {
        RowValue(
            kind: .text, bits: UInt64(UInt(bitPattern: start)), byteCount: UInt32(truncatingIfNeeded: count))
    }

    /// The value of an integer.
    @inlinable
    public var integer: Int64 { Int64(bitPattern: bits) }

    /// The bytes of a text; none of anything else.
    @inlinable
    public var text: UnsafeBufferPointer<UInt8> {
        let start = kind == .text ? UnsafePointer<UInt8>(bitPattern: UInt(bits)) : nil
        return UnsafeBufferPointer(start: start, count: Int(byteCount))
    }
}

/// Whoever takes rows out of a running query, one by one.
package protocol RowTaker: AnyObject {
    /// Whether a text without bytes must be told from no value; it may come as none else.
    var tellsEmptyFromBlank: Bool { get }

    /// Takes values of the row of this id, from the column `first` on: a row of many columns is handed over in several
    /// pieces, the first of them from column 0.
    ///
    /// The values are good until this returns; the taker may change them.
    ///
    /// - Returns: whether the query is to go on; else it rests behind this row.
    func take(id: Int64, _ values: UnsafeMutablePointer<RowValue>, from first: Int, count: Int) -> Bool
}
