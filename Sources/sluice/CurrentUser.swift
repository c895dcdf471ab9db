internal import Glibc

/// Who is asking.
enum CurrentUser {
    /// The name of the process's user, else the number.
    static var name: String {
        if let entry = getpwuid(getuid()), let name = entry.pointee.pw_name { return String(cString: name) }
        return String(getuid())
    }
}
