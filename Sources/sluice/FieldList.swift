internal import SluiceEngine

/// Several names in one option, with commas between them.
enum FieldList {
    static func parts(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            String(part.drop { $0 == " " })
        }
    }

    /// What to order by, `-` before a field for the greatest first.
    static func sortKeys(_ text: String) -> [ExportPlan.SortKey] {
        parts(text).map(ExportPlan.SortKey.init(text:))
    }
}
