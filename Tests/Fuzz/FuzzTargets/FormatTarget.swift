import ExportFormats
import Records

/// A text as an export format's document: it is refused with a code and its place, or says the same whenever it is read,
/// and its columns can be written for the records that it is for.
func fuzzFormat(_ input: [UInt8]) -> CInt {
    guard let yaml = String(validating: input, as: UTF8.self) else { return -1 }
    let format: ExportFormat
    do throws(Failure) {
        format = try ExportFormat(document: "fuzz", yaml: yaml, catalogue: catalogue)
    } catch {
        precondition(error.kind == .refused && !error.code.isEmpty && error.message.hasPrefix("fuzz"))
        return 0
    }
    do throws(Failure) {
        let again = try ExportFormat(document: "again", yaml: yaml, catalogue: catalogue)
        precondition(again == format, "it is read otherwise")
        let type = try catalogue.type(named: format.recordType ?? "contact")
        let layout = try ExportLayout(
            format: format, type: type, relations: catalogue.relations(of: type), columns: nil)
        let isFixedWidth = layout.dialect.fixedWidth != nil
        precondition(layout.columns.allSatisfy { ($0.place != nil) == isFixedWidth })
        precondition(format.columns.isEmpty || layout.columns == format.columns.filter { !$0.isHidden })
        precondition(layout.alwaysQuoted.count == layout.columns.count)
        _ = ValueFormatter(layout)
    } catch {
        preconditionFailure("what was read cannot be laid out: \(error.message)")
    }
    return 0
}

private let catalogue: Catalogue = {
    do {
        return try Catalogue.builtIn()
    } catch {
        preconditionFailure("the built-in types are sound: \(error)")
    }
}()
