internal import StageWork

/// Does the work of each stage once, between two marks, for `Scripts/check-instructions`.
///
/// One thread does all of it: with more of them counts would differ from run to run.
@main
struct StageCounts {
    private static let records: UInt64 = 2_000

    static func main() throws {
        for stage in Stage.inPlace {
            for shape in Shape.allCases {
                let run = try StageRun(stage, shape, records: shape == .wide ? records / 5 : records)
                try run.prepare()
                passMark("\(stage.rawValue) \(shape.rawValue) begins")
                try run.runInPlace()
                passMark("\(stage.rawValue) \(shape.rawValue)")
            }
        }
    }
}

/// What callgrind writes its counts at: those since the mark before.
@inline(never)
func passMark(_ name: String) {
    print(name)
}
