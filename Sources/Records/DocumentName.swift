/// What documents and lists may be called.
package enum DocumentName {
    /// Letters, digits, hyphens and underscores of ASCII, no hyphen first: names stand on command lines.
    package static func isSound(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("-")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

extension DocumentNode {
    /// The name that a document gives itself.
    ///
    /// - Throws: `bad_name`, with the place.
    package func documentName() throws(Failure) -> String {
        let name = try string()
        guard DocumentName.isSound(name) else {
            throw failure(
                "'\(name)' is no name: use letters, digits, hyphens and underscores", code: "bad_name")
        }
        return name
    }

    /// The record type that a document names, exactly as it is declared.
    ///
    /// - Throws: `unknown_record_type`, with the place and the nearest name.
    package func recordType(among types: [RecordType]) throws(Failure) -> RecordType {
        let name = try string()
        guard let type = types.first(where: { $0.name == name }) else {
            throw failure(
                "unknown record type '\(name)'", code: "unknown_record_type",
                hint: NearestName.hint(for: name, among: types.map(\.name)))
        }
        return type
    }
}
