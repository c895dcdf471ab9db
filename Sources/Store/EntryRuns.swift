internal import Dispatch
internal import Glibc
internal import Records

/// The values of one column of new rows, with the ids of these, sorted in runs beside the one who brings them.
///
/// A run that is full is sorted on a lane of its own, which has little else to do during a load, and goes into a file without a
/// name: memory does not grow with the rows. ``EntryMerge`` reads the runs in one order.
///
/// An entry is in order by a word (``KeyOrder``): eight bytes of its text behind what the first run's texts begin with.
/// Equal words are in no order, which costs whoever needs one a little time and nothing else.
///
/// `@unchecked Sendable`: what the lane has is its own until ``finish()`` has waited for it.
final class EntryRuns: @unchecked Sendable {
    private let lane = DispatchQueue(label: "sluice.sort")
    /// One is filled, one is sorted, and one may wait for that.
    private let runsInHand = (0..<3).map { _ in EntryRun() }
    private let free = DispatchSemaphore(value: 2)
    private var filled = 0
    private var current: EntryRun { runsInHand[filled % runsInHand.count] }

    // The lane's.
    private let file: Int32
    private var sorter = KeyOrder()
    private var order: [UInt32] = []
    private var words: EntryWords?
    private var sorted: [UInt8] = []
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

    // Whatever is on the lane holds on to this: here nothing is.
    deinit { close(file) }

    /// Takes the values of records, texts or numbers, whose rows have ids from `firstID` on.
    ///
    /// - Returns: `false` where one is blank; then nothing more is to be asked of these runs.
    func add(
        _ records: [UInt32], _ cells: UnsafePointer<Cell>, _ texts: CellTexts, firstID: Int64
    ) -> Bool {
        var next = 0
        while next < records.count {
            guard let count = current.add(records[next...], cells, texts, firstID: firstID + Int64(next))
            else { return false }
            next += count
            if next < records.count { handOver() }
        }
        return true
    }

    private func handOver() {
        let run = current
        filled += 1
        free.wait()
        lane.async { [self] in
            sort(run)
            run.clear()
            free.signal()
        }
    }

    /// Waits until all that was brought is sorted.
    ///
    /// - Returns: the entries; `nil` where the file could not be written.
    func finish() -> EntryMerge? {
        if current.count > 0 { handOver() }
        return lane.sync { hasFailed ? nil : EntryMerge(file: file, runs: runs) }
    }

    private func sort(_ run: EntryRun) {
        guard !hasFailed else { return }
        let (cells, texts) = (UnsafePointer(run.cells), run.texts)
        order.removeAll(keepingCapacity: true)
        order.append(contentsOf: 0..<UInt32(run.count))
        let words = words ?? EntryWords(order, cells, texts)
        self.words = words
        sorter.sort(&order) { words.word(cells[Int($0)], texts) }
        sorted.removeAll(keepingCapacity: true)
        for (place, entry) in order.enumerated() {
            let cell = cells[Int(entry)]
            append(sorter.word(at: place))
            append(UInt64(bitPattern: run.ids[Int(entry)]))
            append(cell.bits)
            if cell.isText { sorted.append(contentsOf: texts.text(cell)) }
        }
        let start = runs.last?.upperBound ?? 0
        guard write(at: start) else {
            hasFailed = true
            // Whoever needs room on the disk has it back.
            ftruncate(file, 0)
            return
        }
        runs.append(start..<start + sorted.count)
    }

    private func append(_ word: UInt64) {
        withUnsafeBytes(of: word) { sorted.append(contentsOf: $0) }
    }

    private func write(at start: Int) -> Bool {
        sorted.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = pwrite(
                    file, bytes.baseAddress.unsafelyUnwrapped + done, bytes.count - done, off_t(start + done))
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }
}

/// One run as it is brought.
final class EntryRun: @unchecked Sendable {
    /// So few that sorting them keeps nobody waiting for a processor.
    static let most = 1 << 14
    private static let mostTextBytes = 4 << 20

    private(set) var count = 0
    let ids = UnsafeMutablePointer<Int64>.allocate(capacity: most)
    let cells = UnsafeMutablePointer<Cell>.allocate(capacity: most)
    /// Room for what it takes, and for one text more that is the longest there may be.
    private let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: mostTextBytes + Cell.maxTextBytes)
    private var byteCount = 0

    deinit {
        ids.deallocate()
        cells.deallocate()
        bytes.deallocate()
    }

    var texts: CellTexts { CellTexts(source: UnsafePointer(bytes), arena: UnsafePointer(bytes)) }

    /// Takes the values of records until it is full, and says how many; `nil` where one is blank.
    func add(
        _ records: ArraySlice<UInt32>, _ values: UnsafePointer<Cell>, _ texts: CellTexts, firstID: Int64
    ) -> Int? {
        var (count, byteCount) = (count, byteCount)
        var added = 0
        for record in records {
            guard count < Self.most, byteCount < Self.mostTextBytes else { break }
            var cell = values[Int(record)]
            if cell.isBlank { return nil }
            if cell.isText {
                let text = texts.text(cell)
                if let base = text.baseAddress { (bytes + byteCount).update(from: base, count: text.count) }
                cell = .arena(offset: byteCount, length: text.count, notPlain: false)
                byteCount += text.count
            }
            cells[count] = cell
            ids[count] = firstID + Int64(added)
            count += 1
            added += 1
        }
        (self.count, self.byteCount) = (count, byteCount)
        return added
    }

    func clear() { (count, byteCount) = (0, 0) }
}

/// By which words entries are in order.
private struct EntryWords {
    /// What most texts begin with.
    private let prefix: [UInt8]

    /// Learns what texts begin with from some of them.
    init(_ order: [UInt32], _ cells: UnsafePointer<Cell>, _ texts: CellTexts) {
        let count = KeyOrder.commonPrefix(order, cells, texts)
        prefix = count == 0 ? [] : Array(texts.text(cells[0])[..<count])
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
