internal import ByteStreams
package import Records
package import Store

extension StorePaths {
    /// Makes sure that an output would not take the place of a file of the database, however the path is spelled.
    ///
    /// - Throws: `output_is_input`.
    package func expectApart(from output: String?) throws(Failure) {
        guard let output, output != "-" else { return }
        let files = [database, database + "-wal", database + "-shm", turnLock, turnGate, runLock]
        guard files.contains(where: { OutputFile.isSameDestination($0, output) }) else { return }
        throw Failure(
            .refused, code: "output_is_input", message: "\(output): the output would replace the database",
            hint: "Give the output another name.")
    }
}
