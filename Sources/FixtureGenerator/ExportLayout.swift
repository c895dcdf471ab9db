/// A made-up person with a made-up company: what the columns of an export are written from.
struct ExportRecord {
    var contact: ContactRecord
    var account: AccountRecord
    /// What columns that choose among a few values go by.
    fileprivate let choice: UInt64

    init(_ index: UInt64, key: UInt64, seed: UInt64) {
        contact = ContactRecord(index, key: key, seed: seed)
        account = AccountRecord(index, key: key, seed: seed)
        choice = SplitMix64.mix(seed &+ index)
    }
}

/// Files of other systems, each by its table of columns.
struct ExportLayout: RecordLayout {
    private let form: ExportForm
    let faults: [Fault]

    init(_ export: Export) {
        form = export.form
        let inColumns = Set(form.columns.flatMap(\.faults))
        faults =
            Fault.allCases.filter { inColumns.contains($0) || $0 == .tooFewFields || $0 == .tooManyFields }
    }

    var recordType: String { form.recordType }
    var quotesAll: Bool { form.quotesAll }
    var usesCRLF: Bool { form.usesCRLF }

    func writeHeader(to writer: inout CSVWriter) {
        guard form.hasHeader else { return }
        if form.hasMark { writer.append([0xEF, 0xBB, 0xBF]) }
        for column in form.columns {
            writer.append(column.name)
            writer.endField()
        }
        writer.endRecord()
    }

    func record(_ index: UInt64, key: UInt64, seed: UInt64) -> ExportRecord {
        ExportRecord(index, key: key, seed: seed)
    }

    func setKey(_ key: UInt64, of record: inout ExportRecord) {
        record.contact.key = key
        record.account.key = key
    }

    func change(_ record: inout ExportRecord, _ random: inout SplitMix64) {
        record.contact.change(&random, changesEmail: false)
        record.account.change(&random)
    }

    var hasAmount: Bool {
        form.columns.contains {
            switch $0.value {
            case .contact(.balance), .account(.revenue): true
            default: false
            }
        }
    }

    func amount(_ record: ExportRecord) -> Int? {
        recordType == "account" ? record.account.revenueHundredths : record.contact.balanceHundredths
    }

    func write(_ record: ExportRecord, fault: Fault?, _ random: inout SplitMix64, to writer: inout CSVWriter)
    {
        let missing = fault == .tooFewFields ? 1 + random.below(3) : 0
        for (number, column) in form.columns.dropLast(missing).enumerated() {
            if let fault, column.faults.contains(fault) {
                if fault != .requiredMissing { writer.append(fault.draw(&random)) }
            } else {
                write(column.value, of: record, number: number, to: &writer)
            }
            writer.endField()
        }
        if fault == .tooManyFields {
            writer.append("extra")
            writer.endField()
        }
        writer.endRecord()
    }

    private func write(
        _ value: ExportColumn.Value, of record: ExportRecord, number: Int, to writer: inout CSVWriter
    ) {
        let key = record.contact.key
        switch value {
        case .blank: break
        case .text(let text): writer.append(text)
        case .key(let prefix, let suffix):
            writer.append(prefix)
            writer.append(Int(key), digits: KeyPermutation.digits)
            writer.append(suffix)
        case .contact(let column): record.contact.write(column, oddAddress: false, to: &writer)
        case .account(let column): record.account.write(column, to: &writer)
        case .fullName:
            record.contact.write(.firstName, oddAddress: false, to: &writer)
            writer.append(byte: UInt8(ascii: " "))
            record.contact.write(.lastName, oddAddress: false, to: &writer)
        case .uniqueEmail: writeEmail(key, to: &writer)
        case .uniqueEmails:
            writeEmail(key, to: &writer)
            if key % 10 == 0 { writer.append(" ::: home@example.org") }
        case .birthday(let mayLackYear):
            writeBirthday(record.contact.dateOfBirth, hasYear: !mayLackYear || key % 10 > 0, to: &writer)
        case .shortBirthday: writeShort(record.contact.dateOfBirth, to: &writer)
        case .one(let words):
            // One in so many is blank; each column chooses for itself.
            let pick = SplitMix64.mix(record.choice &+ UInt64(number)) % UInt64(words.count + 1)
            if pick > 0 { writer.append(words[Int(pick) - 1]) }
        }
    }

    private func writeEmail(_ key: UInt64, to writer: inout CSVWriter) {
        let names = Names.last.words
        writer.append(names[Int(key % UInt64(names.count))].filter { $0 > 0x40 && $0 < 0x7B })
        writer.append(byte: UInt8(ascii: "."))
        writer.append(Int(key))
        writer.append("@example.com")
    }

    private func writeBirthday(_ day: ContactRecord.Day?, hasYear: Bool, to writer: inout CSVWriter) {
        guard let day else { return }
        if hasYear { writer.append(day.year) } else { writer.append(byte: UInt8(ascii: "-")) }
        writer.append(byte: UInt8(ascii: "-"))
        writer.append(day.month, digits: 2)
        writer.append(byte: UInt8(ascii: "-"))
        writer.append(day.day, digits: 2)
    }

    private func writeShort(_ day: ContactRecord.Day?, to writer: inout CSVWriter) {
        guard let day else {
            writer.append("0/0/00")
            return
        }
        writer.append(day.month)
        writer.append(byte: UInt8(ascii: "/"))
        writer.append(day.day)
        writer.append(byte: UInt8(ascii: "/"))
        writer.append(day.year)
    }
}
