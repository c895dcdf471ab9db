internal import Glibc

/// An exclusive lock between processes: an open-file-description lock on a small file of its own.
///
/// The system lets go of it when the process ends, however it ends; so a held lock is proof of life, and a
/// free one that nobody is at work.
package final class FileLock: Sendable {
    // <fcntl.h> of Linux; the names are hidden behind a feature macro there.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37

    private let descriptor: Int32

    /// Opens the lock's file, making it where it is missing; takes no lock yet.
    package init(path: String) throws(StoreError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StoreError(
                .cannotOpenDatabase, "cannot open the lock file \(path): \(String(cString: strerror(errno)))",
                hint: "The folder of the database must be writable.")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Takes the lock if it is free.
    package func tryLock() -> Bool {
        var request = Self.request(F_WRLCK)
        return fcntl(descriptor, Self.setLock, &request) == 0
    }

    /// Takes the lock, looking again after 1 ms, then ever longer up to 50 ms, until `limit` has passed or
    /// `givesUp` says so.
    package func lock(within limit: Duration, unless givesUp: () -> Bool = { false }) -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + limit
        var pauseMicroseconds: UInt32 = 1000
        while !tryLock() {
            guard clock.now < end, !givesUp() else { return false }
            usleep(pauseMicroseconds)
            pauseMicroseconds = min(pauseMicroseconds * 2, 50_000)
        }
        return true
    }

    package func unlock() {
        var request = Self.request(F_UNLCK)
        _ = fcntl(descriptor, Self.setLock, &request)
    }

    /// Whether a process holds the lock of `path`; asks without taking it.
    package static func isHeld(path: String) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var request = request(F_WRLCK)
        return fcntl(descriptor, getLock, &request) == 0 && Int32(request.l_type) != F_UNLCK
    }

    private static func request(_ type: Int32) -> flock {
        var request = flock()
        request.l_type = Int16(type)
        request.l_whence = Int16(SEEK_SET)
        return request
    }
}
