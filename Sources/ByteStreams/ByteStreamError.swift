internal import Glibc
package import Records

/// Why bytes could not be read or written.
package struct ByteStreamError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure a caller may want to tell apart; the raw value is what programs are told.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        case notFound = "file_not_found"
        case isDirectory = "file_is_directory"
        /// A device or a socket; or a FIFO where a file has to be.
        case notAFile = "not_a_file"
        case permissionDenied = "permission_denied"
        case cannotOpen = "cannot_open"
        /// No byte at all, also after decompression.
        case emptyFile = "empty_file"
        /// An archive or a compression that is not read here: ZIP (and so Excel), xz, bzip2.
        case unsupportedFormat = "unsupported_format"
        case readFailed = "read_failed"
        /// The file is not what it was when it was opened.
        case sourceChanged = "source_changed"
        case corruptCompression = "corrupt_compression"
        /// The file ends within a compressed member or frame.
        case truncatedCompression = "truncated_compression"
        case windowTooLarge = "window_too_large"
        case dictionaryNeeded = "dictionary_needed"
        /// UTF-16 or UTF-32 was declared, and the file has no mark that says the order of the bytes.
        case encodingOrderUnknown = "encoding_order_unknown"
        /// The system's converter does not know an encoding.
        case encodingUnavailable = "encoding_unavailable"
        /// The file grows beyond what is allowed when decompressed.
        case expansionLimit = "expansion_limit"
        /// Standard input or a FIFO gave more than may be spooled.
        case spoolLimit = "spool_limit"
        case outputExists = "output_exists"
        case outputIsInput = "output_is_input"
        case cannotCreate = "cannot_create"
        case noSpace = "no_space"
        case brokenPipe = "broken_pipe"
        case writeFailed = "write_failed"
        case cancelled = "cancelled"
    }

    package var code: Code
    /// For people: which file, where, and what.
    package var message: String
    /// For people: what to do next.
    package var hint: String?
    /// Bytes of the decompressed stream before the fault; `nil` where no stream had begun.
    package var byteOffset: UInt64?
    /// The system's `errno`, where a system call failed.
    package var systemError: Int32?

    package init(
        _ code: Code, _ message: String, hint: String? = nil, byteOffset: UInt64? = nil,
        systemError: Int32? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.byteOffset = byteOffset
        self.systemError = systemError
    }

    package var description: String { failure.description }
}

extension ByteStreamError: FailureConvertible {
    package var failure: Failure {
        Failure(kind, code: code.rawValue, message: message, hint: hint, byteOffset: byteOffset)
    }

    /// What a failure of this kind leaves behind when it ends a run on its own.
    private var kind: Failure.Kind {
        switch code {
        case .notFound, .isDirectory, .notAFile, .permissionDenied, .cannotOpen, .emptyFile,
            .unsupportedFormat, .encodingOrderUnknown, .encodingUnavailable, .spoolLimit, .outputExists,
            .outputIsInput, .cannotCreate:
            .refused
        case .readFailed, .sourceChanged, .corruptCompression, .truncatedCompression, .windowTooLarge,
            .dictionaryNeeded, .expansionLimit, .noSpace, .brokenPipe, .writeFailed, .cancelled:
            .failed
        }
    }
}

extension ByteStreamError {
    /// A file that could not be opened for reading.
    static func opening(_ name: String, _ number: Int32) -> ByteStreamError {
        switch number {
        case ENOENT, ENOTDIR:
            ByteStreamError(
                .notFound, "\(name): no such file", hint: "Check the path and the current folder.",
                systemError: number)
        case EACCES, EPERM:
            ByteStreamError(
                .permissionDenied, "\(name): this user may not read it",
                hint: "Ask the file's owner for read permission.", systemError: number)
        case EMFILE, ENFILE:
            ByteStreamError(
                .cannotOpen, "\(name): too many open files", hint: "Raise the limit with 'ulimit -n'.",
                systemError: number)
        default:
            ByteStreamError(
                .cannotOpen, "\(name): cannot be opened: \(text(number))", systemError: number)
        }
    }

    /// A file that could not be created.
    static func creating(_ name: String, _ number: Int32) -> ByteStreamError {
        switch number {
        case EEXIST:
            ByteStreamError(.outputExists, "\(name): exists already", systemError: number)
        case ENOENT, ENOTDIR:
            ByteStreamError(
                .cannotCreate, "\(name): its folder does not exist", hint: "Create the folder first.",
                systemError: number)
        case EACCES, EPERM, EROFS:
            ByteStreamError(
                .permissionDenied, "\(name): this user may not write there: \(text(number))",
                systemError: number)
        case ENOSPC, EDQUOT:
            writing(name, number)
        default:
            ByteStreamError(
                .cannotCreate, "\(name): cannot be created: \(text(number))", systemError: number)
        }
    }

    /// A write, a sync or a rename that failed.
    static func writing(_ name: String, _ number: Int32) -> ByteStreamError {
        switch number {
        case ENOSPC, EDQUOT:
            ByteStreamError(
                .noSpace, "\(name): no space left on the disk", hint: "Free some space and run again.",
                systemError: number)
        case EFBIG:
            ByteStreamError(
                .noSpace, "\(name): the file-size limit of this process is reached",
                hint: "Raise the limit with 'ulimit -f'.", systemError: number)
        case EPIPE:
            ByteStreamError(
                .brokenPipe, "\(name): the reader closed the pipe before all was written",
                systemError: number)
        default:
            ByteStreamError(.writeFailed, "\(name): cannot be written: \(text(number))", systemError: number)
        }
    }

    /// The system's words for an `errno`.
    static func text(_ number: Int32) -> String {
        // glibc's strerror answers from the thread's own buffer.
        String(cString: strerror(number))
    }

    /// Ends a step early where its task has been cancelled.
    static func checkCancelled(_ name: String) throws(ByteStreamError) {
        if Task.isCancelled { throw ByteStreamError(.cancelled, "\(name): cancelled") }
    }
}
