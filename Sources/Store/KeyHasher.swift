package import Records

/// Hashes the keys of batches, for the lane that reads: the one that writes has more to do.
package struct KeyHasher: Sendable {
    let plane: Int

    package func hash(_ batch: inout CheckedBatch) {
        let storage = batch.records.storage
        batch.keyHashes = KeyedIDs.hashes(
            of: batch.order, storage.plane(plane), storage, count: batch.records.count)
    }
}
