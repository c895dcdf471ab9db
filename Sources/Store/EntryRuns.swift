internal import Glibc
internal import Records

/// The values of one column of new rows, with the ids of these, in runs that are sorted each: a run a batch.
///
/// They lie in a file without a name, so that memory does not grow with the rows. ``EntryMerge`` reads them in one order: by a
/// word (``KeyOrder``) that is eight bytes of a text behind what the first run's texts begin with. Equal words are in no order,
/// and a run that was not sorted comes as it was: both cost whoever needs an order a little time, and nothing else.
final class EntryRuns {
    private let file: Int32
    private var words: EntryWords?
    /// One run as it is written: of each entry the word, the id, the cell, and its text.
    private var run = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 1 << 18, alignment: MemoryLayout<UInt64>.alignment)
    static let headBytes = 24
    private var runs: [Range<Int>] = []
    private var hasFailed = false

    /// `folder`: where the file lies.
    ///
    /// - Returns: `nil` where it cannot be made.
    convenience init?(folder: String) {
        var path = Array((folder + "/sluice-sort-XXXXXX").utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { return nil }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        unlink(path)
        self.init(file: file)
    }

    /// `file`: a descriptor, which is closed at the end.
    init(file: Int32) { self.file = file }

    deinit {
        close(file)
        run.deallocate()
    }

    /// Takes the values of a batch's records, texts or numbers, in the order in which they stand in `records`.
    ///
    /// `ids`: by record, that of its row; 0 for one that is left out.
    ///
    /// - Returns: `false` where a value is blank, or where the file cannot be written; then nothing more is to be asked of these.
    func add(
        _ records: [UInt32], _ cells: UnsafePointer<Cell>, _ texts: CellTexts, ids: [Int64]
    ) -> Bool {
        guard !hasFailed, let first = records.first else { return !hasFailed }
        let words = words ?? EntryWords(records, first, cells, texts)
        self.words = words
        var count = 0
        for record in records where ids[Int(record)] > 0 {
            let cell = cells[Int(record)]
            guard !cell.isBlank else { return false }
            let text = cell.isText ? texts.text(cell) : UnsafeBufferPointer(start: nil, count: 0)
            if count + Self.headBytes + text.count > run.count {
                grow(toHold: Self.headBytes + text.count, count)
            }
            let entry = run.baseAddress.unsafelyUnwrapped + count
            entry.storeBytes(of: words.word(cell, texts), as: UInt64.self)
            entry.storeBytes(of: ids[Int(record)], toByteOffset: 8, as: Int64.self)
            entry.storeBytes(of: cell.bits, toByteOffset: 16, as: UInt64.self)
            if let base = text.baseAddress {
                (entry + Self.headBytes).copyMemory(from: base, byteCount: text.count)
            }
            count += Self.headBytes + text.count
        }
        let start = runs.last?.upperBound ?? 0
        guard write(count, at: start) else {
            hasFailed = true
            // Whoever needs room on the disk has it back.
            ftruncate(file, 0)
            return false
        }
        runs.append(start..<start + count)
        return true
    }

    /// All that was taken.
    func merge() -> EntryMerge { EntryMerge(file: file, runs: runs) }

    private func grow(toHold more: Int, _ count: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: 2 * (count + more), alignment: MemoryLayout<UInt64>.alignment)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: run[..<count]))
        run.deallocate()
        run = larger
    }

    private func write(_ count: Int, at start: Int) -> Bool {
        var done = 0
        while done < count {
            let written = pwrite(
                file, run.baseAddress.unsafelyUnwrapped + done, count - done, off_t(start + done))
            guard written > 0 else { return false }
            done += written
        }
        return true
    }
}

/// By which words entries are in order.
private struct EntryWords {
    /// What most texts begin with.
    private let prefix: [UInt8]

    /// Learns what texts begin with from some of them.
    init(_ records: [UInt32], _ first: UInt32, _ cells: UnsafePointer<Cell>, _ texts: CellTexts) {
        let count = KeyOrder.commonPrefix(records, cells, texts)
        prefix = count == 0 ? [] : Array(texts.text(cells[Int(first)])[..<count])
    }

    /// Texts that begin with something else come before or behind all others.
    func word(_ cell: Cell, _ texts: CellTexts) -> UInt64 {
        guard cell.isText, !prefix.isEmpty else { return KeyOrder.word(cell, from: 0, texts) }
        let text = texts.text(cell)
        let common = min(text.count, prefix.count)
        let comparison = prefix.withUnsafeBytes { prefix -> Int32 in
            guard let prefix = prefix.baseAddress, let text = text.baseAddress else { return 0 }
            return memcmp(text, prefix, common)
        }
        if comparison != 0 { return comparison < 0 ? 0 : .max }
        return text.count < prefix.count ? 0 : KeyOrder.word(cell, from: prefix.count, texts)
    }
}
