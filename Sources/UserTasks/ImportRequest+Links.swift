internal import Records

extension ImportRequest {
    /// Refuses what has no meaning for a file of pairs, or for one of records.
    ///
    /// - Throws: `option_unsupported`; `unknown_side`.
    func check(for linked: LinkedTypes?) throws(Failure) {
        if filter != nil, delimiter != nil || firstSide != nil {
            throw Self.unsupported(
                delimiter != nil ? "--delimiter" : "--first",
                "where an input filter says how the file is written",
                hint: "Say it in the input filter: file: {delimiter: …}, and where each field is from.")
        }
        guard let linked else {
            guard linkMode == .link, firstSide == nil else {
                throw Self.unsupported(
                    linkMode == .unlink ? "--unlink" : "--first", "for records, only for links",
                    hint: "Pairs are imported with: sluice import links FILE")
            }
            return
        }
        if let firstSide { _ = try linked.side(named: firstSide) }
        guard mode ?? .upsert == .upsert, duplicates ?? .last == .last else {
            throw Self.unsupported(
                mode ?? .upsert == .upsert ? "--duplicates" : "--mode", "for links",
                hint: "A pair is linked or it is not: repeats are harmless, and --unlink takes pairs away.")
        }
    }

    private static func unsupported(_ option: String, _ place: String, hint: String) -> Failure {
        Failure(
            .refused, code: "option_unsupported", message: "\(option) has no meaning \(place)", hint: hint)
    }
}
