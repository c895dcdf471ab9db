/// One field of one record in eight bytes: nothing, a text that lies in the batch, or an integer.
///
/// A text is an offset and a length into the batch's source bytes or into its arena (texts made on the way,
/// such as an unescaped quote or an E.164 phone); so a field is never copied unless it has to change.
///
/// Public where the hot loops of other modules look: the compiler takes `@inlinable` over a module's border
/// only from public declarations, and a call each would cost as much as the work.
@frozen
public struct Cell: Hashable, Sendable {
    /// What a cell holds.
    @frozen
    public enum Kind: UInt64, Sendable {
        /// No value: a blank cell, or one that no column feeds.
        case blank = 0
        /// Bytes of the source, as they lie there.
        case source = 1
        /// Bytes in the batch's arena.
        case arena = 2
        /// A signed integer of up to 62 bits: decimals scaled, milliseconds, booleans as 0 and 1.
        case integer = 3
    }

    /// The longest text a cell can name.
    @inlinable
    public static var maxTextBytes: Int { (1 << 24) - 1 }
    /// The greatest magnitude an integer cell holds.
    package static let maxInteger: Int64 = (1 << 61) - 1

    @inlinable static var notPlainBit: UInt64 { 1 << 61 }
    @inlinable static var escapedBit: UInt64 { 1 << 60 }

    /// Kind in bits 62–63, flags in 56–61, length in 32–55, offset in 0–31; an integer in bits 0–61.
    public let bits: UInt64

    /// A cell of these bits.
    @inlinable
    public init(bits: UInt64) {
        self.bits = bits
    }

    /// No value.
    @inlinable
    public static var blank: Cell { Cell(bits: 0) }

    /// A text in the source bytes.
    ///
    /// `notPlain` says that a byte is 0 or above 127, so that encoding and characters need a look; `escaped`
    /// that doubled quotes or backslashes lie within, so that the value is not the bytes as they are.
    @inlinable
    public static func source(offset: Int, length: Int, notPlain: Bool, escaped: Bool = false) -> Cell {
        Cell(
            bits: 1 << 62 | UInt64(truncatingIfNeeded: length) << 32 | UInt64(truncatingIfNeeded: offset)
                | (notPlain ? notPlainBit : 0) | (escaped ? escapedBit : 0))
    }

    /// A text in the arena.
    @inlinable
    public static func arena(offset: Int, length: Int, notPlain: Bool) -> Cell {
        Cell(
            bits: 2 << 62 | UInt64(truncatingIfNeeded: length) << 32 | UInt64(truncatingIfNeeded: offset)
                | (notPlain ? notPlainBit : 0))
    }

    /// A number.
    ///
    /// - Precondition: `value` is within ±`maxInteger`.
    @inlinable
    public static func integer(_ value: Int64) -> Cell {
        Cell(bits: 3 << 62 | UInt64(bitPattern: value) & ((1 << 62) - 1))
    }

    /// What the cell holds.
    @inlinable
    public var kind: Kind {
        // By cases: making the enumeration of its raw value is a call over the module's border.
        switch bits >> 62 {
        case 0: .blank
        case 1: .source
        case 2: .arena
        default: .integer
        }
    }
    /// Whether there is no value.
    @inlinable
    public var isBlank: Bool { bits == 0 }
    /// Whether the value is a text, wherever it lies.
    @inlinable
    public var isText: Bool { isSource || isArena }
    /// Whether the value is a text in the source bytes.
    @inlinable
    public var isSource: Bool { bits >> 62 == 1 }
    /// Whether the value is a text in the arena.
    @inlinable
    public var isArena: Bool { bits >> 62 == 2 }
    /// Whether a byte of the text is 0 or above 127.
    @inlinable
    public var notPlain: Bool { bits & Self.notPlainBit != 0 }
    /// Whether doubled quotes, or backslashes that escape, lie within the text.
    @inlinable
    public var isEscaped: Bool { bits & Self.escapedBit != 0 }
    /// Where the text starts, in bytes.
    @inlinable
    public var offset: Int { Int(bits & 0xFFFF_FFFF) }
    /// Bytes of the text.
    @inlinable
    public var length: Int { Int(bits >> 32 & 0xFF_FFFF) }
    /// The value of an integer cell.
    @inlinable
    public var integer: Int64 { Int64(bitPattern: bits << 2) >> 2 }
}
