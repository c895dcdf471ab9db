import FilterGuess
import InputFilters
import Records

/// Any bytes as the beginning of a file: a guess is refused with a code, or is a document that reads back as what
/// the guess says of itself.
///
/// The first byte chooses whether the file goes on, whether its header is told, and whether examples are shown.
func fuzzGuess(_ input: [UInt8]) -> CInt {
    guard let choice = input.first else { return -1 }
    var wishes = GuessWishes()
    wishes.showsExamples = choice & 1 == 0
    wishes.hasHeader = choice & 2 == 0 ? nil : choice & 4 != 0
    // A name of its own, since the file's may be any text as well.
    let nameBytes = Int(choice >> 4)
    let name = String(decoding: input.dropFirst().prefix(nameBytes), as: UTF8.self)
    let head = FileHead(
        name: name, bytes: Array(input.dropFirst(1 + nameBytes)), isWhole: choice & 8 == 0)
    let encodings = EncodingGuess.candidates(for: head.bytes)
    precondition(!encodings.isEmpty, "no encoding is left")
    let guess: GuessedFilter
    do throws(Failure) {
        guess = try FilterGuesser(head: head, wishes: wishes, recordTypes: guessedTypes).guess()
    } catch {
        precondition(error.kind == .refused && !error.code.isEmpty && !error.message.isEmpty)
        return 0
    }
    precondition(guess.rejected <= guess.records, "more rejected than there are")
    do throws(Failure) {
        let document = try InputFilterDocument(document: "guess", yaml: guess.yaml, recordTypes: guessedTypes)
        precondition(document.dialect == guess.dialect && document.encoding == guess.encoding)
        precondition(document.recordType == guess.recordType && document.name == guess.name)
        let fed = Set(document.columns.map(\.field))
        precondition(fed == Set(guess.columns.flatMap(\.fields)), "other fields are fed: \(guess.yaml)")
    } catch {
        preconditionFailure("what was written is refused: \(error.message): \(guess.yaml)")
    }
    return 0
}

private let guessedTypes: [RecordType] = {
    do {
        return try Catalogue.builtIn().types
    } catch {
        preconditionFailure("the built-in types are sound: \(error)")
    }
}()
