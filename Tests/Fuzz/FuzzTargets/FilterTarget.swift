import InputFilters
import Records

/// A text as an input filter's document: it is refused with a code and its place, or read, written and read again
/// as the same.
func fuzzFilter(_ input: [UInt8]) -> CInt {
    guard let yaml = String(validating: input, as: UTF8.self) else { return -1 }
    let document: InputFilterDocument
    do throws(Failure) {
        document = try InputFilterDocument(document: "fuzz", yaml: yaml, recordTypes: types)
    } catch {
        precondition(error.kind == .refused && !error.code.isEmpty && error.message.hasPrefix("fuzz"))
        return 0
    }
    do throws(Failure) {
        let again = try InputFilterDocument(document: "again", yaml: document.yaml(), recordTypes: types)
        precondition(again == document, "it is read otherwise: \(document.yaml())")
    } catch {
        preconditionFailure("what was written is refused: \(error.message): \(document.yaml())")
    }
    return 0
}

private let types: [RecordType] = {
    do {
        return try Catalogue.builtIn().types
    } catch {
        preconditionFailure("the built-in types are sound: \(error)")
    }
}()
