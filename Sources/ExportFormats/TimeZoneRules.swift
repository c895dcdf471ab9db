internal import Glibc
package import Records

/// When the clocks of a time zone were, and will be, ahead of UTC by how much: what the system's tz database has.
package struct TimeZoneRules: Hashable, Sendable {
    /// As it was declared: `Europe/Vienna`.
    package let name: String
    /// Seconds since 1970 at which another offset begins, ascending.
    private let starts: [Int64]
    /// Seconds ahead of UTC before the first start, and from each on.
    private let offsets: [Int32]
    /// What holds after the last start; `nil` where nothing changes any more.
    private let later: YearlyRule?

    package static let utc = TimeZoneRules(name: "UTC", starts: [], offsets: [0], later: nil)

    private init(name: String, starts: [Int64], offsets: [Int32], later: YearlyRule?) {
        self.name = name
        self.starts = starts
        self.offsets = offsets
        self.later = later
    }

    /// Finds a zone by its name in the tz database; `UTC` needs none.
    ///
    /// - Throws: `unknown_time_zone`.
    package init(named name: String) throws(Failure) {
        guard name != "UTC" else {
            self = .utc
            return
        }
        guard Self.isSound(name), let bytes = Self.file("/usr/share/zoneinfo/\(name)"),
            let zone = ZoneFile(bytes)
        else {
            throw Failure(
                .refused, code: "unknown_time_zone", message: "there is no time zone '\(name)'",
                hint: "Write UTC or a name of the tz database, such as Europe/Vienna or America/New_York; "
                    + "the names are those under /usr/share/zoneinfo.")
        }
        self.init(name: name, starts: zone.starts, offsets: zone.offsets, later: zone.later)
    }

    /// Seconds that clocks are ahead of UTC at a moment in seconds since 1970.
    package func offset(at seconds: Int64) -> Int {
        guard let last = starts.last, seconds < last else {
            return later?.offset(at: seconds) ?? Int(offsets[starts.count])
        }
        // The first start past the moment.
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return Int(offsets[low])
    }

    /// A moment as clocks there show it, its offset in whole minutes.
    ///
    /// Where that is outside of the years 1 to 9999, as clocks in UTC show it. Offsets with seconds, as they were
    /// before there were zones, are cut to minutes, so that the text with its offset names the moment exactly.
    package func civilTime(milliseconds: Int64) -> CivilTime {
        let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
        let minutes = offset(at: seconds) / 60
        let local = milliseconds + Int64(minutes) * 60_000
        guard minutes != 0, CivilTime.storable.contains(local) else {
            return CivilTime(milliseconds: milliseconds)
        }
        var time = CivilTime(milliseconds: local)
        time.offsetMinutes = Int16(minutes)
        return time
    }

    /// Whether a name can be one of the database's: no way out of its folder.
    private static func isSound(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".."
                && part.utf8.allSatisfy { byte in
                    byte != 0 && byte < 0x80
                        && (Unicode.Scalar(byte).properties.isAlphabetic
                            || "0123456789_+-.".utf8.contains(byte))
                }
        }
    }

    private static func file(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // The largest has some 4 kB.
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { room in
                Glibc.read(descriptor, room.baseAddress.map { $0 + count }, room.count - count)
            }
            guard got > 0 else { break }
            count += got
        }
        return Array(bytes.prefix(count))
    }
}

/// A file of the tz database: TZif (RFC 8536), of its second part, whose times have 64 bits.
private struct ZoneFile {
    var starts: [Int64] = []
    var offsets: [Int32] = []
    var later: YearlyRule?

    init?(_ bytes: [UInt8]) {
        guard let first = Header(bytes, at: 0), first.version >= UInt8(ascii: "2") else { return nil }
        let second = Header.byteCount + first.bodyBytes(timeBytes: 4)
        guard let header = Header(bytes, at: second) else { return nil }
        var at = second + Header.byteCount
        guard bytes.count >= at + header.bodyBytes(timeBytes: 8), header.types > 0 else { return nil }
        func number(_ place: Int, _ count: Int) -> UInt64 {
            bytes[place..<place + count].reduce(0) { $0 << 8 | UInt64($1) }
        }
        for index in 0..<header.times { starts.append(Int64(bitPattern: number(at + 8 * index, 8))) }
        at += 8 * header.times
        let kinds = bytes[at..<at + header.times].map(Int.init)
        at += header.times
        guard kinds.allSatisfy({ $0 < header.types }) else { return nil }
        let seconds = (0..<header.types).map { index in
            Int32(bitPattern: UInt32(number(at + 6 * index, 4)))
        }
        offsets = [seconds[0]] + kinds.map { seconds[$0] }
        let footer = second + Header.byteCount + header.bodyBytes(timeBytes: 8)
        let text = bytes[footer...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if text.count > 1, !text[1].isEmpty { later = YearlyRule(String(decoding: text[1], as: UTF8.self)) }
    }

    private struct Header {
        static let byteCount = 44
        let version: UInt8
        let counts: [Int]

        var times: Int { counts[3] }
        var types: Int { counts[4] }

        init?(_ bytes: [UInt8], at start: Int) {
            guard bytes.count >= start + Self.byteCount, bytes[start...].starts(with: "TZif".utf8) else {
                return nil
            }
            version = bytes[start + 4]
            // UTC marks, standard marks, leap seconds, times, types, characters.
            counts = (0..<6).map { index in
                let place = start + 20 + 4 * index
                return bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            }
        }

        func bodyBytes(timeBytes: Int) -> Int {
            times * timeBytes + times + types * 6 + counts[5] + counts[2] * (timeBytes + 4) + counts[1]
                + counts[0]
        }
    }
}
