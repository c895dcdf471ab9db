internal import Crypto
internal import FoundationEssentials
internal import Records

/// Seals a file piece by piece, by a key of its own.
///
/// The nonce of a piece is its number and whether it is the last: no piece can be left out, moved or added, nor the
/// file cut. The file's key is made of the ring's and of random bytes in the header, so that no nonce comes twice.
struct FilePieceSealer: PieceSealer {
    let header: [UInt8]
    private let key: SymmetricKey

    private static let form = Array("sluice01".utf8)
    private static let saltBytes = 20

    init(by key: SealingKey) {
        let salt = (0..<Self.saltBytes).map { _ in UInt8.random(in: .min ... .max) }
        header = Self.form + key.idBytes + salt
        precondition(header.count == PieceForm.headerBytes)
        self.key = Self.key(of: key, salt)
    }

    init(header: [UInt8], in ring: KeyFileRing) throws(Failure) {
        guard header.count == PieceForm.headerBytes, header.starts(with: Self.form) else {
            throw SealedValue.damaged("the spooled source")
        }
        self.header = header
        let id = header[Self.form.count..<Self.form.count + 4]
        key = Self.key(of: try ring.key(SealingKey.id(of: id)), Array(header.suffix(Self.saltBytes)))
    }

    private static func key(of key: SealingKey, _ salt: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key.files, salt: salt, info: Array("sluice 1 file".utf8),
            outputByteCount: SealingKey.byteCount)
    }

    private func nonce(_ number: UInt32, _ isLast: Bool) throws -> AES.GCM.Nonce {
        let counted = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
        return try AES.GCM.Nonce(data: [UInt8](repeating: 0, count: 7) + counted + [isLast ? 1 : 0])
    }

    func seal(_ piece: UnsafeRawBufferPointer, number: UInt32, isLast: Bool) throws(Failure) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(piece, using: key, nonce: nonce(number, isLast))
            return Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw Failure(.failed, code: "internal", message: "the spool cannot be sealed: \(error)")
        }
    }

    func open(_ sealed: UnsafeRawBufferPointer, number: UInt32, isLast: Bool) throws(Failure) -> [UInt8] {
        guard sealed.count >= PieceForm.proofBytes else { throw SealedValue.damaged("the spooled source") }
        let end = sealed.count - PieceForm.proofBytes
        do {
            let box = try AES.GCM.SealedBox(
                nonce: nonce(number, isLast), ciphertext: UnsafeRawBufferPointer(rebasing: sealed[..<end]),
                tag: UnsafeRawBufferPointer(rebasing: sealed[end...]))
            return Array(try AES.GCM.open(box, using: key))
        } catch {
            throw SealedValue.damaged("the spooled source")
        }
    }
}
