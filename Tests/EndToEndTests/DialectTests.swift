import Foundation
import Testing

@Suite("Dialects of files")
struct DialectTests {
    private func filter(_ file: String) -> String {
        """
        name: dialect
        recordType: contact
        file: \(file)
        columns:
          - {field: contactNumber, from: 1}
          - {field: firstName, from: 2}
          - {field: email, from: 3}
        """
    }

    private func rows(_ folder: Workdir) throws -> [[String]] {
        try Database(folder).rows("SELECT contact_number, first_name, email FROM contacts ORDER BY 1")
    }

    @Test("Text behind a closing quote rejects its record, and is taken as it is where the filter says so")
    func lenientQuotes() throws {
        let file = "id,name,email\n1,\"Mary\" Ann,a@example.com\n2,\"Jo\"\"e\" \"\"x,b@example.com\n3,Cy,c\n"
        for (settings, created) in [("{lenientQuotes: false}", 0), ("{lenientQuotes: true}", 2)] {
            let folder = try Workdir()
            try folder.write("in.csv", file)
            try folder.write("filter.yaml", filter(settings))
            let task = try folder.importing("contacts", "in.csv", "--filter", "filter.yaml").task()
            #expect(task.counts.created == created)
            #expect(task.byCode["text_after_quote"] == (created == 0 ? 2 : nil))
            if created > 0 {
                #expect(
                    try rows(folder) == [
                        ["1", "Mary Ann", "a@example.com"], ["2", "Jo\"e \"\"x", "b@example.com"],
                    ])
            }
            // What was rejected imports again with the same filter, to the same end.
            try folder.write("again.csv", try folder.rejects(of: task.id))
            let again = try folder.importing("contacts", "again.csv", "--filter", "filter.yaml").task()
            #expect(again.byCode == task.byCode && again.counts.read == task.counts.rejected)
        }
    }

    @Test("A file that escapes with backslashes is read, and its rejects import again as they are")
    func backslashes() throws {
        let folder = try Workdir()
        let records = [
            "id,name,email", #"1,"Mary \"M\" Ann",a@example.com"#, #"2,Jo\, jr.\\,\N"#,
            "3,Cy\\\nLee,c@example.com",
            #"4,"\N",nobody\,at"#, #"5,a\0b,d@example.com"#, "6,\"x\" y,e@example.com", "",
        ]
        try folder.write("in.csv", records.joined(separator: "\n"))
        try folder.write("filter.yaml", filter("{escape: backslash}"))
        let task = try folder.importing("contacts", "in.csv", "--filter", "filter.yaml").task()
        #expect(task.counts == ShownCounts(read: 6, created: 3, rejected: 3))
        #expect(task.byCode == ["email_malformed": 1, "nul_byte": 1, "text_after_quote": 1])
        #expect(
            try rows(folder) == [
                ["1", "Mary \"M\" Ann", "a@example.com"], ["2", "Jo, jr.\\", "-"],
                ["3", "Cy\nLee", "c@example.com"],
            ])
        let rejects = try folder.rejects(of: task.id)
        let text = String(decoding: rejects, as: UTF8.self)
        #expect(text.contains("\n6,3,email,email_malformed,"), "the line is a physical one: \(text)")
        for record in records[4...6] { #expect(text.contains("," + record + "\n")) }
        try folder.write("again.csv", rejects)
        let again = try folder.importing("contacts", "again.csv", "--filter", "filter.yaml").task()
        #expect(again.byCode == task.byCode && again.counts == ShownCounts(read: 3, rejected: 3))
    }

    @Test("An export of Hive's form, with ^A between fields and no quotes, keeps reasons with its rejects")
    func hive() throws {
        let folder = try Workdir()
        try folder.write(
            "in.csv",
            "1\u{1}Ann \"A\"\u{1}\\N\n2\u{1}B\\\u{1}b\\nC\u{1}b@example.com\n3\u{1}Cy\u{1}no, body\n")
        try folder.write(
            "filter.yaml", filter("{header: false, delimiter: \"\\x01\", quote: none, escape: backslash}"))
        let task = try folder.importing(
            "contacts", "in.csv", "--filter", "filter.yaml", "--rejects", "out.csv"
        ).task()
        #expect(task.counts == ShownCounts(read: 3, created: 2, rejected: 1))
        #expect(try rows(folder) == [["1", "Ann \"A\"", "-"], ["2", "B\u{1}b\nC", "b@example.com"]])
        #expect(!folder.has("out.csv.reasons.csv"))
        let rejects = try String(decoding: folder.read("out.csv"), as: UTF8.self)
        #expect(rejects.hasSuffix("\u{1}3\u{1}Cy\u{1}no, body\n"))
        let again = try folder.importing("contacts", "out.csv", "--filter", "filter.yaml").task()
        #expect(again.byCode == task.byCode && again.counts == ShownCounts(read: 1, rejected: 1))
    }

    @Test("A file that ends behind a backslash is refused with its place")
    func unfinishedEscape() throws {
        let folder = try Workdir()
        try folder.write("in.csv", "id,name,email\n1,Ann,\\")
        try folder.write("filter.yaml", filter("{escape: backslash}"))
        let run = try folder.importing("contacts", "in.csv", "--filter", "filter.yaml")
        #expect(run.exitCode == 2)
        let failure = try #require(run.task().failure)
        #expect(failure.code == "unfinished_escape")
        #expect(failure.line == 2 && failure.column == 3 && failure.byteOffset == 20)
    }
}
