internal import Glibc

/// Texts by the order of their bytes, which in UTF-8 is that of the characters' numbers.
enum TextOrder {
    /// Below 0 where `text` stands before `other`, 0 where they are equal.
    static func compare(_ text: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Int {
        let common = min(text.count, other.count)
        if common > 0, let left = text.baseAddress, let right = other.baseAddress {
            let order = memcmp(left, right, common)
            if order != 0 { return Int(order) }
        }
        return text.count - other.count
    }
}

/// The texts that a comparison holds for.
struct TextRange: Hashable, Sendable {
    private struct End: Hashable, Sendable {
        var text: [UInt8]
        var isIncluded: Bool
    }

    private var lower: End? = nil
    private var upper: End? = nil

    /// Both ends included.
    init(from first: [UInt8], to last: [UInt8]) {
        lower = End(text: first, isIncluded: true)
        upper = End(text: last, isIncluded: true)
    }

    init(_ comparison: FieldTest.Comparison, _ text: [UInt8]) {
        switch comparison {
        case .equal:
            lower = End(text: text, isIncluded: true)
            upper = lower
        case .less: upper = End(text: text, isIncluded: false)
        case .lessOrEqual: upper = End(text: text, isIncluded: true)
        case .greater: lower = End(text: text, isIncluded: false)
        case .greaterOrEqual: lower = End(text: text, isIncluded: true)
        }
    }

    func contains(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if let lower {
            let order = lower.text.withUnsafeBufferPointer { TextOrder.compare(text, $0) }
            guard order > 0 || order == 0 && lower.isIncluded else { return false }
        }
        if let upper {
            let order = upper.text.withUnsafeBufferPointer { TextOrder.compare(text, $0) }
            guard order < 0 || order == 0 && upper.isIncluded else { return false }
        }
        return true
    }
}

/// A few texts or many, found by halving.
struct SortedTexts: Hashable, Sendable {
    /// The texts in their order, one after the other, and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    init(_ texts: [[UInt8]]) {
        for text in texts.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            bytes += text
            ends.append(bytes.count)
        }
    }

    func contains(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var (low, high) = (0, ends.count)
            while low < high {
                let middle = (low + high) / 2
                let start = middle == 0 ? 0 : ends[middle - 1]
                let order = TextOrder.compare(
                    text, UnsafeBufferPointer(rebasing: bytes[start..<ends[middle]]))
                if order == 0 { return true }
                if order > 0 { low = middle + 1 } else { high = middle }
            }
            return false
        }
    }
}

/// Looks for a text within another.
enum TextSearch {
    /// Whether `part`, which is not empty, stands anywhere in a text.
    static func text(_ text: UnsafeBufferPointer<UInt8>, contains part: [UInt8]) -> Bool {
        guard var at = text.baseAddress, text.count >= part.count else { return false }
        return part.withUnsafeBufferPointer { part in
            guard let wanted = part.baseAddress else { return true }
            let end = at + (text.count - part.count) + 1
            // The first byte is found by the C library, which looks at many at once.
            while at < end, let found = memchr(at, Int32(wanted[0]), end - at) {
                let candidate = found.assumingMemoryBound(to: UInt8.self)
                if memcmp(candidate, wanted, part.count) == 0 { return true }
                at = UnsafePointer(candidate) + 1
            }
            return false
        }
    }
}
