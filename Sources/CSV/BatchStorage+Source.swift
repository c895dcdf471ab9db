internal import Records

extension BatchStorage {
    /// Copies bytes to the end of the source bytes.
    func append(_ bytes: Span<UInt8>) {
        reserveSource(sourceCount + bytes.count)
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            (source + sourceCount).update(from: base, count: buffer.count)
        }
        sourceCount += bytes.count
    }

    /// Moves the source bytes from `start` on to `bytes`, which they replace.
    func removeTail(from start: Int, to bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: UnsafeBufferPointer(start: source + start, count: sourceCount - start))
        sourceCount = start
    }
}
