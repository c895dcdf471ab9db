import Records

/// Where the values of a fixed-width file lie in its lines.
///
/// For the parser such a file has one field a line: plane 0, which tells no more than whether a line is plain.
struct FixedLines: Hashable, Sendable {
    /// Ascending by start, each once; slice *i* fills plane *i* + 1.
    let slices: [Slice]
    /// Characters each line must have; `nil` where any number will do.
    let recordLength: Int?

    init(document: InputFilterDocument, recordLength: Int?) {
        let all = document.columns.flatMap(\.references).compactMap { reference -> Slice? in
            guard case .slice(let slice) = reference else { return nil }
            return slice
        }
        slices = Set(all).sorted { ($0.start, $0.length) < ($1.start, $1.length) }
        self.recordLength = recordLength
    }

    static let firstPlane = 1

    /// Fills the planes of the slices, without the spaces at both ends of each.
    ///
    /// Lines of another length, and such as are not UTF-8, get a fault and blank cells. In a plain line
    /// characters are bytes; only of other lines they have to be counted.
    func fill(_ batch: RecordBatch) {
        let storage = batch.storage
        var scalarStarts: [Int] = []
        for record in 0..<batch.count {
            let place = storage.places[record]
            guard case .none = place.fault else {
                blank(record, storage)
                continue
            }
            let line = Line(start: Int(place.start), length: Int(place.end - place.start))
            // More than one field: the byte that no UTF-8 text has parted the line.
            if storage.plane(0)[record].notPlain || place.fieldCount > 1 {
                fill(record, storage, line, &scalarStarts)
            } else if let recordLength, recordLength != line.length {
                storage.places[record].fault = .lineLength
                blank(record, storage)
            } else {
                for (index, slice) in slices.enumerated() {
                    let start = min(slice.start, line.length)
                    let range = line.start + start..<line.start + min(slice.end, line.length)
                    storage.plane(Self.firstPlane + index)[record] =
                        storage.trimmedSource(range, notPlain: false)
                }
            }
        }
    }

    /// A line's bytes in the source.
    private struct Line {
        var start: Int
        var length: Int
    }

    private func fill(
        _ record: Int, _ storage: BatchStorage, _ line: Line, _ scalarStarts: inout [Int]
    ) {
        let bytes = UnsafeBufferPointer(start: storage.source + line.start, count: line.length)
        if let fault = Self.firstFault(in: bytes) {
            storage.places[record].fault = .lineEncoding
            storage.places[record].faultOffset = UInt32(line.start + fault)
            blank(record, storage)
            return
        }
        scalarStarts.removeAll(keepingCapacity: true)
        for index in bytes.indices where bytes[index] & 0xC0 != 0x80 { scalarStarts.append(index) }
        if let recordLength, recordLength != scalarStarts.count {
            storage.places[record].fault = .lineLength
            blank(record, storage)
            return
        }
        func offset(_ character: Int) -> Int {
            line.start + (character < scalarStarts.count ? scalarStarts[character] : line.length)
        }
        for (index, slice) in slices.enumerated() {
            storage.plane(Self.firstPlane + index)[record] =
                storage.trimmedSource(offset(slice.start)..<offset(slice.end), notPlain: true)
        }
    }

    private func blank(_ record: Int, _ storage: BatchStorage) {
        for index in slices.indices { storage.plane(Self.firstPlane + index)[record] = .blank }
    }

    /// The first byte that belongs to no UTF-8 sequence.
    private static func firstFault(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    /// Characters of a line that is UTF-8, for messages.
    static func characters(of place: RecordPlace, in storage: BatchStorage) -> Int {
        (Int(place.start)..<Int(place.end)).count { storage.source[$0] & 0xC0 != 0x80 }
    }
}
