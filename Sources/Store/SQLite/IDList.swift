extension Sequence<Int64> {
    /// Ids as one parameter, which `json_each` takes apart.
    var json: String { "[\(map(String.init).joined(separator: ","))]" }
}
