package import Records

extension ExportFormat {
    private static let keys =
        ["name", "recordType", "file", "columns"] + Style.keys

    /// Reads and checks a document.
    ///
    /// - Parameters:
    ///   - document: its name in messages, usually the file's.
    ///   - yaml: its text.
    ///   - catalogue: `recordType` names one of its types.
    /// - Throws: `Failure`, refused, with document, line, column and path of keys.
    package init(document: String, yaml: String, catalogue: Catalogue) throws(Failure) {
        let root = try DocumentNode(document: document, yaml: yaml)
        try root.expectKeys(Self.keys)
        try self.init(name: root.requiredChild("name").documentName())
        let type = try root.child("recordType").map { node throws(Failure) in
            try node.recordType(among: catalogue.types)
        }
        recordType = type?.name
        if let file = root.child("file") { try readFile(file) }
        try style.read(root)
        guard let list = root.child("columns") else {
            guard dialect.fixedWidth == nil else {
                throw root.failure(
                    "a fixed-width format needs 'columns', each with its width", hint: "Add columns: [{…}].")
            }
            return
        }
        guard let type else {
            throw list.failure(
                "columns are those of a record type, and 'recordType' is missing",
                hint: "Name it, or leave the columns out: then the format fits any type.")
        }
        try readColumns(list, type, catalogue.relations(of: type))
    }

    private mutating func readColumns(
        _ list: DocumentNode, _ type: RecordType, _ relations: [Relation]
    ) throws(Failure) {
        var headers: Set<String> = []
        for node in try list.elements() {
            let column = try Column(reading: node, of: type, relations, in: self)
            // Compared as imports find them: two that differ in case alone could not be told apart.
            guard headers.insert(Field.comparableName(column.header)).inserted else {
                throw (node.child("header") ?? node).failure(
                    "the header '\(column.header)' stands over two columns", code: "header_twice",
                    hint: "Give one of the two a header of its own; case, spaces, - and _ do not count.")
            }
            columns.append(column)
        }
        guard columns.contains(where: { !$0.isHidden }) else {
            throw list.failure("no column is shown", hint: "Give at least one that is not hidden.")
        }
    }
}

extension ExportFormat.Column {
    private static let keys =
        ["field", "header", "hidden", "map", "width", "align", "pad"] + ExportFormat.Style.columnKeys

    fileprivate init(
        reading node: DocumentNode, of type: RecordType, _ relations: [Relation], in format: ExportFormat
    ) throws(Failure) {
        try node.expectKeys(Self.keys)
        let field = try node.requiredChild("field")
        let path: FieldPath
        do throws(Failure) {
            path = try FieldPath(field.string(), of: type, relations: relations)
        } catch {
            throw field.failure(error.message, code: error.code, hint: error.hint)
        }
        let header = try node.child("header")?.string() ?? path.name
        var style = format.style
        try style.readColumn(node, kind: path.kind)
        if let map = node.child("map") { style.map = try Self.readMap(map) }
        self.init(
            path: path, header: header, isHidden: try node.child("hidden")?.bool() ?? false, style: style)
        if format.dialect.fixedWidth != nil {
            place = try readPlace(node, hasHeader: format.dialect.hasHeader)
        } else if let other = node.child("width") ?? node.child("align") ?? node.child("pad")
            ?? node.child("tooLong")
        {
            throw other.failure("belongs to a fixed-width file", hint: "Say file: {format: fixedWidth}.")
        }
    }

    private static func readMap(_ node: DocumentNode) throws(Failure) -> [String: String] {
        var map: [String: String] = [:]
        for (key, value) in try node.entries() {
            let text = try value.string()
            guard map.updateValue(text, forKey: key) == nil else {
                throw value.failure("the value '\(key)' is given twice")
            }
        }
        return map
    }

    private func readPlace(_ node: DocumentNode, hasHeader: Bool) throws(Failure) -> ExportFormat.Place {
        let width = try node.requiredChild("width")
        var place = ExportFormat.Place(
            width: try width.int(), alignment: path.kind.isNumber && !path.isList ? .right : .left)
        guard 1...ExportFormat.mostCharacters ~= place.width else {
            throw width.failure(
                "a width is 1 to \(ExportFormat.mostCharacters) characters", code: "bad_width")
        }
        place.alignment = try node.child("align")?.word(ExportFormat.Alignment.self) ?? place.alignment
        if let pad = node.child("pad") {
            let text = try pad.string()
            guard text.utf8.count == 1, let byte = text.utf8.first, (0x20..<0x7F).contains(byte) else {
                throw pad.failure("padding is one printable ASCII character", code: "bad_padding")
            }
            place.padding = byte
        }
        for (text, what) in longestTexts(hasHeader: hasHeader) {
            guard !text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
                let shown = text.unicodeScalars.map(\.visible).joined()
                throw node.failure(
                    "\(what) '\(shown)' holds a line end, which a fixed-width line cannot",
                    code: "line_end_in_value", hint: "Leave it out.")
            }
            guard text.unicodeScalars.count > place.width else { continue }
            throw width.failure(
                "\(place.width) characters cannot hold \(what) '\(text)', which has \(text.unicodeScalars.count)",
                code: "bad_width", hint: "Make the column at least \(text.unicodeScalars.count) wide.")
        }
        return place
    }

    /// What is known to come into the column, and what that is.
    private func longestTexts(hasHeader: Bool) -> [(text: String, what: String)] {
        var texts = ownTexts
        if hasHeader { texts.append((header, "the header")) }
        if !path.isList, case .choice(let words) = path.kind {
            texts += words.map { (style.map[$0] ?? $0, "the word") }
        }
        return texts
    }

    /// What the format itself puts into the column, and what that is: no value of the table.
    package var ownTexts: [(text: String, what: String)] {
        var texts = [(style.blank, "the blank")]
        guard !path.isList else { return texts }
        let last = CivilTime(
            year: 2000, month: 12, day: 31, hour: 23, minute: 59, second: 59, millisecond: 999)
        switch path.kind {
        case .boolean:
            texts += [style.booleans.yes, style.booleans.no].map { (style.map[$0] ?? $0, "the word") }
        case .date:
            texts.append((style.dates?.string(last) ?? "2000-12-31", "a date such as"))
        case .dateTime:
            let time = style.moments.timeZone.civilTime(milliseconds: last.milliseconds)
            texts.append((style.moments.pattern.string(time), "a moment such as"))
        default: break
        }
        return texts
    }
}

extension ExportFormat {
    /// As many as the longest record that imports read has bytes.
    static let mostCharacters = 1 << 20
}

extension FieldKind {
    /// Whether values are numbers to a reader.
    var isNumber: Bool {
        switch self {
        case .integer, .decimal: true
        default: false
        }
    }

    /// Whether values are texts that people or other programs wrote.
    var isText: Bool {
        switch self {
        case .text, .identifier, .email, .phone, .choice: true
        case .integer, .decimal, .date, .dateTime, .boolean: false
        }
    }
}
