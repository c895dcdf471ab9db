internal import Glibc
internal import Records

/// Reads a document that a person wrote: whole, and refused where it is far too large to be one.
enum SmallFile {
    private static let maxBytes = 1 << 20

    /// - Throws: `cannot_read_document`.
    static func read(_ path: String) throws(Failure) -> String {
        guard let file = fopen(path, "re") else { throw failure(path, String(cString: strerror(errno))) }
        defer { fclose(file) }
        let bytes = [UInt8](unsafeUninitializedCapacity: maxBytes + 1) { buffer, count in
            count = fread(buffer.baseAddress, 1, buffer.count, file)
        }
        guard ferror(file) == 0 else { throw failure(path, "it cannot be read (is it a folder?)") }
        guard bytes.count <= maxBytes else { throw failure(path, "it has more than \(maxBytes) bytes") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw failure(path, "it is not UTF-8")
        }
        return text
    }

    private static func failure(_ path: String, _ reason: String) -> Failure {
        Failure(.refused, code: "cannot_read_document", message: "\(path): \(reason)")
    }
}
