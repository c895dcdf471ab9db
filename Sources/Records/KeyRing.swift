/// A key of encrypted fields as a database knows it: never the key itself.
package struct KeyMark: Hashable, Sendable {
    /// 8 hexadecimal digits in small letters.
    package var id: String
    /// What only the key can make: it tells another key of the same id.
    package var check: [UInt8]

    package init(id: String, check: [UInt8]) {
        self.id = id
        self.check = check
    }
}

/// The keys of encrypted fields that are at hand, handed in as a value: `Sealing` makes it of a key file.
///
/// Whoever holds one may seal and open; nobody else knows how that is done.
package protocol KeyRing: Sendable {
    /// The first one seals all that is new; never empty.
    var marks: [KeyMark] { get }

    /// What seals and opens the values of one field.
    func sealer(ofType type: String, field: String) -> any FieldSealer

    /// Seals bytes for one place and use, which `place` names: they open for that place alone.
    func seal(_ bytes: [UInt8], for place: String) throws(Failure) -> [UInt8]

    /// - Throws: `key_missing`, `sealed_value_damaged`.
    func open(_ sealed: [UInt8], for place: String) throws(Failure) -> [UInt8]

    /// What seals a new file piece by piece.
    func newPieceSealer() -> any PieceSealer

    /// What opens a file that was sealed so, by its first ``PieceForm/headerBytes`` bytes.
    ///
    /// - Throws: `key_missing`; `sealed_value_damaged` where that is no such file.
    func pieceSealer(header: [UInt8]) throws(Failure) -> any PieceSealer
}

extension KeyRing {
    /// The id of the key that seals what is new.
    package var writingKey: String { marks.first?.id ?? "" }
}

/// Seals and opens the values of one field of one record type.
package protocol FieldSealer: Sendable {
    /// A text that is the same for the same value and key, and tells nothing else: ``SealedForm`` says what it begins with.
    func hash(of value: UnsafeRawBufferPointer) -> [UInt8]

    /// Whether a value has this hash, by whichever key at hand that was made.
    func isHash(_ hash: UnsafeRawBufferPointer, of value: UnsafeRawBufferPointer) -> Bool

    /// Seals a value for the row that it lies in.
    func seal(_ value: UnsafeRawBufferPointer, row: Int64) throws(Failure) -> [UInt8]

    /// - Throws: `key_missing`; `sealed_value_damaged` where it is none of ours, or of another place.
    func open(_ sealed: UnsafeRawBufferPointer, row: Int64) throws(Failure) -> [UInt8]
}

/// Seals and opens the pieces of one file, each of which can be opened on its own.
package protocol PieceSealer: Sendable {
    /// What the file begins with.
    var header: [UInt8] { get }

    /// Seals a piece of ``PieceForm/pieceBytes``, or fewer where it is the last.
    func seal(_ piece: UnsafeRawBufferPointer, number: UInt32, isLast: Bool) throws(Failure) -> [UInt8]

    /// - Throws: `sealed_value_damaged`.
    func open(_ sealed: UnsafeRawBufferPointer, number: UInt32, isLast: Bool) throws(Failure) -> [UInt8]
}

/// How sealed values lie in a table, as far as it must be known where there is no key.
package enum SealedForm {
    /// Characters of a key's id, with which a hash begins; a point follows.
    package static let keyIDLength = 8
    /// What stands for a value where it is not shown.
    package static let mask = "****"

    /// The id of the key of a sealed value, which stands behind its first byte; `nil` where it is none.
    package static func keyID(ofSealed sealed: some Collection<UInt8>) -> String? {
        let bytes = sealed.dropFirst().prefix(keyIDLength / 2)
        guard bytes.count == keyIDLength / 2 else { return nil }
        let digits = String(bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }, radix: 16)
        return String(repeating: "0", count: keyIDLength - digits.count) + digits
    }
}

/// How a file lies that is sealed piece by piece: a header, then pieces, each with the bytes that prove it.
package enum PieceForm {
    package static let headerBytes = 32
    /// Of a piece in the clear; the last one may be shorter.
    package static let pieceBytes = 64 << 10
    /// What a piece is longer by when it is sealed.
    package static let proofBytes = 16

    /// Bytes in the clear that a sealed file of so many bytes holds; `nil` where none is so long.
    package static func clearBytes(ofFile bytes: UInt64) -> UInt64? {
        let sealedPiece = UInt64(pieceBytes + proofBytes)
        guard bytes >= UInt64(headerBytes + proofBytes) else { return nil }
        let body = bytes - UInt64(headerBytes)
        let rest = body % sealedPiece
        guard rest == 0 || rest >= UInt64(proofBytes) else { return nil }
        return body / sealedPiece * UInt64(pieceBytes) + (rest == 0 ? 0 : rest - UInt64(proofBytes))
    }
}
