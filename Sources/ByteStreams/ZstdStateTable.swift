/// A finite-state-entropy decoding table (RFC 8878, section 4.1).
struct ZstdStateTable {
    /// What one state stands for and how the next is found.
    struct State {
        var symbol: UInt8 = 0
        /// Bits to read and add to `base` for the next state.
        var bitCount: UInt8 = 0
        var base: UInt16 = 0
        /// Bits that follow the symbol.
        var extraBits: UInt8 = 0
    }

    /// A power of two of them: the first is told in as many bits as its exponent.
    let states: [State]

    /// One symbol that takes no bits.
    init(only symbol: UInt8, extraBits: [UInt8]) {
        states = [State(symbol: symbol, extraBits: extraBits[Int(symbol)])]
    }

    /// `counts` are the states of each symbol, -1 for less than one; 2^log in all.
    init(log: Int, counts: [Int], extraBits: [UInt8]) {
        let size = 1 << log
        var states = [State](repeating: State(), count: size)
        var next = counts.map { max($0, 1) }
        var top = size
        for (symbol, count) in counts.enumerated() where count == -1 {
            top -= 1
            states[top].symbol = UInt8(symbol)
        }
        let step = size >> 1 + size >> 3 + 3
        var place = 0
        for (symbol, count) in counts.enumerated() where count > 0 {
            for _ in 0..<count {
                states[place].symbol = UInt8(symbol)
                repeat { place = (place + step) & (size - 1) } while place >= top
            }
        }
        for index in 0..<size {
            let symbol = Int(states[index].symbol)
            let rank = next[symbol]
            next[symbol] += 1
            let bitCount = log - (Int.bitWidth - 1 - rank.leadingZeroBitCount)
            states[index].bitCount = UInt8(bitCount)
            states[index].base = UInt16(rank << bitCount - size)
            states[index].extraBits = extraBits[symbol]
        }
        self.states = states
    }

    /// A table as a file tells it.
    struct Description {
        let log: Int
        let counts: [Int]
        let byteCount: Int

        init(_ bytes: ArraySlice<UInt8>, maxLog: Int, maxSymbol: Int) throws(ZstdBlockCheck.Fault) {
            let fault = ZstdBlockCheck.Fault(reason: "a wrong table")
            var bitsDone = 0
            /// Bits from the first byte on, lowest first; zeros behind the end, which is checked at the end.
            func peek(_ count: Int) -> Int {
                let start = bytes.startIndex + bitsDone / 8
                let near = bytes.dropFirst(start - bytes.startIndex).prefix(4)
                return Int(ZstdFormat.number(near)) >> (bitsDone % 8) & (1 << count - 1)
            }
            log = peek(4) + 5
            bitsDone = 4
            guard log <= maxLog else { throw fault }
            var counts: [Int] = []
            var left = 1 << log
            while left > 0 {
                guard counts.count <= maxSymbol, bitsDone < bytes.count * 8 else { throw fault }
                // A value goes up to left + 1; the smaller ones are told in one bit less.
                let width = Int.bitWidth - (left + 1).leadingZeroBitCount
                let low = 1 << (width - 1) - 1
                let short = 1 << width - 2 - left
                var value = peek(width)
                if value & low < short {
                    value &= low
                    bitsDone += width - 1
                } else {
                    if value > low { value -= short }
                    bitsDone += width
                }
                let count = value - 1
                counts.append(count)
                left -= abs(count)
                guard count == 0 else { continue }
                while true {
                    let more = peek(2)
                    bitsDone += 2
                    counts.append(contentsOf: repeatElement(0, count: more))
                    guard more == 3, bitsDone < bytes.count * 8 else { break }
                }
            }
            byteCount = (bitsDone + 7) / 8
            guard left == 0, byteCount <= bytes.count, counts.count <= maxSymbol + 1 else { throw fault }
            self.counts = counts
        }
    }
}

/// Bits read from the last one back, below a mark that is the highest set bit.
struct ZstdBackwardBits {
    /// Bits not yet read.
    private(set) var left: Int
    private let bytes: UnsafeRawBufferPointer

    /// `bytes` go eight bytes beyond those that hold the bits, and are good while this is used.
    init(_ bytes: UnsafeRawBufferPointer, bitCount: Int) {
        precondition(bitCount / 8 + 8 <= bytes.count)
        self.bytes = bytes
        left = bitCount
    }

    /// Bits below the mark; `nil` where there is no mark.
    static func bitCount(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let last = bytes.last, last != 0 else { return nil }
        return bytes.count * 8 - 1 - last.leadingZeroBitCount
    }

    @inline(__always)
    func has(_ count: Int) -> Bool { count <= left }

    @inline(__always)
    mutating func skip(_ count: Int) {
        left &-= count
    }

    /// Up to 56 bits as a number; that they are there has been asked before.
    @inline(__always)
    mutating func read(_ count: Int) -> UInt64 {
        left &-= count
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: left &>> 3, as: UInt64.self))
        return word &>> UInt64(left & 7) & (1 &<< UInt64(count) &- 1)
    }
}
