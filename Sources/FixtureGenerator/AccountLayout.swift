/// A column of an account file, by the name in its header.
enum AccountColumn: String, CaseIterable {
    case accountID = "Account ID"
    case accountNumber = "Account Number"
    case company = "Company"
    case industry = "Industry"
    case website = "Web Site"
    case employees = "Employees"
    case revenue = "Revenue"
    case officePhone = "Office Phone"
    case address = "Address"
    case city = "City"
    case state = "State"
    case postalCode = "ZIP"
    case country = "Country"
    case sicCode = "SIC"
}

/// Account files: columns, faults and where each fault lies.
struct AccountLayout: RecordLayout {
    let recordType = "account"
    let quotesAll = false
    let hasAmount = true
    let faults: [Fault] = [
        .phoneMalformed, .requiredMissing, .integerMalformed, .decimalMalformed, .textTooLong, .invalidUTF8,
        .tooFewFields, .tooManyFields,
    ]

    func writeHeader(to writer: inout CSVWriter) {
        for column in AccountColumn.allCases {
            writer.append(column.rawValue)
            writer.endField()
        }
        writer.endRecord()
    }

    func record(_ index: UInt64, key: UInt64, seed: UInt64) -> AccountRecord {
        AccountRecord(index, key: key, seed: seed)
    }

    func setKey(_ key: UInt64, of record: inout AccountRecord) { record.key = key }

    func amount(_ record: AccountRecord) -> Int? { record.revenueHundredths }

    func change(_ record: inout AccountRecord, _ random: inout SplitMix64) { record.change(&random) }

    func write(_ record: AccountRecord, fault: Fault?, _ random: inout SplitMix64, to writer: inout CSVWriter)
    {
        let missing = fault == .tooFewFields ? 1 + random.below(3) : 0
        let spoiled = fault.flatMap(spoiledColumn)
        for column in AccountColumn.allCases.dropLast(missing) {
            if let fault, column == spoiled {
                if fault != .requiredMissing { writer.append(fault.draw(&random)) }
            } else {
                record.write(column, to: &writer)
            }
            writer.endField()
        }
        if fault == .tooManyFields {
            writer.append("extra")
            writer.endField()
        }
        writer.endRecord()
    }

    /// The column that bears a fault of a value.
    private func spoiledColumn(_ fault: Fault) -> AccountColumn? {
        switch fault {
        case .phoneMalformed: .officePhone
        case .requiredMissing, .textTooLong, .invalidUTF8: .company
        case .integerMalformed: .employees
        case .decimalMalformed: .revenue
        case .emailMalformed, .emailTooLong, .dateMalformed, .choiceUnknown, .tooFewFields, .tooManyFields:
            nil
        }
    }
}
