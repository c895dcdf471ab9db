internal import Records

/// What a field means, from its bytes as they lie in a record: the rare case, byte by byte.
///
/// The common case is a stretch of the source, and `BatchStorage.unescaped` makes the rest.
enum FieldValue {
    /// The value of a field; text behind a closing quote is added to it.
    ///
    /// `isQuoted` says whether the field began with the quote, which is then its first byte.
    static func value(of field: some Collection<UInt8>, isQuoted: Bool, dialect: Dialect) -> [UInt8] {
        let hasEscapes = dialect.escape == .backslash
        guard isQuoted || hasEscapes else { return Array(field) }
        if !isQuoted && EscapedByte.isNoValue(field) { return [] }
        var value: [UInt8] = []
        var isInside = isQuoted
        var (isAfterQuote, isAfterBackslash) = (false, false)
        for byte in field.dropFirst(isQuoted ? 1 : 0) {
            if isAfterBackslash {
                value.append(EscapedByte.meaning(of: byte))
                isAfterBackslash = false
                continue
            }
            if isInside && byte == dialect.quote && !isAfterQuote {
                isAfterQuote = true
                continue
            }
            if isAfterQuote && byte != dialect.quote { isInside = false }
            isAfterQuote = false
            isAfterBackslash = hasEscapes && byte == EscapedByte.backslash
            if !isAfterBackslash { value.append(byte) }
        }
        return value
    }
}
