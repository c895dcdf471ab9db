internal import CByteScan
package import Records

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

    /// The cell of a field's value: an escaped text goes to the arena with its doubled quotes made single,
    /// any other cell is given back as it is.
    package func unescaped(_ cell: Cell, quote: UInt8) -> Cell {
        guard cell.isEscaped else { return cell }
        // The arena may move when it grows; the source, where escaped texts lie, does not.
        let room = reserveArena(cell.length)
        let count = byte_scan_unescape(source + cell.offset, cell.length, quote, room)
        return commitArena(count, notPlain: cell.notPlain)
    }
}
