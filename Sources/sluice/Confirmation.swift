internal import Glibc
internal import SluiceEngine

/// Asks before something is done that cannot be taken back.
enum Confirmation {
    /// Goes on where `yes` says that it is meant, or the one at the terminal does.
    ///
    /// - Throws: `not_confirmed`, also where nobody can be asked.
    static func ask(_ question: String, unless yes: Bool) throws(Failure) {
        if yes { return }
        guard isatty(STDIN_FILENO) == 1 else {
            throw Failure(
                .refused, code: "not_confirmed", message: "this asks first, and nobody is here to answer",
                hint: "Say that it is meant with --yes.")
        }
        Console.raw("\(question) [y/N] ")
        guard ["y", "yes"].contains(readLine()?.lowercased()) else {
            throw Failure(.refused, code: "not_confirmed", message: "left as it is")
        }
    }
}
