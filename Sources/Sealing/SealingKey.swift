internal import Crypto
internal import FoundationEssentials
internal import Records

/// One key and the keys made of it, one for each use: what is sealed for one use does not open for another.
struct SealingKey: Sendable {
    /// 8 hexadecimal digits.
    let id: String
    /// RFC 3339, for people.
    let madeAt: String
    /// 32 bytes.
    let bytes: [UInt8]

    let fields: SymmetricKey
    let hashes: SymmetricKey
    let kept: SymmetricKey
    let files: SymmetricKey
    /// What a database keeps to know the key again.
    let mark: KeyMark

    static let byteCount = 32

    init(id: String, madeAt: String, bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount)
        self.id = id
        self.madeAt = madeAt
        self.bytes = bytes
        let root = SymmetricKey(data: bytes)
        func derived(_ use: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: root, info: Array("sluice 1 \(use)".utf8), outputByteCount: Self.byteCount)
        }
        fields = derived("fields")
        hashes = derived("hashes")
        kept = derived("kept")
        files = derived("files")
        let check = HMAC<SHA256>.authenticationCode(
            for: Array("sluice key \(id)".utf8), using: derived("check"))
        mark = KeyMark(id: id, check: Array(check))
    }

    /// A new one.
    static func random(madeAt: String, unlike others: [String] = []) -> SealingKey {
        var id = randomID()
        while others.contains(id) { id = randomID() }
        let key = SymmetricKey(size: .bits256)
        return SealingKey(id: id, madeAt: madeAt, bytes: key.withUnsafeBytes { Array($0) })
    }

    private static func randomID() -> String {
        let digits = String(UInt32.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: SealedForm.keyIDLength - digits.count) + digits
    }

    /// The id's four bytes, as sealed values have them.
    var idBytes: [UInt8] {
        let number = UInt32(id, radix: 16) ?? 0
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }

    static func id(of bytes: some Collection<UInt8>) -> String {
        let digits = String(bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }, radix: 16)
        return String(repeating: "0", count: SealedForm.keyIDLength - digits.count) + digits
    }
}
