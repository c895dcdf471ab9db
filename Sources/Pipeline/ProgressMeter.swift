package import Records

/// Turns what is done into a rate and a remaining time that people can believe.
///
/// The rate is smoothed over some seconds; the remaining time comes from bytes, and is told only once a second
/// of work has shown what the rate is.
package struct ProgressMeter: Sendable {
    /// Where it is not known beforehand, it may be reckoned better and better.
    package var bytesTotal: UInt64
    private var bytesDone: UInt64 = 0
    /// What the last rate was reckoned from.
    private var markedBytes: UInt64 = 0
    private var markedRecords: UInt64 = 0
    private var lastMoment: Duration?
    private var began: Duration?
    private var bytesPerSecond = 0.0
    private var recordsPerSecond = 0.0

    /// How long a change of rate takes to show: shorter shakes, longer lies.
    private static let smoothing = Duration.seconds(3)
    private static let silence = Duration.seconds(1)

    package init(bytesTotal: UInt64) {
        self.bytesTotal = bytesTotal
    }

    /// Takes note that by `moment` (since any fixed point) so much of the file was done.
    package mutating func note(bytesDone: UInt64, records: UInt64, at moment: Duration) {
        self.bytesDone = max(self.bytesDone, bytesDone)
        guard let last = lastMoment else {
            mark(bytesDone, records, moment)
            began = moment
            return
        }
        let seconds = (moment - last).seconds
        guard seconds > 0.05 else { return }
        let weight = bytesPerSecond == 0 ? 1 : min(1, seconds / Self.smoothing.seconds)
        let bytes = Double(bytesDone) - Double(markedBytes)
        let count = Double(records) - Double(markedRecords)
        mark(bytesDone, records, moment)
        bytesPerSecond += (max(0, bytes) / seconds - bytesPerSecond) * weight
        recordsPerSecond += (max(0, count) / seconds - recordsPerSecond) * weight
    }

    private mutating func mark(_ bytes: UInt64, _ records: UInt64, _ moment: Duration) {
        markedBytes = bytes
        markedRecords = records
        lastMoment = moment
    }

    /// What is known now.
    package var progress: UserTask.Progress {
        var progress = UserTask.Progress()
        progress.bytesDone = min(bytesDone, bytesTotal)
        progress.bytesTotal = bytesTotal
        progress.recordsPerSecond = recordsPerSecond.rounded()
        if let began, let last = lastMoment, last - began >= Self.silence, bytesPerSecond > 0 {
            let left = (Double(bytesTotal) - Double(progress.bytesDone)) / bytesPerSecond
            progress.etaSeconds = (left * 10).rounded() / 10
        }
        return progress
    }
}

extension Duration {
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
