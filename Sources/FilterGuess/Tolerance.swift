/// How many values or records may be plainly bad without a guess being wrong.
///
/// One in ten; where there are fewer than ten, one, if that is not most of them. So `filters check` of a guessed document
/// ends with 0, or with 3 because of such records.
enum Tolerance {
    static func allows(bad: Int, of all: Int) -> Bool {
        bad * 10 <= all || (bad == 1 && all > 1)
    }
}
