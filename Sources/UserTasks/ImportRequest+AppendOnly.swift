internal import Records

extension ImportRequest {
    /// What is done with records that are there: of those that are only ever added, nothing.
    func mode(for type: RecordType) -> ImportMode {
        mode ?? (type.isAppendOnly ? .create : .upsert)
    }

    /// What becomes of a later record with the key of an earlier one.
    func duplicates(for type: RecordType) -> DuplicatePolicy {
        duplicates ?? (type.isAppendOnly ? .first : .last)
    }

    /// Refuses an import that could change records which are only ever added.
    ///
    /// - Throws: `append_only`.
    func check(for type: RecordType) throws(Failure) {
        guard type.isAppendOnly else { return }
        guard mode(for: type) == .create else {
            throw Self.appendOnly(
                type, "--mode \(mode(for: type).rawValue)", hint: "Leave it out, or say create.")
        }
        guard duplicates(for: type) != .last else {
            throw Self.appendOnly(type, "--duplicates last", hint: "Leave it out, or say first or reject.")
        }
    }

    private static func appendOnly(_ type: RecordType, _ option: String, hint: String) -> Failure {
        Failure(
            .refused, code: "append_only",
            message: "\(type.plural) are only ever added, and \(option) could change them", hint: hint)
    }
}
