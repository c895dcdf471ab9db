internal import Glibc
internal import Records

/// The entries of sorted runs, in one order.
///
/// What it keeps lies behind bare pointers: checks of exclusive access and counts of references took as long as the work.
///
/// `@unchecked Sendable`: one lane at a time uses it.
final class EntryMerge: @unchecked Sendable {
    private let sources: UnsafeMutableBufferPointer<EntrySource>
    /// The runs that have an entry left, each with the word of it; at the top the least.
    private let heap: UnsafeMutablePointer<(word: UInt64, source: Int)>
    private var heapCount = 0
    /// Whether something could not be read.
    private(set) var hasFailed = false

    init(file: Int32, runs: [Range<Int>]) {
        sources = .allocate(capacity: runs.count)
        heap = .allocate(capacity: max(1, runs.count))
        for (place, run) in runs.enumerated() {
            sources.initializeElement(at: place, to: EntrySource(file: file, run: run))
            guard advance(place) else { continue }
            (heap + heapCount).initialize(to: (sources[place].word, place))
            heapCount += 1
        }
        for place in stride(from: heapCount / 2, through: 0, by: -1) { sink(place) }
    }

    deinit {
        for source in sources { source.deallocate() }
        sources.deinitialize()
        sources.deallocate()
        heap.deallocate()
    }

    private func advance(_ source: Int) -> Bool {
        switch sources[source].advance() {
        case .entry: return true
        case .end: return false
        case .failure:
            hasFailed = true
            return false
        }
    }

    /// Puts the next entries into a place for them until it is full: none where there are no more, or none can be read.
    func fill(_ entries: IndexEntries) {
        while heapCount > 0, !hasFailed, entries.hasRoom {
            let source = heap[0].source
            entries.add(sources[source].cell, sources[source].text, row: sources[source].id)
            if advance(source) {
                heap[0].word = sources[source].word
            } else {
                heapCount -= 1
                heap[0] = heap[heapCount]
            }
            sink(0)
        }
    }

    /// Lets a run sink until none below it has a lesser entry.
    private func sink(_ start: Int) {
        var place = start
        while true {
            var least = 2 * place + 1
            guard least < heapCount else { return }
            if least + 1 < heapCount, heap[least + 1].word < heap[least].word { least += 1 }
            guard heap[least].word < heap[place].word else { return }
            swap(&heap[least], &heap[place])
            place = least
        }
    }
}

/// One sorted run as it is read.
private struct EntrySource {
    enum Step {
        case entry, end, failure
    }

    private static let windowBytes = 1 << 13

    private let file: Int32
    /// What of the run has not been read.
    private var rest: Range<Int>
    private var bytes = UnsafeMutableRawBufferPointer.allocate(
        byteCount: windowBytes, alignment: MemoryLayout<UInt64>.alignment)
    /// Where the entry begins that the source stands at, and what of `bytes` has been read.
    private var at = 0
    private var count = 0
    private var entryBytes = 0

    init(file: Int32, run: Range<Int>) {
        self.file = file
        rest = run
    }

    func deallocate() { bytes.deallocate() }

    var word: UInt64 { load(0) }
    var id: Int64 { Int64(bitPattern: load(8)) }
    var cell: Cell { Cell(bits: load(16)) }
    var text: UnsafeBufferPointer<UInt8> {
        UnsafeRawBufferPointer(rebasing: bytes[at + EntryRuns.headBytes..<at + entryBytes])
            .assumingMemoryBound(to: UInt8.self)
    }

    @inline(__always)
    private func load(_ offset: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: at + offset, as: UInt64.self)
    }

    /// Goes on to the first entry, or to the next one.
    mutating func advance() -> Step {
        at += entryBytes
        entryBytes = 0
        if at == count, rest.isEmpty { return .end }
        guard fill(EntryRuns.headBytes) else { return .failure }
        let size = EntryRuns.headBytes + (cell.isText ? cell.length : 0)
        guard fill(size) else { return .failure }
        entryBytes = size
        return .entry
    }

    /// Makes sure that so many bytes from the entry's first are at hand.
    private mutating func fill(_ needed: Int) -> Bool {
        guard count - at < needed else { return true }
        if needed > bytes.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: 2 * needed, alignment: MemoryLayout<UInt64>.alignment)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[at..<count]))
            bytes.deallocate()
            bytes = larger
        } else {
            bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[at..<count]))
        }
        count -= at
        at = 0
        while count < needed, !rest.isEmpty {
            let read = pread(
                file, bytes.baseAddress.unsafelyUnwrapped + count, min(bytes.count - count, rest.count),
                off_t(rest.lowerBound))
            guard read > 0 else { return false }
            count += read
            rest = rest.lowerBound + read..<rest.upperBound
        }
        return count >= needed
    }
}
