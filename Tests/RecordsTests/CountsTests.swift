import Foundation
import Testing

@testable import Records

@Suite("Counts, limits and cells")
struct CountsTests {
    @Test("a batch's receipt is taken from what is unprocessed, and the counts add up")
    func adding() {
        var counts = Counts()
        counts.read = 30
        counts.unprocessed = 30
        var receipt = BatchReceipt()
        receipt.created = 1
        receipt.updated = 2
        receipt.unchanged = 3
        receipt.duplicate = 4
        receipt.skipped = 5
        receipt.rejected = 6
        #expect(receipt.processed == 21)
        counts.add(receipt)
        #expect(counts.unprocessed == 9)
        #expect(counts.processed == 21)
        #expect(counts.reconcile)
        #expect(
            [
                counts.created, counts.updated, counts.unchanged, counts.duplicate, counts.skipped,
                counts.rejected,
            ]
                == [1, 2, 3, 4, 5, 6])
        counts.read = 31
        #expect(!counts.reconcile)
    }

    @Test("a reject limit is passed by one more than it allows")
    func rejectLimit() throws {
        #expect(!RejectLimit.count(0).isPassed(rejected: 0, read: 10))
        #expect(RejectLimit.count(0).isPassed(rejected: 1, read: 10))
        #expect(!RejectLimit.count(250).isPassed(rejected: 250, read: 300))
        #expect(RejectLimit.count(250).isPassed(rejected: 251, read: 300))
        #expect(!RejectLimit.percent(2.5).isPassed(rejected: 5, read: 200))
        #expect(RejectLimit.percent(2.5).isPassed(rejected: 6, read: 200))
        #expect(!RejectLimit.percent(0).isPassed(rejected: 0, read: 0))
        #expect(RejectLimit.percent(0).isPassed(rejected: 1, read: 5_000_000))
        #expect(!RejectLimit.percent(100).isPassed(rejected: 7, read: 7))
        for limit in [RejectLimit.count(3), .percent(0.1)] {
            #expect(
                try JSONDecoder().decode([RejectLimit].self, from: JSONEncoder().encode([limit])) == [limit])
        }
    }

    @Test("a reject limit is read from a number or a percentage")
    func rejectLimitText() {
        #expect(RejectLimit(text: "0") == .count(0))
        #expect(RejectLimit(text: "250") == .count(250))
        #expect(RejectLimit(text: "2.5%") == .percent(2.5))
        #expect(RejectLimit(text: "100%") == .percent(100))
        for text in ["", "%", "-1", "1.5", "101%", "-1%", "nan%", "inf%", "ten", "5 %x"] {
            #expect(RejectLimit(text: text) == nil, "\(text)")
        }
    }

    @Test("a cell gives back what was put in")
    func cells() {
        for value in [0, 1, -1, 42, Cell.maxInteger, -Cell.maxInteger] as [Int64] {
            let cell = Cell.integer(value)
            #expect(cell.kind == .integer)
            #expect(cell.integer == value)
            #expect(!cell.isBlank && !cell.isText)
        }
        let text = Cell.source(
            offset: 4_000_000_000, length: Cell.maxTextBytes, notPlain: true, escaped: true)
        #expect(text.kind == .source && text.isSource && text.isText && !text.isArena)
        #expect(text.offset == 4_000_000_000 && text.length == Cell.maxTextBytes)
        #expect(text.notPlain && text.isEscaped)
        let made = Cell.arena(offset: 3, length: 0, notPlain: false)
        #expect(made.kind == .arena && made.isArena && !made.isSource && !made.isBlank)
        #expect(made.offset == 3 && made.length == 0 && !made.notPlain && !made.isEscaped)
        #expect(Cell.blank.isBlank && Cell.blank.kind == .blank && !Cell.blank.isText)
    }

    @Test("a storage keeps what it holds when it grows")
    func growingStorage() {
        let storage = BatchStorage(maxRecords: 2, planeCount: 1, sourceCapacity: 1, arenaCapacity: 1)
        let first = storage.keep(Array("first".utf8), notPlain: false)
        storage.plane(0)[1] = first
        storage.reserveSource(3)
        storage.source[0] = 7
        storage.sourceCount = 1
        let second = storage.keep(Array(repeating: 9, count: 5000), notPlain: true)
        storage.reservePlanes(4)
        storage.reserveSource(10_000)
        #expect(Array(storage.text(storage.plane(0)[1])) == Array("first".utf8))
        #expect(Array(storage.text(second)) == Array(repeating: 9, count: 5000))
        #expect(storage.source[0] == 7)
        #expect(storage.plane(3)[0].isBlank && storage.plane(3)[1].isBlank)
        storage.reset()
        #expect(storage.sourceCount == 0 && storage.arenaCount == 0)
    }

    @Test("field names become columns and are compared without case, spaces, underscores and hyphens")
    func names() {
        #expect(Field.snakeCase("guarantorFirstName") == "guarantor_first_name")
        #expect(Field.snakeCase("address1") == "address1")
        #expect(Field.comparableName(" E-Mail_Address\t") == "emailaddress")
        #expect(Field.comparableName("STRASSE") != Field.comparableName("straße"))
    }
}
