import Records

extension ExportFormat.Style {
    static let keys = ["dates", "dateTimes", "numbers", "booleans", "blank", "lists", "tooLong"]
    /// A column has one kind of value.
    static let columnKeys = ["date", "dateTime", "number", "boolean", "blank", "list", "tooLong"]

    /// Reads what a document says for all of its columns.
    mutating func read(_ node: DocumentNode) throws(Failure) {
        if let dates = node.child("dates") { self.dates = try Self.readDate(dates) }
        if let moments = node.child("dateTimes") { try self.moments.read(moments) }
        if let numbers = node.child("numbers") { try self.numbers.read(numbers) }
        if let booleans = node.child("booleans") { try self.booleans.read(booleans) }
        if let lists = node.child("lists") { listSeparator = try lists.string() }
        try readCommon(node)
    }

    /// Reads what one column says for itself.
    mutating func readColumn(_ node: DocumentNode, kind: FieldKind) throws(Failure) {
        for (key, wanted) in [
            ("date", "date"), ("dateTime", "dateTime"), ("boolean", "boolean"), ("number", "integer"),
        ] {
            guard let given = node.child(key) else { continue }
            guard kind.name == wanted || key == "number" && kind.isNumber else {
                throw given.failure(
                    "'\(key)' has no use here: the field is a \(kind.name)", code: "option_unfit",
                    hint: "Leave it out.")
            }
            switch key {
            case "date": dates = try Self.readDate(given)
            case "dateTime": try moments.read(given)
            case "boolean": try booleans.read(given)
            default: try numbers.read(given)
            }
        }
        if let list = node.child("list") { listSeparator = try list.string() }
        try readCommon(node)
    }

    private mutating func readCommon(_ node: DocumentNode) throws(Failure) {
        if let blank = node.child("blank") { self.blank = try blank.string() }
        if let tooLong = node.child("tooLong") { self.tooLong = try tooLong.word(ExportFormat.TooLong.self) }
    }

    private static func readDate(_ node: DocumentNode) throws(Failure) -> DatePattern {
        let pattern = try ExportFormat.readPattern(node)
        guard !pattern.hasTime else {
            throw node.failure(
                "a date has no hours", code: "bad_date_pattern",
                hint: "Patterns with hours are for date-times.")
        }
        return pattern
    }
}

extension ExportFormat {
    static func readPattern(_ node: DocumentNode) throws(Failure) -> DatePattern {
        do throws(Failure) {
            return try DatePattern(node.string())
        } catch {
            throw node.failure(error.message, code: error.code, hint: error.hint)
        }
    }
}

extension ExportFormat.Moments {
    /// `"MM/dd/yyyy HH:mm"`, or `{pattern: …, timeZone: …}`.
    fileprivate mutating func read(_ node: DocumentNode) throws(Failure) {
        guard node.isMapping else {
            pattern = try ExportFormat.readPattern(node)
            return
        }
        try node.expectKeys(["pattern", "timeZone"])
        if let text = node.child("pattern") { pattern = try ExportFormat.readPattern(text) }
        if let zone = node.child("timeZone") {
            do throws(Failure) {
                timeZone = try TimeZoneRules(named: zone.string())
            } catch {
                throw zone.failure(error.message, code: error.code, hint: error.hint)
            }
        }
    }
}

extension ExportFormat.Numbers {
    fileprivate mutating func read(_ node: DocumentNode) throws(Failure) {
        try node.expectKeys(["decimal", "grouping"])
        if let mark = node.child("decimal") {
            let text = try mark.string()
            guard text == "." || text == "," else {
                throw mark.failure("the decimal mark is \".\" or \",\"", code: "bad_number_format")
            }
            decimal = text == "." ? UInt8(ascii: ".") : UInt8(ascii: ",")
        }
        guard let mark = node.child("grouping") else { return }
        let text = try mark.string()
        guard text.utf8.count <= 1, text.utf8.allSatisfy({ ".,' _".utf8.contains($0) }) else {
            throw mark.failure(
                "thousands are grouped by one of . , ' _ and space, or by nothing: \"\"",
                code: "bad_number_format")
        }
        grouping = text.utf8.first
        guard grouping != decimal else {
            throw mark.failure(
                "decimal mark and grouping are the same character", code: "bad_number_format",
                hint: "Say decimal: \",\" with grouping: \".\", or the other way round.")
        }
    }
}

extension ExportFormat.Booleans {
    fileprivate mutating func read(_ node: DocumentNode) throws(Failure) {
        for (key, value) in try node.entries() {
            // Other readers of YAML than ours take the words for what they mean.
            switch key {
            case "true", "yes": yes = try value.string()
            case "false", "no": no = try value.string()
            default: throw value.failure("unknown key '\(key)'", hint: "Known: true, false.")
            }
        }
        guard yes != no, !yes.isEmpty, !no.isEmpty else {
            throw node.failure("the words for true and false are two, and not empty", code: "bad_booleans")
        }
    }
}
