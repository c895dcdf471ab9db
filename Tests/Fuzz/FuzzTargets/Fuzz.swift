import CLibFuzzer
import Glibc

/// What libFuzzer calls with one made-up input after another.
private typealias Body = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

/// `fuzz TARGET` and whatever libFuzzer's command line takes; `Scripts/fuzz` starts it.
///
/// A target is a function that returns, or traps where something is not as it must be: the trap is the find.
@main
enum Fuzz {
    private static let targets: [(name: String, body: Body)] = [
        ("parser", { fuzzParser(input($0, $1)) }),
        ("decompression", { fuzzDecompression(input($0, $1)) }),
        ("filter", { fuzzFilter(input($0, $1)) }),
        ("format", { fuzzFormat(input($0, $1)) }),
        ("guess", { fuzzGuess(input($0, $1)) }),
    ]

    static func main() {
        let name = CommandLine.argc > 1 ? CommandLine.arguments[1] : ""
        guard let target = targets.first(where: { $0.name == name }) else {
            print("usage: fuzz \(targets.map(\.name).joined(separator: "|")) [libFuzzer's arguments]")
            exit(64)
        }
        // The target's name is ours; what follows is libFuzzer's.
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
        var count = CommandLine.argc - 1
        exit(LLVMFuzzerRunDriver(&count, &arguments, target.body))
    }
}

/// The input as libFuzzer gives it.
private func input(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}
