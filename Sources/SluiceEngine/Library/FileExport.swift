/// What an export is asked to do.
///
/// ```swift
/// var request = FileExport(of: "contacts", to: "debtors.csv.gz", requestedBy: "nightly")
/// request.listFilter = "state = 'CA' and paymentBalance > 100"
/// request.columns = ["contactNumber", "lastName", "paymentBalance"]
/// request.sort = ["-paymentBalance"]
/// ```
public struct FileExport: Hashable, Sendable {
    /// What the records are: a record type's name or plural, such as `contacts`.
    public var recordType: String
    /// The file, which appears whole or not at all; `-` is standard output.
    ///
    /// Its ending, `.gz` or `.zst`, says whether it is compressed.
    public var path: String
    /// Who asks for it, kept with the task.
    public var requestedBy: String
    /// A saved list, `NAME` or `NAME@VERSION`: its filter, and its columns, order and format where no others are given.
    public var list: String?
    /// Only the records that meet this list filter; besides the list's, where there is a list.
    public var listFilter: String?
    /// Only the records of these ids.
    public var ids: [Int64]?
    /// The fields, in the order of the file; `nil` for those of the list or the format, or all.
    ///
    /// A field of linked records is named by both, as in `account.name`.
    public var columns: [String]?
    /// What to order by; `nil` for the list's order, or that of the ids.
    ///
    /// With `-` before a field the greatest come first.
    public var sort: [String]?
    /// How the file is written; `nil` for the list's format, or plain CSV.
    ///
    /// The name of an export format that ships or is saved, `NAME@VERSION`, or a document's path that ends in `.yaml`.
    public var format: String?
    /// Whether drafts are among the records; else they are left out unless the filter asks about them, the list has
    /// them or ``ids`` name them.
    public var withDrafts = false
    /// Whether values of encrypted fields are shown, which takes the key file; else it is `****`, and without columns
    /// these fields are left out.
    public var showsEncrypted = false
    /// Whether the file may replace another.
    public var overwritesFile = false
    /// How long to wait for a transaction of another process.
    public var patience = Duration.seconds(600)

    /// An export of all records of a type, as plain CSV.
    public init(of recordType: String, to path: String, requestedBy: String) {
        self.recordType = recordType
        self.path = path
        self.requestedBy = requestedBy
    }

    /// - Throws: `unknown_list`, `wrong_record_type`, `bad_list_filter`, `unknown_format`, `cannot_read_document`.
    func request(_ engine: Engine) throws -> ExportRequest {
        var request = ExportRequest(recordType: recordType, path: path, requestedBy: requestedBy)
        if let list { try engine.apply(engine.list(list), to: &request) }
        if let listFilter { try engine.narrow(&request, to: listFilter) }
        request.ids = ids
        if let columns { request.columns = columns }
        if let sort { request.sort = sort.map(ExportPlan.SortKey.init(text:)) }
        if let format { request.format = try engine.format(format) }
        request.overwrites = overwritesFile
        request.showsEncrypted = showsEncrypted
        if withDrafts { request.withDrafts = true }
        return request
    }
}
