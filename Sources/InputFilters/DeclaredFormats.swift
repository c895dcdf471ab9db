import Records

/// What a document may say of dates and phones: the one place that asks.
enum DeclaredFormats {
    /// What is wrong with a date pattern, and what to do; `nil` where nothing is.
    static func fault(inDatePattern pattern: String) -> Failure? {
        do {
            _ = try DatePattern(pattern)
            return nil
        } catch {
            return error
        }
    }

    /// What is wrong with a phone country; `nil` where nothing is.
    static func fault(inPhoneCountry code: String) -> String? {
        PhoneCountry(code: code) == nil
            ? "'\(code)' is no country whose numbering plan is known; give two capital letters, e.g. US" : nil
    }
}
