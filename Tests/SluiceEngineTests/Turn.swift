import Glibc

/// The turn of a run, as another process at work on the database holds it.
final class Turn {
    private let descriptor: Int32

    struct NotFree: Error {}

    /// Takes it, on a database that no run is writing to.
    init(of database: String) throws {
        descriptor = open("\(database)-run", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        var request = flock()
        request.l_type = Int16(F_WRLCK)
        request.l_whence = Int16(SEEK_SET)
        // F_OFD_SETLK, which <fcntl.h> hides behind a feature macro.
        guard descriptor >= 0, fcntl(descriptor, 37, &request) == 0 else { throw NotFree() }
    }

    /// Lets go of it.
    func end() { close(descriptor) }
}
