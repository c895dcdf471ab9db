/// A set of row ids up to a greatest one, a bit each, in pages that are there once an id of theirs is in it.
///
/// Ids are sparse: every record of an import takes one, also where it meets a row that has its own. So a table
/// of 5,000,000 contacts that is loaded each night has ids of thousands of millions after two years; its rows
/// take 625 KB here when they came in one load, and memory follows the rows, not the ids.
struct RowSet: ~Copyable {
    private typealias Page = UnsafeMutablePointer<UInt64>

    /// 4 KiB a page: 32,768 ids.
    private static let pageWords = 512
    private static let pageShift: Int64 = 15

    private let pages: UnsafeMutablePointer<Page?>
    private let pageCount: Int
    /// Ids from 0 to this can be in the set.
    let greatestID: Int64

    init(greatestID: Int64) {
        precondition(greatestID >= 0)
        self.greatestID = greatestID
        pageCount = Int(greatestID >> Self.pageShift) + 1
        pages = .allocate(capacity: pageCount)
        pages.initialize(repeating: nil, count: pageCount)
    }

    deinit {
        for index in 0..<pageCount { pages[index]?.deallocate() }
        pages.deallocate()
    }

    /// Puts an id into the set and tells whether it was there.
    func insert(_ id: Int64) -> Bool {
        precondition(id >= 0 && id <= greatestID)
        let word = page(of: id) + Self.word(id)
        let wasThere = word.pointee & Self.bit(id) != 0
        word.pointee |= Self.bit(id)
        return wasThere
    }

    /// Takes an id out again.
    func remove(_ id: Int64) {
        precondition(id >= 0 && id <= greatestID)
        guard let page = pages[Int(id >> Self.pageShift)] else { return }
        page[Self.word(id)] &= ~Self.bit(id)
    }

    func contains(_ id: Int64) -> Bool {
        guard id >= 0, id <= greatestID, let page = pages[Int(id >> Self.pageShift)] else { return false }
        return page[Self.word(id)] & Self.bit(id) != 0
    }

    /// Tells the ids of each 64 that have one in the set, ascending: how many times 64 the first is, and a bit for each.
    func forEachWord(_ body: (_ index: Int64, _ bits: UInt64) -> Void) {
        for index in 0..<pageCount {
            guard let page = pages[index] else { continue }
            for word in 0..<Self.pageWords where page[word] != 0 {
                body(Int64(index * Self.pageWords + word), page[word])
            }
        }
    }

    /// Pages that are there, for tests.
    var pagesInUse: Int { (0..<pageCount).count { pages[$0] != nil } }

    private func page(of id: Int64) -> Page {
        let index = Int(id >> Self.pageShift)
        if let page = pages[index] { return page }
        let page = Page.allocate(capacity: Self.pageWords)
        page.initialize(repeating: 0, count: Self.pageWords)
        pages[index] = page
        return page
    }

    private static func word(_ id: Int64) -> Int { Int(id >> 6) & (pageWords - 1) }
    private static func bit(_ id: Int64) -> UInt64 { 1 << UInt64(id & 63) }
}
