internal import Glibc
internal import Records

/// One conversion of the system's `iconv`, from an encoding in which nothing depends on what came before.
///
/// It belongs to one lane at a time.
final class Converter {
    /// Why a run of the converter stopped before the end of its input.
    enum Stop {
        /// The next character does not fit.
        case outputFull
        /// The input ends within a character.
        case cutShort
        /// The next bytes are no character, or one that the other encoding lacks.
        case noCharacter
    }

    private let descriptor: iconv_t
    /// What C's `(size_t) -1` is in Swift.
    private static let failed = -1

    /// `nil` where this system has no such conversion.
    init?(from source: String, to target: String) {
        // The call answers -1 for an error, which no pointer is.
        guard let descriptor = iconv_open(target, source), Int(bitPattern: descriptor) != -1 else {
            return nil
        }
        self.descriptor = descriptor
    }

    deinit {
        iconv_close(descriptor)
    }

    /// Converts what it can.
    func run(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) -> (taken: Int, given: Int, stop: Stop?) {
        // The interface of C asks for an input that may be written to, and never writes there.
        var source = UnsafeMutableRawPointer(mutating: UnsafeRawPointer(input.baseAddress))?
            .assumingMemoryBound(to: CChar.self)
        var target = UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self)
        var (left, room) = (input.count, output.count)
        let result = iconv(descriptor, &source, &left, &target, &room)
        let number = errno
        let done = (taken: input.count - left, given: output.count - room)
        guard result == Self.failed else { return (done.taken, done.given, nil) }
        let stop: Stop =
            switch number {
            case E2BIG: .outputFull
            case EINVAL: .cutShort
            default: .noCharacter
            }
        return (done.taken, done.given, stop)
    }

    /// Gives what the converter holds back until it knows what follows, and begins anew; `nil` where it does not
    /// fit.
    func flush(into output: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        var target = UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self)
        var room = output.count
        guard iconv(descriptor, nil, nil, &target, &room) != Self.failed else { return nil }
        return output.count - room
    }
}
