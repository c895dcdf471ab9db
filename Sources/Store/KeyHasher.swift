package import Records

/// Hashes the keys of records whose rows were not found, for the lane that reads: the one that writes has more to do.
package struct KeyHasher: Sendable {
    let plane: Int

    package func hash(_ batch: inout CheckedBatch) {
        let storage = batch.records.storage
        let rows = batch.rows
        let absent = rows.isEmpty ? batch.order : batch.order.filter { rows[Int($0)].isBlank }
        batch.keyHashes = KeyedIDs.hashes(
            of: absent, storage.plane(plane), storage, count: batch.records.count)
    }
}
