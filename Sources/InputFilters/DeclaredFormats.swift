/// What a document may say of dates and phones: the one place that asks.
enum DeclaredFormats {
    /// What is wrong with a date pattern; `nil` where nothing is.
    static func fault(inDatePattern pattern: String) -> String? {
        pattern.isEmpty ? "a date pattern is not empty, e.g. \"MM/dd/yyyy\"" : nil
    }

    /// What is wrong with a phone country; `nil` where nothing is.
    static func fault(inPhoneCountry code: String) -> String? {
        let isCode = code.utf8.count == 2 && code.utf8.allSatisfy { (0x41...0x5A).contains($0) }
        return isCode ? nil : "'\(code)' is not a country of two capital letters, e.g. US"
    }
}
