import Records
import Testing

@Suite("Shown texts")
struct ShownTextTests {
    @Test(
        "A decimal has all its places, a zero before the point and its sign",
        arguments: [
            (1050, 2, "10.50"), (-50, 2, "-0.50"), (0, 3, "0.000"), (7, 0, "7"), (-7, 0, "-7"),
            (5, 3, "0.005"),
            (Int64.min, 2, "-92233720368547758.08"),
        ] as [(Int64, Int, String)])
    func decimal(scaled: Int64, places: Int, text: String) {
        #expect(DecimalText.of(scaled, places: places) == text)
    }

    @Test(
        "What cannot be seen is written as an escape",
        arguments: [
            ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), ("\u{1B}", "\\u{1B}"), ("\u{7}", "\\u{07}"),
            ("\u{202E}", "\\u{202E}"), ("\u{A0}", "\\u{A0}"), ("\u{FEFF}", "\\u{FEFF}"), (" ", " "),
            ("é", "é"),
            ("語", "語"), ("\\", "\\"),
        ] as [(Unicode.Scalar, String)])
    func visible(scalar: Unicode.Scalar, text: String) {
        #expect(scalar.visible == text)
    }
}
