import Foundation
import Records
import Testing

@Suite("Dialects")
struct DialectTests {
    @Test("one that was kept before files could be of fixed width is read as it was meant")
    func withoutFixedWidth() throws {
        let kept = #"{"delimiter":59,"quote":34,"hasHeader":false,"skippedLines":2}"#
        let dialect = try JSONDecoder().decode(Dialect.self, from: Data(kept.utf8))
        #expect(dialect == Dialect(delimiter: 59, hasHeader: false, skippedLines: 2))
    }
}
