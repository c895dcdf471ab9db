internal import Crypto
internal import FoundationEssentials
package import Records

/// The keys of a key file, at work.
package struct KeyFileRing: KeyRing {
    let keys: [SealingKey]
    /// What messages call the file.
    let file: String

    package var marks: [KeyMark] { keys.map(\.mark) }

    func key(_ id: String) throws(Failure) -> SealingKey {
        if let key = keys.first(where: { $0.id == id }) { return key }
        throw Failure(
            .refused, code: "key_missing",
            message: "\(file) lacks the key \(id), by which a value is sealed",
            hint: "Put the key back into the file, behind the one that is first.")
    }

    package func sealer(ofType type: String, field: String) -> any FieldSealer {
        FieldValueSealer(ring: self, type: type, field: field)
    }

    package func seal(_ bytes: [UInt8], for place: String) throws(Failure) -> [UInt8] {
        try bytes.withUnsafeBytesOrFailure { bytes throws(Failure) in
            try SealedValue.seal(bytes, by: keys[0], \.kept, context: Array(place.utf8))
        }
    }

    package func open(_ sealed: [UInt8], for place: String) throws(Failure) -> [UInt8] {
        try sealed.withUnsafeBytesOrFailure { sealed throws(Failure) in
            try SealedValue.open(sealed, in: self, \.kept, context: Array(place.utf8), what: place)
        }
    }

    package func newPieceSealer() -> any PieceSealer { FilePieceSealer(by: keys[0]) }

    package func pieceSealer(header: [UInt8]) throws(Failure) -> any PieceSealer {
        try FilePieceSealer(header: header, in: self)
    }
}

/// A value as it lies sealed: a byte for the form, the key's id in 4, a nonce of 12, the value, a proof of 16.
enum SealedValue {
    private static let form: UInt8 = 1
    private static let headBytes = 5
    private static let nonceBytes = 12
    private static let proofBytes = 16

    static func seal(
        _ value: UnsafeRawBufferPointer, by key: SealingKey, _ use: KeyPath<SealingKey, SymmetricKey>,
        context: [UInt8]
    ) throws(Failure) -> [UInt8] {
        let head = [form] + key.idBytes
        let box: AES.GCM.SealedBox
        do {
            box = try AES.GCM.seal(value, using: key[keyPath: use], authenticating: head + context)
        } catch {
            throw Failure(.failed, code: "internal", message: "a value cannot be sealed: \(error)")
        }
        var sealed = head
        sealed.reserveCapacity(headBytes + nonceBytes + value.count + proofBytes)
        sealed.append(contentsOf: box.nonce)
        sealed.append(contentsOf: box.ciphertext)
        sealed.append(contentsOf: box.tag)
        return sealed
    }

    /// `what` says in messages which value it is.
    static func open(
        _ sealed: UnsafeRawBufferPointer, in ring: KeyFileRing, _ use: KeyPath<SealingKey, SymmetricKey>,
        context: [UInt8], what: @autoclosure () -> String
    ) throws(Failure) -> [UInt8] {
        guard sealed.count >= headBytes + nonceBytes + proofBytes, sealed[0] == form else {
            throw damaged(what())
        }
        let head = Array(sealed[..<headBytes])
        let key = try ring.key(SealingKey.id(of: head[1...]))
        do {
            let box = try AES.GCM.SealedBox(
                combined: UnsafeRawBufferPointer(rebasing: sealed[headBytes...]))
            return Array(
                try AES.GCM.open(box, using: key[keyPath: use], authenticating: head + context))
        } catch {
            throw damaged(what())
        }
    }

    static func damaged(_ what: String) -> Failure {
        Failure(
            .failed, code: "sealed_value_damaged",
            message:
                "\(what): the sealed value cannot be opened: it was changed, or lies where it does not belong",
            hint: "Bring it back from a backup of the database.")
    }
}

extension [UInt8] {
    /// As `withUnsafeBytes`, with the closure's own kind of error.
    func withUnsafeBytesOrFailure<Value>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let result = withUnsafeBytes { bytes in
            Result { () throws(Failure) in try body(bytes) }
        }
        return try result.get()
    }
}
