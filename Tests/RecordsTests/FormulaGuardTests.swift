import TestSupport
import Testing

@testable import Records

@Suite("Formula guarding")
struct FormulaGuardTests {
    @Test(
        "a text that a spreadsheet would run is marked; phones and signed numbers are not",
        arguments: [
            ("=1+1", true), ("+1+1", true), ("-2+3", true), ("@SUM(A1)", true), ("\t=1", true),
            ("\r=1", true),
            ("-", true), ("+", true), ("+1 415", true), ("-1.2.3", true), ("-.5", true), ("-5.", true),
            ("-SUM(A1)", true), ("+14155550100", false), ("-12.50", false), ("-12,50", false), ("+3", false),
            ("", false), ("a=1", false), (" =1", false), ("1-2", false), ("'", false), ("'a", false),
            ("'=1", true), ("''=1", true), ("'+14155550100", true), ("'-1", true),
        ])
    func marks(text: String, isMarked: Bool) {
        #expect((guarded(text) != text) == isMarked)
        #expect(unguarded(guarded(text)) == text)
    }

    @Test("what was guarded and read is what it was, for random texts of the characters that matter")
    func roundTrip() {
        var random = SeededGenerator.printingSeed()
        let alphabet = Array("''==+-@\t\r\n19.,aé")
        for _ in 0..<50_000 {
            let count = Int.random(in: 0...6, using: &random)
            let text = String(
                (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
            let written = guarded(text)
            #expect(unguarded(written).utf8.elementsEqual(text.utf8), "\(text.debugDescription)")
            // Nothing that a spreadsheet runs is left at the front.
            if let first = written.utf8.first, FormulaGuard.beginsFormula(first) {
                #expect(
                    Double(written.dropFirst().replacing(",", with: ".")) != nil,
                    "\(written.debugDescription)")
            }
        }
    }

    private func guarded(_ text: String) -> String {
        let needsMark = Array(text.utf8).withUnsafeBufferPointer(FormulaGuard.needsMark)
        return needsMark ? "'" + text : text
    }

    private func unguarded(_ text: String) -> String {
        let isMarked = Array(text.utf8).withUnsafeBufferPointer(FormulaGuard.isMarked)
        return isMarked ? String(decoding: text.utf8.dropFirst(), as: UTF8.self) : text
    }
}
