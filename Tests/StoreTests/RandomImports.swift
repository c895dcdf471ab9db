import Records
import TestSupport

extension ImportCase {
    /// An import with few different values, so that its records meet each other and what is in the table.
    static func random(_ type: RecordType, using random: inout SeededGenerator) -> ImportCase {
        let fields = randomFields(type, using: &random)
        var match = type.keys.compactMap { key -> [Int]? in
            let columns = key.compactMap { name in fields.firstIndex { $0.field.name == name } }
            return columns.count == key.count ? columns : nil
        }
        if random.chance(30) { match = [match.randomElement(using: &random) ?? []] }
        var work = ImportCase(
            type: type, fields: fields, match: match,
            mode: ImportMode.allCases.randomElement(using: &random) ?? .upsert,
            duplicates: [.last, .last, .first, .reject].randomElement(using: &random) ?? .last, records: [])
        let space = Int.random(in: 1...12, using: &random)
        let blanks = [0, 10, 40].randomElement(using: &random) ?? 0
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            work.records.append(work.randomRecord(space: space, blanks: blanks, using: &random))
        }
        work.blankLinesAtEnd = random.chance(20) ? 2 : 0
        work.course = Course(
            seed: random.next(), mostInBatch: [1, 2, 3, 8, 40].randomElement(using: &random) ?? 1,
            commits: [20, 50, 100].randomElement(using: &random) ?? 100,
            interruptions: random.chance(50) ? 25 : 0, sorts: random.chance(80), loads: random.chance(50),
            meddling: random.chance(20) ? 20 : 0)
        return work
    }

    /// Most of the fields in any order, with at least one key whole, each in any plane.
    private static func randomFields(_ type: RecordType, using random: inout SeededGenerator) -> [FieldPlan] {
        let key = type.keys.randomElement(using: &random) ?? []
        let fields = type.fields.filter { key.contains($0.name) || random.chance(80) }.shuffled(
            using: &random)
        let planes = (0..<fields.count + 2).shuffled(using: &random)
        return fields.enumerated().map { index, field in
            FieldPlan(
                field: field, plane: planes[index], sourceColumn: random.chance(90) ? index + 3 : nil,
                blank: random.chance(70) ? .keep : .clear)
        }
    }

    private func randomRecord(
        space: Int, blanks: Int, using random: inout SeededGenerator
    ) -> SampleRecord {
        let values = fields.map { plan -> Value? in
            let isKey = plan.field.isUnique || type.keys.contains { $0.contains(plan.field.name) }
            if random.chance(plan.field.isRequired ? 0 : isKey ? blanks : 25) { return nil }
            let number = Int.random(in: 0..<(isKey ? space : 2), using: &random)
            return plan.field.kind.isStoredAsInteger
                ? .integer(Int64(number - 3) * 500_000_000_000) : .text(Self.text(number))
        }
        var record = SampleRecord(values: values)
        let hasKey = match.contains { key in key.allSatisfy { values[$0] != nil } }
        record.isInvalid = random.chance(8) || !(hasKey || type.allowsNoKey)
        record.blankLinesBefore = random.chance(5) ? Int.random(in: 1...3, using: &random) : 0
        record.lines = random.chance(10) ? 2 : 1
        return record
    }

    /// Texts with long common beginnings, some of them the beginning of another.
    private static func text(_ number: Int) -> String {
        number % 3 == 0 ? "key-\(number / 3)" : "key-\(number / 3)-é0000000\(number % 3)"
    }
}
