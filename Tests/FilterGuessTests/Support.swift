import InputFilters
import Records
import Testing

@testable import FilterGuess

/// A guess about a text as if it were a whole file.
func guess(
    _ text: String, name: String = "sample.csv", wishes: GuessWishes = GuessWishes()
) throws(Failure) -> GuessedFilter {
    try guess(Array(text.utf8), name: name, wishes: wishes)
}

func guess(
    _ bytes: [UInt8], name: String = "sample.csv", isWhole: Bool = true, wishes: GuessWishes = GuessWishes()
) throws(Failure) -> GuessedFilter {
    let types = try Catalogue.builtIn().types
    let wanted = wishes.recordType.map { name in types.filter { $0.name == name } } ?? types
    let head = FileHead(name: name, bytes: bytes, isWhole: isWhole)
    return try FilterGuesser(head: head, wishes: wishes, recordTypes: wanted).guess()
}

func wishing(_ change: (inout GuessWishes) -> Void) -> GuessWishes {
    var wishes = GuessWishes()
    change(&wishes)
    return wishes
}

extension GuessedFilter {
    /// The document as it is read back.
    func read() throws -> InputFilterDocument {
        try InputFilterDocument(document: "guess", yaml: yaml, recordTypes: Catalogue.builtIn().types)
    }

    func rule(_ field: String) throws -> ColumnRule {
        try #require(read().columns.first { $0.field == field }, "nothing feeds \(field)\n\(yaml)")
    }

    /// What a column feeds, by its name.
    func fields(of column: String) -> [String] { columns.first { $0.name == column }?.fields ?? [] }
}
