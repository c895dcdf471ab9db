/// One kind of file: which columns, and how a record is made and written.
protocol RecordLayout {
    associatedtype Record

    /// Singular, as in the catalogue.
    var recordType: String { get }
    /// Whether each field is quoted.
    var quotesAll: Bool { get }
    /// Whether CRLF ends a record, and not LF.
    var usesCRLF: Bool { get }
    /// The faults that the file's columns can have, dealt out in turn.
    var faults: [Fault] { get }

    func writeHeader(to writer: inout CSVWriter)
    /// The record with this number: always the same, whatever was made before it.
    func record(_ index: UInt64, key: UInt64, seed: UInt64) -> Record
    /// Makes a repeated record differ from its original, always in ``amount(_:)`` where there is one.
    func change(_ record: inout Record, _ random: inout SplitMix64)
    func setKey(_ key: UInt64, of record: inout Record)
    func write(_ record: Record, fault: Fault?, _ random: inout SplitMix64, to writer: inout CSVWriter)
    /// Hundredths; `nil` where the record has none.
    func amount(_ record: Record) -> Int?
    /// Whether the file has the column of the amounts.
    var hasAmount: Bool { get }
}

extension RecordLayout {
    var usesCRLF: Bool { false }
}

/// A file of made-up records: the same bytes for the same settings, on every machine.
package struct FixtureFile: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case contacts(ContactShape)
        case accounts
        /// As another system writes it.
        case export(Export)
    }

    package enum Size: Hashable, Sendable {
        case records(UInt64)
        /// As many records as fit into so many bytes.
        case bytes(UInt64)
    }

    /// As many as have keys that fill a tenth of all possible ones.
    package static let maxRecords = KeyPermutation.count / 10

    package var content: Content
    package var size: Size
    package var seed: UInt64
    package var rejectsPerMillion: Int
    package var duplicatesPerMillion: Int
    /// The number of the first record: files of the same seed whose numbers do not meet have no key in common.
    package var firstRecord: UInt64
    /// The share of sound records that differ from those of the file with no such share.
    package var changedPerMillion: Int

    /// - Precondition: all shares are from 0 to 1,000,000. Records that change are not repeated, and have an amount.
    package init(
        _ content: Content, size: Size, seed: UInt64, rejectsPerMillion: Int = 5_000,
        duplicatesPerMillion: Int = 1_000, firstRecord: UInt64 = 0, changedPerMillion: Int = 0
    ) {
        let shares = [rejectsPerMillion, duplicatesPerMillion, changedPerMillion]
        precondition(shares.allSatisfy((0...1_000_000).contains))
        precondition(changedPerMillion == 0 || duplicatesPerMillion == 0 && content != .contacts(.narrow))
        self.content = content
        self.size = size
        self.seed = seed
        self.rejectsPerMillion = rejectsPerMillion
        self.duplicatesPerMillion = duplicatesPerMillion
        self.firstRecord = firstRecord
        self.changedPerMillion = changedPerMillion
    }

    /// Makes the file and gives its bytes to `sink`, about a mebibyte at a time.
    ///
    /// - Returns: What an import of the file must report.
    /// - Throws: What `sink` throws.
    package func write(to sink: ([UInt8]) throws -> Void) rethrows -> FixtureSummary {
        switch content {
        case .contacts(let shape): try write(ContactLayout(shape), to: sink)
        case .accounts: try write(AccountLayout(), to: sink)
        case .export(let export): try write(ExportLayout(export), to: sink)
        }
    }

    /// The arguments of the command that makes this file.
    package var arguments: [String] {
        var out: [String]
        switch content {
        case .contacts(let shape): out = ["contacts", "--shape", shape.rawValue]
        case .accounts: out = ["accounts"]
        case .export(let export): out = ["export", export.rawValue]
        }
        switch size {
        case .records(let count): out += ["--records", "\(count)"]
        case .bytes(let count): out += ["--bytes", "\(count)"]
        }
        out += ["--seed", "\(seed)", "--rejects", "\(Double(rejectsPerMillion) / 1_000_000)"]
        out += ["--duplicates", "\(Double(duplicatesPerMillion) / 1_000_000)"]
        if firstRecord > 0 { out += ["--first", "\(firstRecord)"] }
        if changedPerMillion > 0 { out += ["--changed", "\(Double(changedPerMillion) / 1_000_000)"] }
        return out
    }

    private func write<Layout: RecordLayout>(
        _ layout: Layout, to sink: ([UInt8]) throws -> Void
    ) rethrows -> FixtureSummary {
        var run = FixtureRun(file: self, layout: layout)
        while run.writeRecord() {
            guard run.writer.bytes.count >= 1 << 20 else { continue }
            try sink(run.writer.bytes)
            run.writer.removeAll()
        }
        try sink(run.writer.bytes)
        return run.summary
    }
}

/// A file half made: the records so far, and what they must come to.
private struct FixtureRun<Layout: RecordLayout> {
    let file: FixtureFile
    let layout: Layout
    let keys: KeyPermutation
    var writer: CSVWriter
    var summary: FixtureSummary
    private var fates: FatePlan
    /// The amount last given to a record that was repeated.
    private var repeatedAmounts: [UInt64: Int] = [:]

    init(file: FixtureFile, layout: Layout) {
        self.file = file
        self.layout = layout
        keys = KeyPermutation(seed: file.seed)
        writer = CSVWriter(quotesAll: layout.quotesAll, usesCRLF: layout.usesCRLF)
        summary = FixtureSummary(arguments: file.arguments, recordType: layout.recordType)
        summary.amountHundredths = layout.hasAmount ? 0 : nil
        summary.changed = file.changedPerMillion > 0 ? 0 : nil
        fates = FatePlan(
            seed: file.seed, rejectsPerMillion: file.rejectsPerMillion,
            duplicatesPerMillion: file.duplicatesPerMillion)
        layout.writeHeader(to: &writer)
        summary.bytes = UInt64(writer.bytes.count)
    }

    /// Writes the next record, where there is to be one.
    mutating func writeRecord() -> Bool {
        if case .records(let count) = file.size, summary.read == count { return false }
        let index = summary.read
        let start = writer.bytes.count
        var random = SplitMix64(seed: file.seed &+ 1, stream: index)
        let fate = fates.next()
        var outcome = summary
        write(fate, index: index, &random, into: &outcome)

        outcome.read += 1
        outcome.bytes += UInt64(writer.bytes.count - start)
        if case .bytes(let limit) = file.size, outcome.bytes > limit {
            writer.truncate(to: start)
            return false
        }
        summary = outcome
        return true
    }

    private mutating func write(
        _ fate: Fate, index: UInt64, _ random: inout SplitMix64, into outcome: inout FixtureSummary
    ) {
        var fault: Fault?
        var record = made(fate, index: index)
        switch fate {
        case .plain:
            changeWhereDue(&record, index: index, into: &outcome)
            outcome.created += 1
            outcome.distinctKeys += 1
            outcome.amountHundredths? += Int64(layout.amount(record) ?? 0)
        case .mended(let original):
            changeWhereDue(&record, index: original, into: &outcome)
            outcome.created += 1
            outcome.mended += 1
            outcome.amountHundredths? += Int64(layout.amount(record) ?? 0)
        case .duplicate(let original):
            let before = repeatedAmounts[original] ?? layout.amount(record) ?? 0
            layout.change(&record, &random)
            let after = layout.amount(record) ?? 0
            repeatedAmounts[original] = after
            outcome.duplicate += 1
            outcome.amountHundredths? += Int64(after - before)
        case .reject(let number):
            let kind = layout.faults[number % layout.faults.count]
            fault = kind
            outcome.rejected += 1
            outcome.byCode[kind.code, default: 0] += 1
            choose(keyFor: &record, fault: kind, index: index, &random, into: &outcome)
        }
        layout.write(record, fault: fault, &random, to: &writer)
    }

    private func made(_ fate: Fate, index: UInt64) -> Layout.Record {
        let content =
            switch fate {
            case .plain, .reject: index
            case .duplicate(let original), .mended(let original): original
            }
        let number = file.firstRecord + content
        return layout.record(number, key: keys[number], seed: file.seed)
    }

    /// Changes a share of the records, each by a chance of its own: which do not depend on what else is made.
    private func changeWhereDue(
        _ record: inout Layout.Record, index: UInt64, into outcome: inout FixtureSummary
    ) {
        guard file.changedPerMillion > 0 else { return }
        var random = SplitMix64(seed: file.seed &+ 2, stream: file.firstRecord + index)
        guard random.below(1_000_000) < file.changedPerMillion else { return }
        layout.change(&record, &random)
        outcome.changed? += 1
    }

    /// Some rejects bear the key of an earlier sound record, which they must leave as it is; some of the
    /// others come again without their fault, and must then be created.
    private mutating func choose(
        keyFor record: inout Layout.Record, fault: Fault, index: UInt64, _ random: inout SplitMix64,
        into outcome: inout FixtureSummary
    ) {
        guard fault != .requiredMissing || layout.recordType != "contact" else { return }
        if random.chance(perMille: 125), let known = fates.earlierPlain(before: index) {
            layout.setKey(keys[file.firstRecord + known], of: &record)
            outcome.rejectedWithKnownKey += 1
            return
        }
        outcome.distinctKeys += 1
        if fault.canBeMended { fates.mayMend(index) }
    }
}
