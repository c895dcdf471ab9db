/// Bytes of a file to be, as they come together: one allocation serves many chunks.
///
/// `@unchecked Sendable`: exactly one stage holds it at any time, and channels order the accesses. For the same reason
/// its properties go without checks of exclusive access.
package final class ByteBuffer: @unchecked Sendable {
    @exclusivity(unchecked)
    package private(set) var start: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked)
    package private(set) var count = 0
    @exclusivity(unchecked)
    private var capacity: Int

    package init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        start = .allocate(capacity: capacity)
    }

    deinit {
        start.deallocate()
    }

    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// Forgets the bytes, keeping the memory.
    package func reset() { count = 0 }

    /// Gives the other its bytes and memory, and takes the other's.
    package func exchange(with other: ByteBuffer) {
        (start, other.start) = (other.start, start)
        (count, other.count) = (other.count, count)
        (capacity, other.capacity) = (other.capacity, capacity)
    }

    /// Room for `size` bytes at the end; the pointer is good until the next call.
    package func reserve(_ size: Int) -> UnsafeMutablePointer<UInt8> {
        if count + size > capacity {
            let grown = max(capacity * 2, count + size)
            let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
            bytes.update(from: start, count: count)
            start.deallocate()
            start = bytes
            capacity = grown
        }
        return start + count
    }

    /// Keeps bytes that were written at the end, and gives how many there are now.
    @discardableResult
    package func commit(_ size: Int) -> Int {
        count += size
        return count
    }

    package func append(_ bytes: some Collection<UInt8>) {
        let room = UnsafeMutableBufferPointer(start: reserve(bytes.count), count: bytes.count)
        _ = room.initialize(fromContentsOf: bytes)
        commit(bytes.count)
    }
}
