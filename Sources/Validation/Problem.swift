/// What is wrong with one value, in a form that costs nothing to pass on; words are made for rejects only.
enum Problem: Hashable, Sendable {
    case requiredMissing
    case keyMissing
    /// A sequence that is not UTF-8 begins this many bytes into the value.
    case invalidUTF8(at: Int)
    case nulByte(at: Int)
    /// Characters (Unicode scalars; digits in numbers) found, and the most allowed.
    case tooLong(Int, most: Int)
    case malformed(Reason)
    case unknownChoice
    /// The mask that stands for an encrypted value where it is not shown.
    case masked
}

/// Why a value does not have the form of its kind.
enum Reason: UInt8, Hashable, Sendable {
    case controlCharacter
    case notANumber, tooManyPlaces, outOfRange
    case otherForm, noSuchMoment
    case notABoolean
    case noAt, twoAts, emptyLocalPart, localDots, localCharacter, quotedLocalPart
    case emptyDomain, domainLabel, domainCharacter, domainLiteral, space
    case phoneCharacter, phoneLetter, phoneExtension, phoneNeedsCountry, phoneLength, phoneStart,
        phoneNational

    /// The reason as the end of a message; `nil` where what is expected says it all.
    var words: String? {
        switch self {
        case .controlCharacter: "it holds a control character"
        case .notANumber, .notABoolean, .otherForm: nil
        case .tooManyPlaces: "it has more decimal places, and would have to be rounded"
        case .outOfRange: "it is too great to be kept exactly"
        case .noSuchMoment: "there is no such day or time"
        case .noAt: "it has no @"
        case .twoAts: "it has more than one @"
        case .emptyLocalPart: "nothing stands before the @"
        case .localDots: "a dot before the @ stands at an end or beside another"
        case .localCharacter: "a character before the @ is not allowed there"
        case .quotedLocalPart: "quotes before the @ are not taken"
        case .emptyDomain: "nothing stands after the @"
        case .domainLabel: "a part of the domain is empty, over 63 characters, or has a hyphen at an end"
        case .domainCharacter: "a character of the domain is not a letter, digit, hyphen or dot"
        case .domainLiteral: "a numeric address in brackets is not taken"
        case .space: "it holds a space or an invisible character"
        case .phoneCharacter: "it holds something other than digits, spaces and ( ) . - /"
        case .phoneLetter: "it holds letters"
        case .phoneExtension: "it has an extension, which E.164 cannot hold: map that to a field of its own"
        case .phoneNeedsCountry:
            "it has no country: begin it with +, or set phone: {country: …} in the input filter"
        case .phoneLength: "it has too few or too many digits"
        case .phoneStart: "no dialling code begins with 0"
        case .phoneNational: "it does not fit the country's numbering plan"
        }
    }
}

/// A problem and where it was found.
struct Finding: Hashable, Sendable {
    var record: UInt32
    /// Index into the plan's fields.
    var field: UInt32
    var problem: Problem
}
