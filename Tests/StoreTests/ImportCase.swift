import Records

/// One import of a history: what is in the file, and how it is taken.
struct ImportCase: CustomStringConvertible {
    var type: RecordType
    var fields: [FieldPlan]
    /// Indices into `fields`.
    var match: [[Int]]
    var mode: ImportMode
    var duplicates: DuplicatePolicy
    var records: [SampleRecord]
    var blankLinesAtEnd = 0
    /// How the file is cut into batches, and where the run is interrupted.
    var course = Course()

    /// The accidents of one run; none of them may show in what it comes to.
    struct Course {
        /// Decides where batches end and which of them are committed.
        var seed: UInt64 = 0
        var mostInBatch = 1000
        /// Of a hundred batches.
        var commits = 100
        /// Of a hundred batches, how many are the last one before the process is gone.
        var interruptions = 0
        /// Whether batches are put in the order of their key where that may be.
        var sorts = true
        /// Whether the file is said to be large, so that it is loaded where the table has no rows.
        var loads = false
        /// Of a hundred commits, how many are followed by somebody else's who makes what the table lacks.
        var meddling = 0
    }

    var file: SampleFile { SampleFile(records, fields: fields, blankLinesAtEnd: blankLinesAtEnd) }

    var description: String {
        let columns = fields.map { $0.field.name + ($0.blank == .clear ? " (clear)" : "") }
        let keys = match.map { key in key.map { fields[$0].field.name }.joined(separator: "+") }
        return "\(type.plural), match \(keys), \(mode), duplicates \(duplicates), \(course)\n    \(columns)\n"
            + records.map { "    \($0)\n" }.joined()
    }
}

/// Record types in small, one for each kind of key.
enum SampleTypes {
    private static func field(_ name: String, _ kind: FieldKind = .text, unique: Bool = false) -> Field {
        Field(name: name, kind: kind, isUnique: unique)
    }

    static let contact = RecordType(
        name: "contact", plural: "contacts",
        fields: [
            Field(name: "contactNumber", kind: .identifier, isRequired: true, isUnique: true),
            field("firstName"), Field(name: "group", kind: .text, isIndexed: true),
            Field(name: "balance", kind: .decimal(places: 2), isIndexed: true),
        ],
        keys: [["contactNumber"]], allowsNoKey: false, limit: .records(1000))

    static let account = RecordType(
        name: "account", plural: "accounts",
        fields: [
            field("originalId", .identifier, unique: true), field("accountNumber", .identifier, unique: true),
            field("name"), field("employees", .integer),
        ],
        keys: [["originalId"], ["accountNumber"]], allowsNoKey: true, limit: .records(1000))

    static let customer = RecordType(
        name: "customer", plural: "customers",
        fields: [
            field("customerNumber", .identifier, unique: true), field("email", .email, unique: true),
            field("company"),
        ],
        keys: [["customerNumber"], ["email"]], allowsNoKey: false, limit: .records(1000))

    /// Unique fields that are no keys.
    static let member = RecordType(
        name: "member", plural: "members",
        fields: [
            field("memberNumber", .identifier, unique: true), field("badge", .integer, unique: true),
            field("name"), field("mail", .email, unique: true),
        ],
        keys: [["memberNumber"]], allowsNoKey: false, limit: .records(1000))

    /// A key of two fields, and another unique field.
    static let visit = RecordType(
        name: "visit", plural: "visits",
        fields: [
            field("site"), field("day", .date), field("ticket", .identifier, unique: true), field("note"),
        ],
        keys: [["site", "day"]], allowsNoKey: true, limit: .records(1000))

    /// A number as key, a key of two fields behind it, and a unique field that is no key.
    static let seat = RecordType(
        name: "seat", plural: "seats",
        fields: [
            field("serial", .integer, unique: true), field("row"), field("place", .integer), field("guest"),
            field("ticket", .identifier, unique: true),
        ],
        keys: [["serial"], ["row", "place"]], allowsNoKey: true, limit: .records(1000))

    static let all = [contact, account, customer, member, visit, seat]
}
