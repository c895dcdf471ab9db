package import Records

/// The stage that gives every field its plane: batches of a file's columns in, batches of fields out.
///
/// Works down one column at a time. A column that passes on as it is costs one look for escapes; the
/// source bytes are never changed, texts that change are written to the batch's arena.
package struct FieldMapper: Sendable {
    package let fieldMap: FieldMap

    package init(_ fieldMap: FieldMap) {
        self.fieldMap = fieldMap
    }

    /// Maps one batch, in its own storage.
    ///
    /// Records with a fault of shape become rejects, and their cells blank in every plane.
    package func map(_ batch: RecordBatch) -> MappedBatch {
        let storage = batch.storage
        let projected = fieldMap.projection.columns.count
        storage.reservePlanes(fieldMap.planeCount)
        fieldMap.fixedLines?.fill(batch)
        var rejects = faults(of: batch)
        let faulty = rejects.map(\.record)
        // Before anything reads them: such cells may point anywhere.
        storage.blank(faulty, planes: 0..<projected)
        let dialect = fieldMap.dialect
        if dialect.saysAnyText {
            for plane in 0..<projected { storage.unescapePlane(plane, count: batch.count, dialect) }
        }
        if fieldMap.hasGuardedFormulas {
            // Of a fixed-width file plane 0 is the whole line; what was cut from it lies behind.
            let planes = fieldMap.fixedLines.map {
                FixedLines.firstPlane..<FixedLines.firstPlane + $0.slices.count
            }
            for plane in planes ?? 0..<projected { storage.unguardPlane(plane, count: batch.count) }
        }
        for fill in fieldMap.fills { apply(fill, to: batch) }
        var issues: [(record: Int, issue: Issue)] = []
        for change in fieldMap.changes {
            let plan = fieldMap.fields[change.field]
            storage.transformPlane(plan.plane, count: batch.count, change.transform)
            if let split = change.split { storage.splitPlane(plan.plane, count: batch.count, split) }
            if let values = change.values { apply(values, to: plan, in: batch, &issues) }
        }
        storage.blank(faulty, planes: 0..<fieldMap.planeCount)
        if !issues.isEmpty { rejects = Self.merged(rejects, issues, faulty: Set(faulty)) }
        return MappedBatch(records: batch, fields: fieldMap.fields, rejects: rejects)
    }

    private func apply(_ fill: FieldMap.Fill, to batch: RecordBatch) {
        let storage = batch.storage
        switch fill {
        case .copy(let source, let target):
            storage.plane(target).update(from: storage.plane(source), count: batch.count)
        case .constant(let bytes, let target):
            storage.plane(target).update(repeating: storage.keepText(bytes), count: batch.count)
        case .join(let parts, let separator, let transform, let target):
            storage.joinPlanes(
                parts, into: target, count: batch.count, separator: separator, transform: transform)
        }
    }

    private func apply(
        _ values: ValueTable, to plan: FieldPlan, in batch: RecordBatch,
        _ issues: inout [(record: Int, issue: Issue)]
    ) {
        let storage = batch.storage
        // One text a value and batch; every cell names the same bytes.
        let replacements = values.values.map(storage.keepText)
        let cells = storage.plane(plan.plane)
        for record in 0..<batch.count {
            let cell = cells[record]
            let text = cell.isText ? storage.trimmedText(cell) : UnsafeBufferPointer(start: nil, count: 0)
            if let entry = text.isEmpty ? values.blankEntry : values.entry(for: text) {
                cells[record] = replacements[entry]
            } else if values.rejectsOthers, !text.isEmpty {
                let shown =
                    plan.field.isEncrypted
                    ? "the value" : "'\(String(decoding: text.prefix(60), as: UTF8.self))'"
                issues.append(
                    (
                        record,
                        Issue(
                            code: "value_not_mapped", field: plan.field.name,
                            column: plan.sourceColumn.map { $0 + 1 },
                            message: "\(shown) is none of \(values.keyList)")
                    ))
            }
        }
    }
}

extension FieldMapper {
    /// The records whose shape the parser found wrong, ascending.
    private func faults(of batch: RecordBatch) -> [Reject] {
        var rejects: [Reject] = []
        let places = batch.storage.places
        for record in 0..<batch.count {
            // A pattern, not `!=`: that is a generic call over the module's border.
            if case .none = places[record].fault { continue }
            rejects.append(Reject(record: record, issues: [issue(for: places[record], in: batch)]))
        }
        return rejects
    }

    private func issue(for place: RecordPlace, in batch: RecordBatch) -> Issue {
        switch place.fault {
        case .none:
            preconditionFailure("a record without a fault is no reject")
        case .fieldCount:
            let expected = fieldMap.projection.expectedFields ?? fieldMap.columns.count
            let model = fieldMap.columns.names == nil ? "the first record" : "the header"
            let fields = place.fieldCount == 1 ? "1 field" : "\(place.fieldCount) fields"
            return Issue(code: "field_count", message: "has \(fields), \(model) has \(expected)")
        case .textAfterQuote:
            let column = Int(place.faultColumn)
            let field = fieldMap.fields.first { $0.sourceColumn == column }?.field.name
            return Issue(
                code: "text_after_quote", field: field, column: column + 1,
                message: "\(fieldMap.columns.describe(column)) has text after its closing quote; "
                    + "a quote within quotes is written "
                    + (fieldMap.dialect.escape == .doubled ? "twice" : "behind a backslash"))
        case .tooLong:
            return Issue(code: "record_too_long", message: "is longer than a record may be, 1 MiB")
        case .lineLength:
            let found = FixedLines.characters(of: place, in: batch.storage)
            let wanted = fieldMap.fixedLines?.recordLength.map(String.init) ?? "another number"
            return Issue(
                code: "record_length",
                message: "the line has \(found) characters, and recordLength is \(wanted)")
        case .lineEncoding:
            let byte = batch.sourceByteOffset(of: Int(place.faultOffset))
            return Issue(
                code: batch.encodingIssueCode,
                message:
                    "invalid \(batch.encodingName) at byte \(byte) of the source, so that the line's characters cannot be "
                    + "counted; is the file in another encoding?")
        }
    }

    /// Rejects with every reason, ascending by record; reasons stay in the order of the columns.
    ///
    /// Values of faulty records add nothing: their cells mean nothing.
    private static func merged(
        _ rejects: [Reject], _ issues: [(record: Int, issue: Issue)], faulty: Set<Int>
    ) -> [Reject] {
        var byRecord: [Int: [Issue]] = [:]
        for (record, issue) in issues where !faulty.contains(record) {
            byRecord[record, default: []].append(issue)
        }
        let added = byRecord.map { Reject(record: $0.key, issues: $0.value) }
        return (rejects + added).sorted { $0.record < $1.record }
    }
}
