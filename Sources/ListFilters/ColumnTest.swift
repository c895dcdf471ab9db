internal import Records

/// One question of a list filter, reduced to what a loop over cells asks.
enum ColumnTest: Sendable {
    case isBlank
    case integers(ClosedRange<Int64>)
    case oneOfIntegers([Int64])
    case equal([UInt8])
    case texts(TextRange)
    case oneOfTexts(SortedTexts)
    case part(FieldTest.TextPart, [UInt8])

    init(_ question: FieldTest.Question) {
        switch question {
        case .isEmpty: self = .isBlank
        case .compare(let comparison, .integer(let value)): self = .integers(comparison.integers(value))
        case .compare(.equal, .text(let text)): self = .equal(Array(text.utf8))
        case .compare(let comparison, .text(let text)):
            self = .texts(TextRange(comparison, Array(text.utf8)))
        case .between(.integer(let first), .integer(let last)): self = .integers(first...last)
        case .between(.text(let first), .text(let last)):
            self = .texts(TextRange(from: Array(first.utf8), to: Array(last.utf8)))
        case .compare, .between: preconditionFailure("values are plain, and those of one field of one kind")
        case .part(let part, let text): self = .part(part, Array(text.utf8))
        case .oneOf(let values):
            let integers = values.compactMap { if case .integer(let value) = $0 { value } else { nil } }
            let texts = values.compactMap { if case .text(let text) = $0 { Array(text.utf8) } else { nil } }
            self = texts.isEmpty ? .oneOfIntegers(integers.sorted()) : .oneOfTexts(SortedTexts(texts))
        }
    }

    /// Asks the first `count` cells of a plane; a blank is nothing but blank.
    func mask(_ storage: BatchStorage, plane: Int, count: Int) -> RowMask {
        let cells = storage.plane(plane)
        switch self {
        case .isBlank: return RowMask(count: count) { cells[$0].isBlank }
        case .integers(let range):
            return RowMask(count: count) { record in
                let cell = cells[record]
                return !cell.isBlank && range.contains(cell.integer)
            }
        case .oneOfIntegers(let values):
            return RowMask(count: count) { record in
                let cell = cells[record]
                return !cell.isBlank && Self.sorted(values, contains: cell.integer)
            }
        case .equal(let text):
            return texts(storage, cells, count) { $0.count == text.count && $0.elementsEqual(text) }
        case .texts(let range): return texts(storage, cells, count) { range.contains($0) }
        case .oneOfTexts(let sorted): return texts(storage, cells, count) { sorted.contains($0) }
        case .part(.startsWith, let part): return texts(storage, cells, count) { $0.starts(with: part) }
        case .part(.endsWith, let part):
            return texts(storage, cells, count) { $0.suffix(part.count).elementsEqual(part) }
        case .part(.contains, let part):
            return texts(storage, cells, count) { TextSearch.text($0, contains: part) }
        }
    }

    /// Asks the texts among the cells.
    @inline(__always)
    private func texts(
        _ storage: BatchStorage, _ cells: UnsafeMutablePointer<Cell>, _ count: Int,
        _ holds: (UnsafeBufferPointer<UInt8>) -> Bool
    ) -> RowMask {
        RowMask(count: count) { record in
            let cell = cells[record]
            return cell.isText && holds(storage.text(cell))
        }
    }

    private static func sorted(_ values: [Int64], contains value: Int64) -> Bool {
        var (low, high) = (0, values.count)
        while low < high {
            let middle = (low + high) / 2
            if values[middle] == value { return true }
            if values[middle] < value { low = middle + 1 } else { high = middle }
        }
        return false
    }
}

extension FieldTest.Comparison {
    /// The integers for which it holds: cells hold less than either end of `Int64`.
    fileprivate func integers(_ value: Int64) -> ClosedRange<Int64> {
        switch self {
        case .equal: value...value
        case .less: .min...value - 1
        case .lessOrEqual: .min...value
        case .greater: value + 1 ... .max
        case .greaterOrEqual: value ... .max
        }
    }
}
