internal import Crypto
internal import FoundationEssentials
internal import Records

/// Seals and opens the values of one field, and makes the hashes by which they are compared.
struct FieldValueSealer: FieldSealer {
    private let ring: KeyFileRing
    private let type: String
    private let field: String
    private let place: [UInt8]
    /// By key in the order of the ring: told the field already, so that only the value is left to hash.
    private let hashers: [HMAC<SHA256>]

    /// Bytes of the code that are kept: no two values will be found that have the same.
    private static let hashBytes = 16

    init(ring: KeyFileRing, type: String, field: String) {
        self.ring = ring
        self.type = type
        self.field = field
        // Names hold no byte 0.
        let place = Array(type.utf8) + [0] + Array(field.utf8) + [0]
        self.place = place
        hashers = ring.keys.map { key in
            var hasher = HMAC<SHA256>(key: key.hashes)
            hasher.update(data: place)
            return hasher
        }
    }

    func hash(of value: UnsafeRawBufferPointer) -> [UInt8] {
        Array(ring.keys[0].id.utf8) + [UInt8(ascii: ".")] + code(of: value, by: 0)
    }

    func isHash(_ hash: UnsafeRawBufferPointer, of value: UnsafeRawBufferPointer) -> Bool {
        let length = SealedForm.keyIDLength
        guard hash.count > length,
            let index = ring.keys.firstIndex(where: { $0.id.utf8.elementsEqual(hash[..<length]) })
        else { return false }
        return hash[(length + 1)...].elementsEqual(code(of: value, by: index))
    }

    private func code(of value: UnsafeRawBufferPointer, by key: Int) -> [UInt8] {
        var hasher = hashers[key]
        hasher.update(data: value)
        return Base64.text(of: Array(hasher.finalize()).prefix(Self.hashBytes))
    }

    func seal(_ value: UnsafeRawBufferPointer, row: Int64) throws(Failure) -> [UInt8] {
        try SealedValue.seal(value, by: ring.keys[0], \.fields, context: context(row))
    }

    func open(_ sealed: UnsafeRawBufferPointer, row: Int64) throws(Failure) -> [UInt8] {
        try SealedValue.open(
            sealed, in: ring, \.fields, context: context(row), what: "\(type) \(row), \(field)")
    }

    private func context(_ row: Int64) -> [UInt8] {
        withUnsafeBytes(of: row.bigEndian) { place + $0 }
    }
}

/// Base64 in the alphabet for names, without padding.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(of bytes: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 4 / 3 + 1)
        var (held, bits) = (UInt32(0), UInt32(0))
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(digits[Int(held >> bits & 63)])
            }
        }
        if bits > 0 { text.append(digits[Int(held << (6 - bits) & 63)]) }
        return text
    }

    /// - Returns: `nil` where a character is none of the alphabet's.
    static func bytes(of text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (held, bits) = (UInt32(0), UInt32(0))
        for character in text {
            guard let digit = digits.firstIndex(of: character) else { return nil }
            held = held << 6 | UInt32(digit)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> bits))
            }
        }
        return bytes
    }
}
