/// What one import does with one encrypted field, beside its plan.
///
/// The plane of the field's plan holds values in the clear, as they were checked; only their hashes go to the bulk
/// write as they are.
package struct SealedFieldPlan: Sendable {
    /// Index of the field among the plans of the import.
    package var index: Int
    /// As it is read and checked.
    package var plan: FieldPlan
    /// Of the column beside it: takes the field's place in the bulk write.
    package var hash: FieldPlan
    package var sealer: any FieldSealer

    /// `hashPlane` is a plane of its own.
    package init(index: Int, plan: FieldPlan, hashPlane: Int, sealer: any FieldSealer) {
        self.index = index
        self.plan = plan
        self.sealer = sealer
        var hash = plan
        hash.field = plan.field.hash
        hash.plane = hashPlane
        self.hash = hash
    }
}

extension SealedFieldPlan {
    /// Gives each record that is to be written the hash of its value.
    package func addHashes(to batch: CheckedBatch) {
        let storage = batch.records.storage
        storage.reservePlanes(hash.plane + 1)
        storage.plane(hash.plane).update(repeating: .blank, count: batch.records.count)
        for record in batch.order {
            let cell = storage.plane(plan.plane)[Int(record)]
            guard !cell.isBlank else { continue }
            let text = storage.withSealedText(of: cell) { sealer.hash(of: $0) }
            storage.plane(hash.plane)[Int(record)] = storage.keep(text, notPlain: false)
        }
    }
}

extension BatchStorage {
    /// Calls `body` with the bytes that stand for a value where it is sealed: a text's own, digits of a number.
    package func withSealedText<Value>(
        of cell: Cell, _ body: (UnsafeRawBufferPointer) throws -> Value
    ) rethrows -> Value {
        guard cell.isText else { return try Array(String(cell.integer).utf8).withUnsafeBytes(body) }
        return try body(UnsafeRawBufferPointer(text(cell)))
    }
}

extension Field {
    /// The column of an encrypted field's hash, by which imports tell whether a value is the one that is stored.
    package var hashColumn: String { column + "_hash" }

    /// The field that stands for ``hashColumn``.
    package var hash: Field { Field(name: name + "Hash", kind: .text) }
}
