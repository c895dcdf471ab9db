/// An input filter or export format by its document.
package struct DocumentChoice: Hashable, Sendable {
    /// What messages call the document: the file's name, or that of one which ships or is saved.
    package var document: String
    package var yaml: String
    /// The version that was saved or ships with exactly this document; 0 where none was.
    package var version: Int

    package init(document: String, yaml: String, version: Int = 0) {
        self.document = document
        self.yaml = yaml
        self.version = version
    }
}
