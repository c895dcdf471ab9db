import Testing

@Suite("Files that begin with a part of a byte-order mark")
struct PartialMarkTests {
    @Test("The part is text, whatever the file's length", arguments: [[0xEF], [0xEF, 0xBB]] as [[UInt8]])
    func partialMark(mark: [UInt8]) throws {
        let folder = try Workdir()
        let lines = (1...6000).map { "K\($0),Smith\n" }.joined()
        try folder.write("in.csv", Array("contactNumber,lastName\n".utf8) + mark + Array(lines.utf8))
        #expect(try folder.importing("contacts", "in.csv").exitCode == 3)
        try folder.write("in.csv", mark + Array("contactNumber,lastName\n\(lines)".utf8))
        #expect(try folder.importing("contacts", "in.csv").exitCode == 2)
        // Where there is no header, it is the first record's.
        try folder.write("in.csv", mark + Array(lines.utf8))
        let filter = """
            name: plain
            recordType: contact
            file: {header: false}
            columns: [{field: contactNumber, from: 1}, {field: lastName, from: 2}]
            """
        try folder.write("plain.yaml", Array(filter.utf8))
        let task = try folder.importing("contacts", "in.csv", "--filter", "plain.yaml").task()
        #expect(task.counts.rejected == 1 && task.counts.reconcile)
    }
}
