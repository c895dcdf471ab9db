/// Which records of a type a bulk change is about.
///
/// What is given narrows each other: records of the list that meet the filter and have one of the ids.
public struct ChosenRecords: Hashable, Sendable {
    /// A saved list, `NAME` or `NAME@VERSION`.
    public var list: String?
    /// A list filter, such as `state = 'CA'`.
    public var listFilter: String?
    /// Ids of records.
    public var ids: [Int64]?
    /// Whether drafts are among them that are not asked for by the filter, the list or their ids.
    public var withDrafts = false

    /// All records of the type.
    public static let all = ChosenRecords()

    /// Those that meet a list filter.
    public static func matching(_ listFilter: String) -> ChosenRecords {
        var records = ChosenRecords()
        records.listFilter = listFilter
        return records
    }

    /// Those of a saved list, `NAME` or `NAME@VERSION`.
    public static func list(_ name: String) -> ChosenRecords {
        var records = ChosenRecords()
        records.list = name
        return records
    }

    /// Those of some ids.
    public static func ids(_ ids: [Int64]) -> ChosenRecords {
        var records = ChosenRecords()
        records.ids = ids
        return records
    }
}

/// What a bulk change or a bulk delete is asked to do.
///
/// ```swift
/// let west = ChosenRecords.matching("state = 'CA'")
/// var request = BulkChange(
///     of: "contacts", west, .set(["group=west", "paymentBalance+=2.50"]), requestedBy: "ada")
/// request.mostRecords = try database.outlook(of: request).count
/// let task = try await database.run(request)
/// ```
public struct BulkChange: Hashable, Sendable {
    /// What is done to the records.
    public enum Action: Hashable, Sendable {
        /// Fields are set anew: `group=west`, `group=` to clear it, `paymentBalance+=10.50`, `accountDueDate-=2w`.
        ///
        /// Values pass the rules of imports; fields that are kept encrypted are not changed in bulk.
        case set([String])
        /// They are deleted, and their links with them; those that a link protects stay.
        case delete
    }

    /// What the records are: a record type's name or plural, such as `contacts`.
    public var recordType: String
    /// Which of them.
    public var records: ChosenRecords
    /// What is done to them.
    public var action: Action
    /// Who asks for it, kept with the task.
    public var requestedBy: String
    /// Whether nothing is written, and the counts tell what would have been.
    public var isDryRun = false
    /// Most records that are meant, such as those that somebody was told of and said yes to; `nil` for any number.
    ///
    /// Where there are more when it is the task's turn, nothing is done, and the task fails with `more_records`.
    public var mostRecords: UInt64?
    /// Where the records go that are left as they are, with the reasons; they are kept in the database in any case.
    public var leftRecordsPath: String?
    /// Whether that may replace a file.
    public var overwritesFile = false
    /// How long to wait for another run that writes to the database; the task is `queued` meanwhile.
    public var patience = Duration.seconds(600)

    /// A change of some records of a type.
    public init(of recordType: String, _ records: ChosenRecords, _ action: Action, requestedBy: String) {
        self.recordType = recordType
        self.records = records
        self.action = action
        self.requestedBy = requestedBy
    }

    /// - Throws: `bad_assignment`, `unknown_list`, `wrong_record_type`, `bad_list_filter`.
    func request(_ engine: Engine) throws -> ChangeRequest {
        var assignments: [String] = []
        if case .set(let given) = action {
            // To the engine no assignments mean a delete.
            guard !given.isEmpty else {
                throw Failure(
                    .refused, code: "bad_assignment", message: "nothing is set",
                    hint: "Give at least one FIELD=VALUE.")
            }
            assignments = given
        }
        var request = ChangeRequest(
            recordType: recordType, assignments: assignments, requestedBy: requestedBy)
        request.withDrafts = records.withDrafts
        request.ids = records.ids
        try engine.narrow(&request, toList: records.list, records.listFilter)
        request.isDryRun = isDryRun
        request.mostRecords = mostRecords
        request.rejectsPath = leftRecordsPath
        request.overwritesRejects = overwritesFile
        return request
    }
}

/// What a bulk change or a purge would be about.
public struct Outlook: Hashable, Sendable {
    /// Records there are now.
    public let count: UInt64
    /// What the first of them are called: the values of their keys.
    public let firstNames: [String]
}

extension SluiceDatabase {
    /// Counts the records that a bulk change would be about, and checks what it sets.
    ///
    /// - Throws: what refuses the request.
    public func outlook(of request: BulkChange) throws(SluiceError) -> Outlook {
        try SluiceError.telling {
            let outlook = try engine.outlook(of: request.request(engine))
            return Outlook(count: outlook.count, firstNames: outlook.firstNames)
        }
    }

    /// Changes or deletes many records, and gives the task as it ended: completed, failed or cancelled.
    ///
    /// Records that a rule keeps from it are left as they are, counted as rejected, and told by
    /// ``leftRecords(ofTask:limit:)``. As for `follow` and cancelling, see ``run(_:follow:)-(FileImport,_)``.
    ///
    /// - Throws: ``SluiceError``, where the request is refused before there is a task; what `follow` throws.
    public func run(
        _ request: BulkChange, follow: (TaskUpdates) async throws -> Void = { _ in }
    ) async throws -> TaskSnapshot {
        try await run(following: follow) { [engine] listener, stop in
            try await engine.runChange(
                request.request(engine), patience: request.patience, listener: listener, stop: stop)
        }
    }
}
