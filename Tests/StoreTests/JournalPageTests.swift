import Foundation
import GRDB
import Records
import TestSupport
import Testing

@testable import Store

@Suite("A journal's pages")
struct JournalPageTests {
    @Test(
        "what was noted is read back, in pages of rows in ascending order of ids",
        arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let columns = ["first_name", "balance", "group", "sealed"]
        let buffer = JournalBuffer(table: "contacts", kind: .updated, columns: columns)
        var noted: [JournalRow] = []
        for _ in 0..<Int.random(in: 0...3000, using: &random) {
            var row = JournalRow(id: Int64.random(in: 1...2000, using: &random))
            buffer.begin(row.id)
            for column in columns.indices where Bool.random(using: &random) {
                let value: DatabaseValue =
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: .null
                    case 1: (Int64.random(in: .min ... .max, using: &random)).databaseValue
                    case 2:
                        String(repeating: "é", count: Int.random(in: 0...300, using: &random)).databaseValue
                    default: Data([0, 255, 10]).databaseValue
                    }
                buffer.add(column: column, value)
                row.values[columns[column]] = value
            }
            noted.append(row)
        }
        let expected = noted.enumerated().sorted { ($0.element.id, $0.offset) < ($1.element.id, $1.offset) }
            .map(\.element)
        var read: [JournalRow] = []
        var last: Int64 = 0
        buffer.forEachPage { page, rows, ids in
            let before = read.count
            try? JournalPage.forEachRow(in: [UInt8](page), of: .updated) { read.append($0) }
            #expect(rows == read.count - before && rows <= JournalPage.mostRows)
            #expect(
                read[before].id == ids.lowerBound && read.last?.id == ids.upperBound && ids.lowerBound >= last
            )
            last = ids.upperBound
        }
        #expect(read.elementsEqual(expected), "seed \(seed)")
    }

    @Test("what is taken back is not written")
    func takeBack() {
        let buffer = JournalBuffer(table: "contacts", kind: .updated, columns: ["city"])
        buffer.begin(1)
        buffer.add(column: 0, "A".databaseValue)
        let mark = buffer.mark
        buffer.begin(2)
        buffer.add(column: 0, "B".databaseValue)
        buffer.takeBack(to: mark)
        buffer.begin(3)
        buffer.add(column: 0, "C".databaseValue)
        var read: [JournalRow] = []
        buffer.forEachPage { page, _, _ in
            try? JournalPage.forEachRow(in: [UInt8](page), of: .updated) { read.append($0) }
        }
        #expect(
            read == [
                JournalRow(id: 1, values: ["city": "A".databaseValue]),
                JournalRow(id: 3, values: ["city": "C".databaseValue]),
            ])
    }

    @Test(
        "rows stay in the order in which they were noted where that matters, and are read in any",
        arguments: 1...20 as ClosedRange<UInt64>)
    func keptOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let buffer = JournalBuffer(
            table: "customers", kind: .updated, columns: ["city", "email", "sealed"], keepsOrder: true)
        let noted = (0..<Int.random(in: 0...2500, using: &random)).map { place in
            JournalRow(
                id: Int64.random(in: -5...Int64.max, using: &random),
                values: [
                    "city": place.isMultiple(of: 3) ? .null : Int64(place).databaseValue,
                    "email": "e\(place)".databaseValue, "sealed": Data([UInt8(place & 255)]).databaseValue,
                ])
        }
        for row in noted {
            buffer.begin(row.id)
            for (column, name) in buffer.columns.enumerated() {
                buffer.add(column: column, row.values[name] ?? .null)
            }
        }
        var start = 0
        try buffer.forEachPage { page, count, ids in
            let expected = noted[start..<start + count]
            #expect(ids.lowerBound == expected.map(\.id).min() && ids.upperBound == expected.map(\.id).max())
            var read: [JournalRow] = []
            try JournalPage.forEachRow(in: [UInt8](page), of: .updated) { read.append($0) }
            #expect(read.elementsEqual(expected), "seed \(seed)")
            let open = try OpenPage([UInt8](page), kind: .updated)
            var values: [OpenPage.Value] = []
            for (row, wanted) in zip(open.rows.reversed(), expected.reversed()) {
                try open.read(row, into: &values)
                let named = values.map { (open.columns[$0.column], open.databaseValue($0.content)) }
                #expect(row.id == wanted.id && Dictionary(uniqueKeysWithValues: named) == wanted.values)
            }
            start += count
        }
        #expect(start == noted.count)
    }

    @Test("pairs come back with both their ids")
    func pairs() throws {
        let buffer = JournalBuffer(table: "account_contacts", kind: .linked)
        for pair in [(5, 1), (5, 9), (2, 7)] as [(Int64, Int64)] { buffer.begin(pair.0, second: pair.1) }
        var read: [JournalRow] = []
        try buffer.forEachPage { page, _, ids in
            #expect(ids == 2...5)
            try JournalPage.forEachRow(in: [UInt8](page), of: .linked) { read.append($0) }
        }
        #expect(read == [(2, 7), (5, 1), (5, 9)].map { JournalRow(id: $0.0, second: $0.1) })
    }

    @Test("bytes that are no page are refused, wherever it is cut")
    func cutPage() throws {
        let buffer = JournalBuffer(table: "contacts", kind: .updated, columns: ["city"])
        for id in 1...5 as ClosedRange<Int64> {
            buffer.begin(id)
            buffer.add(column: 0, "Sacramento".databaseValue)
        }
        try buffer.forEachPage { page, _, _ in
            for length in 0..<page.count {
                var rows = 0
                do {
                    try JournalPage.forEachRow(in: [UInt8](page.prefix(length)), of: .updated) { _ in
                        rows += 1
                    }
                    // A cut between two rows is a shorter page.
                    #expect(rows < 5)
                } catch let error as StoreError {
                    #expect(error.code == .databaseCorrupt)
                }
                do {
                    let open = try OpenPage([UInt8](page.prefix(length)), kind: .updated)
                    #expect(open.rows.count < 5)
                } catch let error as StoreError {
                    #expect(error.code == .databaseCorrupt)
                }
            }
        }
    }
}
