import Records
import TestSupport
import Testing

@testable import Sealing

@Suite("Sealed values")
struct SealedValueTests {
    private let old = SealingKey.random(madeAt: "2026-11-28T12:00:00.000Z")
    private let new = SealingKey.random(madeAt: "2026-11-29T12:00:00.000Z")
    private var ring: KeyFileRing { KeyFileRing(keys: [new, old], file: "keys") }

    private func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? Failure)?.code
        }
    }

    @Test("A value opens as it was, in its own place alone")
    func place() throws {
        var random = SeededGenerator.printingSeed()
        let sealer = ring.sealer(ofType: "contact", field: "ssn")
        for count in [0, 1, 9, 16, 255, 70_000] {
            let value = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let row = Int64.random(in: 1 ... .max, using: &random)
            let sealed = try value.withUnsafeBytes { try sealer.seal($0, row: row) }
            #expect(sealed.count == count + 33)
            #expect(try sealed.withUnsafeBytes { try sealer.open($0, row: row) } == value)
            let others: [(any FieldSealer, Int64)] = [
                (sealer, row - 1), (ring.sealer(ofType: "contact", field: "ssn2"), row),
                (ring.sealer(ofType: "contacts", field: "sn"), row),
                (ring.sealer(ofType: "customer", field: "ssn"), row),
            ]
            for (other, row) in others {
                #expect(
                    code { _ = try sealed.withUnsafeBytes { try other.open($0, row: row) } }
                        == "sealed_value_damaged")
            }
        }
    }

    @Test("No bit of a sealed value can be changed, nor bytes be taken away or added")
    func tampering() throws {
        let sealer = ring.sealer(ofType: "contact", field: "ssn")
        let sealed = try Array("078-05-1120".utf8).withUnsafeBytes { try sealer.seal($0, row: 7) }
        func refused(_ bytes: [UInt8]) -> Bool {
            let code = code { _ = try bytes.withUnsafeBytes { try sealer.open($0, row: 7) } }
            return code == "sealed_value_damaged" || code == "key_missing"
        }
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(refused(changed), "bit \(bit)")
        }
        for count in 0..<sealed.count { #expect(refused(Array(sealed.prefix(count)))) }
        #expect(refused(sealed + [0]))
    }

    @Test("A value is sealed by the first key, and opened by whichever it was sealed by")
    func keys() throws {
        let before = KeyFileRing(keys: [old], file: "keys").sealer(ofType: "contact", field: "ssn")
        let value = Array("1".utf8)
        let sealed = try value.withUnsafeBytes { try before.seal($0, row: 1) }
        let sealer = ring.sealer(ofType: "contact", field: "ssn")
        #expect(try sealed.withUnsafeBytes { try sealer.open($0, row: 1) } == value)
        let newer = try value.withUnsafeBytes { try sealer.seal($0, row: 1) }
        #expect(code { _ = try newer.withUnsafeBytes { try before.open($0, row: 1) } } == "key_missing")
        // Another key of the same id opens nothing.
        let impostor = SealingKey(id: old.id, madeAt: old.madeAt, bytes: new.bytes)
        let wrong = KeyFileRing(keys: [impostor], file: "keys").sealer(ofType: "contact", field: "ssn")
        #expect(
            code { _ = try sealed.withUnsafeBytes { try wrong.open($0, row: 1) } } == "sealed_value_damaged")
        #expect(impostor.mark.check != old.mark.check)
    }

    @Test("Equal values of a field have one hash by one key; by another key it is known again")
    func hashes() {
        let sealer = ring.sealer(ofType: "contact", field: "ssn")
        let before = KeyFileRing(keys: [old], file: "keys").sealer(ofType: "contact", field: "ssn")
        func hash(_ text: String, _ sealer: any FieldSealer) -> [UInt8] {
            Array(text.utf8).withUnsafeBytes { sealer.hash(of: $0) }
        }
        func isHash(_ hash: [UInt8], _ text: String) -> Bool {
            hash.withUnsafeBytes { hash in
                Array(text.utf8).withUnsafeBytes { sealer.isHash(hash, of: $0) }
            }
        }
        let own = hash("078-05-1120", sealer)
        #expect(own == hash("078-05-1120", sealer))
        #expect(own.count == 8 + 1 + 22 && String(decoding: own, as: UTF8.self).hasPrefix(new.id + "."))
        #expect(own != hash("078-05-1121", sealer))
        #expect(own != hash("078-05-1120", ring.sealer(ofType: "contact", field: "cardNumber")))
        let older = hash("078-05-1120", before)
        #expect(older != own)
        #expect(isHash(older, "078-05-1120") && isHash(own, "078-05-1120"))
        #expect(!isHash(older, "078-05-1121") && !isHash([], "") && !isHash(Array("00000000.x".utf8), ""))
    }

    @Test("Bytes that are kept open for their own place alone")
    func kept() throws {
        let bytes = Array("a,b,c\n".utf8)
        let sealed = try ring.seal(bytes, for: "record 1")
        #expect(try ring.open(sealed, for: "record 1") == bytes)
        #expect(code { _ = try ring.open(sealed, for: "record 2") } == "sealed_value_damaged")
    }

    @Test("A file's pieces open in their own place alone, the last one as the last")
    func pieces() throws {
        let sealer = ring.newPieceSealer()
        let piece = Array("some bytes".utf8)
        let sealed = try piece.withUnsafeBytes { try sealer.seal($0, number: 3, isLast: false) }
        #expect(sealed.count == piece.count + PieceForm.proofBytes)
        let other = try ring.pieceSealer(header: sealer.header)
        #expect(try sealed.withUnsafeBytes { try other.open($0, number: 3, isLast: false) } == piece)
        for (number, isLast) in [(2, false), (3, true)] as [(UInt32, Bool)] {
            #expect(
                code { _ = try sealed.withUnsafeBytes { try other.open($0, number: number, isLast: isLast) } }
                    == "sealed_value_damaged")
        }
        let another = ring.newPieceSealer()
        #expect(another.header != sealer.header)
        #expect(
            code { _ = try sealed.withUnsafeBytes { try another.open($0, number: 3, isLast: false) } }
                == "sealed_value_damaged")
    }

    @Test("How long a sealed file is in the clear is told by its length, which not every length can be")
    func lengths() {
        for bytes in [0, 1, 15, 16, 17, PieceForm.pieceBytes - 1, PieceForm.pieceBytes] {
            for pieces in 0..<3 {
                let file = 32 + pieces * (PieceForm.pieceBytes + 16) + bytes + 16
                #expect(
                    PieceForm.clearBytes(ofFile: UInt64(file))
                        == UInt64(pieces * PieceForm.pieceBytes + bytes))
            }
        }
        #expect(PieceForm.clearBytes(ofFile: 47) == nil)
        #expect(PieceForm.clearBytes(ofFile: UInt64(32 + PieceForm.pieceBytes + 16 + 15)) == nil)
    }
}
