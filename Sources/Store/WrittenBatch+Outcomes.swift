internal import Records

extension WrittenBatch {
    /// Counts what the statement did with each record, and gathers what is told one by one.
    ///
    /// `cycles` are the records that were rejected for their parents.
    init(batch: CheckedBatch, feed: BatchFeed, context: MergeContext, cycles: [Reject] = []) {
        self.init()
        let records = batch.records
        var repeated: [UInt32] = []
        var refused: [Int: Issue] = [:]
        var firstKeylessRecord: UInt32?
        let mayBeKeyless = !context.constraints.contains { $0.isMatch && $0.fields.allSatisfy(\.isRequired) }
        for record in batch.order {
            switch feed.outcome(of: record) {
            case .created:
                receipt.created += 1
                if mayBeKeyless, Self.match(of: record, batch, context) == nil {
                    keyless += 1
                    firstKeylessRecord = min(firstKeylessRecord ?? record, record)
                }
            case .updated: receipt.updated += 1
            case .unchanged: receipt.unchanged += 1
            case .duplicate:
                receipt.duplicate += 1
                repeated.append(record)
            case .skipped: receipt.skipped += 1
            case .rejectedAsDuplicate:
                refused[Int(record)] = Self.duplicateIssue(record, batch, context)
            // Told below, with the values.
            case .rejectedAsTaken, .rejectedAsCycle, .rejectedAsIncomplete: break
            case .deleted, .rejectedAsMissing: preconditionFailure("outcomes of pairs")
            }
        }
        firstKeyless = firstKeylessRecord.map { records.position(of: Int($0)) }
        for (record, constraint) in context.taken {
            refused[record] = Self.takenIssue(constraint, batch, context)
        }
        let incomplete = context.incomplete.map { record, missing in
            Reject(record: record, issues: missing.map { Self.missingIssue($0, batch) })
        }
        // The writer's order is by key; people are told in the order of the file.
        duplicates = repeated.sorted().map { records.position(of: Int($0)) }
        add(refused.map { Reject(record: $0.key, issues: [$0.value]) } + incomplete + cycles, to: batch)
    }

    /// Takes the batch's rejects, those that were found while it was written among them, and what it left out.
    mutating func add(_ refused: [Reject], to batch: CheckedBatch) {
        let records = batch.records
        let all = (batch.rejects + refused).sorted { $0.record < $1.record }
        rejectedRecords = all.map(\.record)
        rejects = all.map { reject in
            LoggedReject(
                position: records.sourcePosition(of: reject.record), issues: reject.issues,
                bytes: KeptBytes(source: records.sourceBytes(of: reject.record)))
        }
        receipt.rejected = UInt64(rejects.count)
        receipt.skipped += UInt64(records.blankLines) + UInt64(batch.leftOut.count)
    }

    /// The match by which a record looked for its row: the first it has all of.
    private static func match(
        of record: UInt32, _ batch: CheckedBatch, _ context: MergeContext
    ) -> MergeContext.Constraint? {
        let storage = batch.records.storage
        return context.constraints.first { constraint in
            constraint.isMatch
                && constraint.columns.allSatisfy { column in
                    !storage.plane(batch.fields[column].plane)[Int(record)].isBlank
                }
        }
    }

    private static func duplicateIssue(
        _ record: UInt32, _ batch: CheckedBatch, _ context: MergeContext
    ) -> Issue {
        let plan = match(of: record, batch, context).map { batch.fields[$0.columns[0]] }
        return Issue(
            code: "duplicate_in_file", field: plan?.field.name,
            column: plan?.sourceColumn.map { $0 + 1 },
            message: "an earlier record of this file has the same \(plan?.field.name ?? "key")")
    }

    private static func missingIssue(_ field: Field, _ batch: CheckedBatch) -> Issue {
        let plan = batch.fields.first { $0.field == field }
        return Issue(
            code: "required_missing", field: field.name, column: plan?.sourceColumn.map { $0 + 1 },
            message: "\(field.name): the field is required, and is blank")
    }

    private static func takenIssue(
        _ constraint: Int, _ batch: CheckedBatch, _ context: MergeContext
    ) -> Issue {
        let plan = batch.fields[context.constraints[constraint].columns[0]]
        return Issue(
            code: "\(plan.field.column)_taken", field: plan.field.name,
            column: plan.sourceColumn.map { $0 + 1 },
            message: "another record has this \(plan.field.name) already")
    }
}
