/// Under which key encrypted values are sealed anew.
package struct RotatePlan: Hashable, Sendable, Codable {
    package var keyID: String

    package init(keyID: String) {
        self.keyID = keyID
    }
}
