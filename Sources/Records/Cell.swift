/// One field of one record in eight bytes: nothing, a text that lies in the batch, or an integer.
///
/// A text is an offset and a length into the batch's source bytes or into its arena (texts made on the way,
/// such as an unescaped quote or an E.164 phone); so a field is never copied unless it has to change.
package struct Cell: Hashable, Sendable {
    package enum Kind: UInt64, Sendable {
        /// No value: a blank cell, or one that no column feeds.
        case blank = 0
        /// Bytes of the source, as they lie there.
        case source = 1
        /// Bytes in the batch's arena.
        case arena = 2
        /// A signed integer of up to 62 bits: decimals scaled, milliseconds, booleans as 0 and 1.
        case integer = 3
    }

    package static let maxTextBytes = (1 << 24) - 1
    /// The greatest magnitude an integer cell holds.
    package static let maxInteger: Int64 = (1 << 61) - 1

    @inlinable static var notPlainBit: UInt64 { 1 << 61 }
    @inlinable static var escapedBit: UInt64 { 1 << 60 }

    /// Kind in bits 62–63, flags in 56–61, length in 32–55, offset in 0–31; an integer in bits 0–61.
    package let bits: UInt64

    @inlinable
    package init(bits: UInt64) {
        self.bits = bits
    }

    @inlinable
    package static var blank: Cell { Cell(bits: 0) }

    /// A text in the source bytes.
    ///
    /// - Parameters:
    ///   - notPlain: whether a byte is 0 or above 127, so that encoding and characters need a look.
    ///   - escaped: whether doubled quotes lie within, so that the value is not the bytes as they are.
    @inlinable
    package static func source(offset: Int, length: Int, notPlain: Bool, escaped: Bool = false) -> Cell {
        Cell(
            bits: 1 << 62 | UInt64(truncatingIfNeeded: length) << 32 | UInt64(truncatingIfNeeded: offset)
                | (notPlain ? notPlainBit : 0) | (escaped ? escapedBit : 0))
    }

    @inlinable
    package static func arena(offset: Int, length: Int, notPlain: Bool) -> Cell {
        Cell(
            bits: 2 << 62 | UInt64(truncatingIfNeeded: length) << 32 | UInt64(truncatingIfNeeded: offset)
                | (notPlain ? notPlainBit : 0))
    }

    /// - Precondition: `value` is within ±`maxInteger`.
    @inlinable
    package static func integer(_ value: Int64) -> Cell {
        Cell(bits: 3 << 62 | UInt64(bitPattern: value) & ((1 << 62) - 1))
    }

    @inlinable
    package var kind: Kind { Kind(rawValue: bits >> 62).unsafelyUnwrapped }
    @inlinable
    package var isBlank: Bool { bits == 0 }
    @inlinable
    package var isText: Bool { isSource || isArena }
    /// Asked of the bits: making the enumeration of its raw value is a call over the module's border.
    @inlinable
    package var isSource: Bool { bits >> 62 == 1 }
    @inlinable
    package var isArena: Bool { bits >> 62 == 2 }
    @inlinable
    package var notPlain: Bool { bits & Self.notPlainBit != 0 }
    @inlinable
    package var isEscaped: Bool { bits & Self.escapedBit != 0 }
    @inlinable
    package var offset: Int { Int(bits & 0xFFFF_FFFF) }
    @inlinable
    package var length: Int { Int(bits >> 32 & 0xFF_FFFF) }
    /// The value of an integer cell.
    @inlinable
    package var integer: Int64 { Int64(bitPattern: bits << 2) >> 2 }
}
