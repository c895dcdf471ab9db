package import Records

/// How rejects are kept of a source from which encrypted fields are fed: with masks for people, and sealed as they came.
package struct RejectSeal: Sendable {
    private let ring: any KeyRing
    /// A record of a batch in the source's own bytes, with masks for the values of encrypted fields.
    private let masked: @Sendable (RecordBatch, Int) -> [UInt8]

    package init(_ ring: any KeyRing, masked: @escaping @Sendable (RecordBatch, Int) -> [UInt8]) {
        self.ring = ring
        self.masked = masked
    }

    /// What the bytes of a reject are sealed for.
    static func place(taskNumber: Int64, record: UInt64) -> String {
        "record \(record) of user task number \(taskNumber)"
    }

    func seal(_ written: inout WrittenBatch, of batch: RecordBatch, taskNumber: Int64) throws(Failure) {
        for (index, record) in written.rejectedRecords.enumerated() {
            let reject = written.rejects[index]
            let place = Self.place(taskNumber: taskNumber, record: reject.position.record)
            let sealed = try ring.seal(reject.bytes.source, for: place)
            written.rejects[index].sealed = SealedBytes(
                keyID: ring.writingKey, bytes: KeptBytes(stored: sealed))
            written.rejects[index].bytes = KeptBytes(source: masked(batch, record))
        }
    }
}

extension LoggedReject {
    /// The record as it lay in the source, masks taken off.
    ///
    /// - Throws: `key_missing`, `sealed_value_damaged`.
    package func source(ofTask number: Int64, by ring: any KeyRing) throws(Failure) -> [UInt8] {
        guard let sealed else { return bytes.source }
        return try ring.open(
            sealed.bytes.stored, for: RejectSeal.place(taskNumber: number, record: position.record))
    }
}
