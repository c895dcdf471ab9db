/// How a file of contacts looks.
package enum ContactShape: String, Hashable, Sendable, CaseIterable {
    /// The 15 columns that a contact centre's nightly file has.
    case usual
    /// Three columns.
    case narrow
    /// The 15 among 105 others that no input filter maps.
    ///
    /// Faults are in the first 12 of the 15 only, so that a filter that maps no more reports the same.
    case wide
    /// Every field quoted, with many line ends and doubled quotes within.
    case quoted
}

/// A column of a contact file, by the name in its header.
enum ContactColumn: String, CaseIterable {
    case contactID = "Contact ID"
    case firstName = "First Name"
    case lastName = "Last Name"
    case dateOfBirth = "DOB"
    case email = "Email"
    case homePhone = "Home Phone"
    case mobilePhone = "Mobile Phone"
    case address = "Address"
    case city = "City"
    case state = "State"
    case postalCode = "ZIP"
    case balance = "Balance"
    case dueDate = "Due Date"
    case smsConsent = "SMS Consent"
    case agentTeam = "Agent Team"
}

/// Contact files: columns, faults and the text of each value.
struct ContactLayout: RecordLayout {
    let recordType = "contact"
    let faults: [Fault]
    private let shape: ContactShape
    /// The columns in order; `nil` stands for one that nothing maps.
    private let columns: [ContactColumn?]

    init(_ shape: ContactShape) {
        self.shape = shape
        let valueFaults: [Fault] = [.emailMalformed, .emailTooLong, .invalidUTF8]
        let shapeFaults: [Fault] = [.tooFewFields, .tooManyFields, .requiredMissing]
        switch shape {
        case .narrow:
            columns = [.contactID, .lastName, .email]
            faults = valueFaults + shapeFaults
        case .wide:
            columns = ContactColumn.allCases.flatMap { [$0] + Array(repeating: nil, count: 7) }
            faults =
                valueFaults + [.phoneMalformed, .dateMalformed, .decimalMalformed, .textTooLong] + shapeFaults
        case .usual, .quoted:
            columns = ContactColumn.allCases
            faults =
                valueFaults + [
                    .phoneMalformed, .dateMalformed, .decimalMalformed, .textTooLong, .choiceUnknown,
                ]
                + shapeFaults
        }
    }

    var quotesAll: Bool { shape == .quoted }
    var hasAmount: Bool { shape != .narrow }

    func writeHeader(to writer: inout CSVWriter) {
        for (position, column) in columns.enumerated() {
            writer.append(column?.rawValue ?? "Custom \(position + 1)")
            writer.endField()
        }
        writer.endRecord()
    }

    func record(_ index: UInt64, key: UInt64, seed: UInt64) -> ContactRecord {
        ContactRecord(index, key: key, seed: seed)
    }

    func setKey(_ key: UInt64, of record: inout ContactRecord) { record.key = key }

    func amount(_ record: ContactRecord) -> Int? { record.balanceHundredths }

    func change(_ record: inout ContactRecord, _ random: inout SplitMix64) {
        record.change(&random, changesEmail: shape == .narrow)
    }

    func write(_ record: ContactRecord, fault: Fault?, _ random: inout SplitMix64, to writer: inout CSVWriter)
    {
        let missing = fault == .tooFewFields ? 1 + random.below(min(3, columns.count - 1)) : 0
        let spoiled = fault.flatMap { spoiledColumn($0, &random) }
        for column in columns.dropLast(missing) {
            if let column {
                if let fault, column == spoiled {
                    if fault != .requiredMissing { writer.append(fault.draw(&random)) }
                } else {
                    record.write(column, oddAddress: shape == .quoted, to: &writer)
                }
            } else {
                writeCustom(&random, to: &writer)
            }
            writer.endField()
        }
        if fault == .tooManyFields {
            for _ in 0...random.below(2) {
                writer.append("extra")
                writer.endField()
            }
        }
        writer.endRecord()
    }

    /// The column that bears a fault of a value.
    private func spoiledColumn(_ fault: Fault, _ random: inout SplitMix64) -> ContactColumn? {
        switch fault {
        case .emailMalformed, .emailTooLong: .email
        case .phoneMalformed: random.chance(perMille: 500) ? .homePhone : .mobilePhone
        case .dateMalformed: shape != .wide && random.chance(perMille: 400) ? .dueDate : .dateOfBirth
        case .decimalMalformed: .balance
        case .textTooLong: .firstName
        case .invalidUTF8: .lastName
        case .requiredMissing: .contactID
        case .choiceUnknown: .smsConsent
        case .integerMalformed, .tooFewFields, .tooManyFields: nil
        }
    }

    private func writeCustom(_ random: inout SplitMix64, to writer: inout CSVWriter) {
        switch random.below(10) {
        case 0..<4: break
        case 4..<7: writer.append(random.below(100_000))
        case 7: writer.append(hundredths: random.below(1_000_000))
        case 8: writer.append(Places.agentTeams.words[Places.agentTeams.draw(&random)])
        default: writer.append("custom value")
        }
    }
}
