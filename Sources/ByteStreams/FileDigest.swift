internal import Crypto

/// The SHA-256 of a file as it lies.
package enum FileDigest {
    /// Reads the whole file in pieces of `requestBytes`; cancellation is seen between two of them.
    ///
    /// - Returns: 64 lowercase hexadecimal digits.
    /// - Throws: ``ByteStreamError`` with code `readFailed`, `sourceChanged` or `cancelled`.
    package static func sha256(
        of file: SourceFile, requestBytes: Int = 1 << 20
    ) async throws(ByteStreamError) -> String {
        let reader = try FileReader(file)
        var digest = RunningDigest()
        var done: UInt64 = 0
        while done < file.bytes {
            try ByteStreamError.checkCancelled(file.name)
            let count = Int(min(UInt64(requestBytes), file.bytes - done))
            let bytes = try await reader.read(at: done, upTo: count, byteOffset: done)
            guard !bytes.isEmpty else {
                throw file.changed("it ended at byte \(done) and had \(file.bytes) when it was opened")
            }
            bytes.withUnsafeBytes { digest.append($0) }
            done += UInt64(bytes.count)
        }
        return digest.sha256
    }
}

/// The SHA-256 of bytes as they come.
package struct RunningDigest {
    private var hash = SHA256()

    package init() {}

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: bytes)
    }

    /// Of the bytes so far: 64 lowercase hexadecimal digits.
    package var sha256: String { Self.hexadecimal(hash.finalize()) }

    private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
