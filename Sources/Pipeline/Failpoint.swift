internal import Glibc

/// Places where a test may have the process killed, named by `SLUICE_FAILPOINT=NAME:N` (the Nth time).
///
/// For the kill tests alone; where the variable is not set, a place costs one comparison.
package enum Failpoint {
    private static let wanted: (name: String, time: Int)? = {
        guard let value = getenv("SLUICE_FAILPOINT") else { return nil }
        let parts = String(cString: value).split(separator: ":")
        guard parts.count == 2, let time = Int(parts[1]) else { return nil }
        return (String(parts[0]), time)
    }()

    private static let hits = Lock(0)

    package static func hit(_ name: String) {
        guard let wanted, wanted.name == name else { return }
        let count = hits.withLock { hits in
            hits += 1
            return hits
        }
        if count == wanted.time { kill(getpid(), SIGKILL) }
    }
}
