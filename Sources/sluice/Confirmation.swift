internal import Glibc
internal import SluiceEngine

/// Asks before something is done that cannot be taken back.
enum Confirmation {
    /// Whether it may be done: `yes` says so, or the one at the terminal.
    ///
    /// - Throws: `not_confirmed` where nobody can be asked.
    static func given(_ yes: Bool, to question: String) throws(Failure) -> Bool {
        if yes { return true }
        guard isatty(STDIN_FILENO) == 1 else {
            throw Failure(
                .refused, code: "not_confirmed", message: "this asks first, and nobody is here to answer",
                hint: "Say that it is meant with --yes.")
        }
        Console.raw("\(question) [y/N] ")
        let answer = readLine()?.lowercased() ?? ""
        return answer == "y" || answer == "yes"
    }
}
