import Records
import Testing

@testable import InputFilters

/// Record types for these tests: the built-in ones in small.
enum Types {
    static let contact = RecordType(
        name: "contact", plural: "contacts",
        fields: [
            Field(name: "contactNumber", kind: .identifier, isRequired: true),
            Field(name: "firstName", kind: .text), Field(name: "lastName", kind: .text),
            Field(name: "dateOfBirth", kind: .date), Field(name: "email", kind: .email),
            Field(name: "phone1", kind: .phone), Field(name: "phone2", kind: .phone),
            Field(name: "address1", kind: .text), Field(name: "city", kind: .text),
            Field(name: "state", kind: .text), Field(name: "postalCode", kind: .identifier),
            Field(name: "country", kind: .text), Field(name: "department", kind: .text),
            Field(name: "title", kind: .text), Field(name: "description", kind: .text),
            Field(name: "paymentBalance", kind: .decimal(places: 2)),
            Field(name: "accountDueDate", kind: .date), Field(name: "group", kind: .text),
            Field(name: "smsConsent", kind: .choice(["yes", "no", "unknown"])),
            Field(name: "agentTeam", kind: .text), Field(name: "happinessUpdated", kind: .dateTime),
        ],
        keys: [["contactNumber"]], allowsNoKey: false, limit: .records(5_000_000))

    static let account = RecordType(
        name: "account", plural: "accounts",
        fields: [
            Field(name: "originalId", kind: .identifier), Field(name: "accountNumber", kind: .identifier),
            Field(name: "name", kind: .text, isRequired: true), Field(name: "industry", kind: .text),
            Field(name: "website", kind: .text), Field(name: "employees", kind: .integer),
            Field(name: "annualRevenue", kind: .decimal(places: 2)), Field(name: "phoneOffice", kind: .phone),
            Field(name: "phoneAlternate", kind: .phone), Field(name: "address1", kind: .text),
            Field(name: "address2", kind: .text), Field(name: "city", kind: .text),
            Field(name: "state", kind: .text), Field(name: "postalCode", kind: .identifier),
            Field(name: "country", kind: .text), Field(name: "sicCode", kind: .identifier),
            Field(name: "accountType", kind: .text), Field(name: "classification", kind: .text),
            Field(name: "tickerSymbol", kind: .identifier), Field(name: "agentTeam", kind: .text),
            Field(name: "description", kind: .text), Field(name: "parentAccount", kind: .identifier),
        ],
        keys: [["originalId"], ["accountNumber"]], allowsNoKey: true, limit: .bytes(15 << 20))

    static let customer = RecordType(
        name: "customer", plural: "customers",
        fields: [
            Field(name: "customerNumber", kind: .identifier), Field(name: "email", kind: .email),
            Field(name: "company", kind: .text), Field(name: "branch", kind: .text),
        ],
        keys: [["customerNumber"], ["email"], ["company", "branch"]], allowsNoKey: false,
        limit: .records(5_000_000))

    static let all = [contact, account, customer]
}

/// Reads a document, called `test.yaml` in messages.
func read(_ yaml: String) throws(Failure) -> InputFilterDocument {
    try InputFilterDocument(document: "test.yaml", yaml: yaml, recordTypes: Types.all)
}

/// A document for contacts with these lines under `columns`, after the contact number.
func contactDocument(_ columns: String..., settings: String = "") throws -> InputFilterDocument {
    let rules = ["{field: contactNumber, from: Id}"] + columns
    return try read(
        "name: test\nrecordType: contact\n\(settings)\ncolumns:\n" + rules.map { "  - \($0)\n" }.joined())
}

/// The failure of a piece of work.
func failure(_ work: () throws -> some Any) -> Failure? {
    do {
        _ = try work()
        return nil
    } catch {
        return error as? Failure
    }
}

/// One cell of a test's file: its bytes as they would lie between the quotes.
struct RawCell {
    var bytes: [UInt8]
    var isEscaped = false

    init(_ text: String, isEscaped: Bool = false) {
        bytes = Array(text.utf8)
        self.isEscaped = isEscaped
    }
}

/// A batch as the parser would give it: rows by the file's columns, projected.
func makeBatch(
    _ rows: [[RawCell]], _ projection: Projection, faults: [Int: RecordPlace] = [:]
) -> RecordBatch {
    let columns = projection.columns
    let bytes = rows.joined().reduce(0) { $0 + $1.bytes.count }
    let storage = BatchStorage(
        maxRecords: max(1, rows.count), planeCount: columns.count, sourceCapacity: max(1, bytes),
        arenaCapacity: 1)
    for (record, row) in rows.enumerated() {
        storage.places[record] = faults[record] ?? RecordPlace(fieldCount: UInt32(row.count))
        for (plane, column) in columns.enumerated() where column < row.count {
            let cell = row[column]
            for (index, byte) in cell.bytes.enumerated() {
                storage.source[storage.sourceCount + index] = byte
            }
            storage.plane(plane)[record] =
                cell.bytes.isEmpty
                ? .blank
                : .source(
                    offset: storage.sourceCount, length: cell.bytes.count,
                    notPlain: cell.bytes.contains { $0 == 0 || $0 > 127 }, escaped: cell.isEscaped)
            storage.sourceCount += cell.bytes.count
        }
    }
    return RecordBatch(
        storage: storage, count: rows.count, start: Position(), end: Position(), blankLines: 0,
        blanksBefore: [])
}

/// The mapped values of one field, a text a record; `nil` for blank.
func values(_ batch: MappedBatch, _ field: String) throws -> [String?] {
    let plan = try #require(batch.fields.first { $0.field.name == field })
    let storage = batch.records.storage
    return (0..<batch.records.count).map { record in
        let cell = storage.plane(plan.plane)[record]
        return cell.isBlank ? nil : String(decoding: storage.text(cell), as: UTF8.self)
    }
}
