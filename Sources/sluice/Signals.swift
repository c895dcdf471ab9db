internal import Dispatch
internal import Glibc
internal import SluiceEngine

/// Turns signals into the wish to stop after the batch at hand.
///
/// `@unchecked Sendable`: the sources are made once and only kept.
final class Signals: @unchecked Sendable {
    private let sources: [any DispatchSourceSignal]

    /// SIGINT cancels; SIGTERM and SIGHUP (a closed terminal) interrupt, to be resumed.
    init(stopping stop: StopSignal) {
        let reasons: [(Int32, StopSignal.Reason)] = [
            (SIGINT, .cancelled), (SIGTERM, .interrupted), (SIGHUP, .interrupted),
        ]
        let queue = DispatchQueue(label: "sluice.signals")
        sources = reasons.map { number, reason in
            // The default action would end the process before the source is told.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in stop.stop(reason) }
            source.resume()
            return source
        }
    }
}
