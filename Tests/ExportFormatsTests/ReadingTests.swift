import Records
import TestSupport
import Testing

@testable import ExportFormats

@Suite("Export formats as documents")
struct ReadingTests {
    @Test("every shipped format is a sound document, named as its file")
    func shipped() throws {
        #expect(ShippedFormats.all.count == 10)
        for (name, yaml) in ShippedFormats.all { #expect(try read(yaml).name == name) }
    }

    @Test("a document says how the file is written and how values are")
    func settings() throws {
        let format = try read(
            """
            name: clinic
            recordType: contact
            file: {delimiter: tab, quote: "'", quoting: all, encoding: windows-1252, lineEnd: crlf, formulas: guarded,
                   unencodable: replace, header: false}
            dates: dd.MM.yyyy
            dateTimes: {pattern: "dd.MM.yyyy HH:mm XXX", timeZone: Europe/Vienna}
            numbers: {decimal: ",", grouping: "."}
            booleans: {true: "ja", false: "nein"}
            blank: "-"
            lists: " | "
            columns:
              - {field: id}
              - {field: first_name, header: Vorname}
              - {field: account.name, header: Firma, list: "/"}
              - {field: paymentBalance, number: {decimal: "."}, hidden: true, blank: ""}
            """)
        #expect(format.dialect.delimiter == 9 && format.dialect.quote == UInt8(ascii: "'"))
        #expect(!format.dialect.hasHeader && format.quoting == .all && format.lineEnd == .crlf)
        #expect(format.encoding.name == "windows-1252" && format.unencodable == .replace)
        #expect(format.style.guardsFormulas && format.style.booleans.yes == "ja")
        #expect(
            format.style.dates?.text == "dd.MM.yyyy" && format.style.moments.timeZone.name == "Europe/Vienna")
        #expect(format.style.numbers.decimal == UInt8(ascii: ",") && format.style.blank == "-")
        #expect(format.columns.map(\.header) == ["id", "Vorname", "Firma", "paymentBalance"])
        #expect(format.columns.map(\.style.listSeparator) == [" | ", " | ", "/", " | "])
        #expect(format.columns[3].isHidden && format.columns[3].style.blank.isEmpty)
        #expect(format.columns[3].style.numbers.grouping == UInt8(ascii: "."))
    }

    @Test(
        "what is wrong is told with line, column and what to do",
        arguments: [
            ("colums: []", "bad_document", "line 3, column 9: unknown key 'colums'"),
            ("columns: [{field: firstNam}]", "unknown_field", "columns[1].field"),
            ("columns: [{field: acount.name}]", "unknown_field", "acount"),
            ("columns: [{field: firstName, heder: a}]", "bad_document", "heder"),
            ("columns: [{field: id, header: Id}, {field: firstName, header: I_D}]", "header_twice", "I_D"),
            ("columns: [{field: id, hidden: true}]", "bad_document", "no column is shown"),
            ("columns: [{field: id, width: 3}]", "bad_document", "fixed-width"),
            ("columns: [{field: firstName, date: dd.MM.yyyy}]", "option_unfit", "text"),
            ("columns: [{field: dateOfBirth, date: dd.MM.yy}]", "bad_date_pattern", "yy"),
            ("columns: [{field: dateOfBirth, date: \"dd.MM.yyyy HH:mm\"}]", "bad_date_pattern", "hours"),
            ("columns: []", "bad_document", "no column"),
            ("dateTimes: {timeZone: Europe/Wien}", "unknown_time_zone", "Europe/Wien"),
            ("numbers: {decimal: \";\"}", "bad_number_format", "decimal"),
            ("numbers: {decimal: \",\", grouping: \",\"}", "bad_number_format", "same"),
            ("booleans: {true: a, false: a}", "bad_booleans", "two"),
            ("file: {delimiter: \"::\"}", "bad_delimiter", "delimiter"),
            ("file: {quote: \",\"}", "bad_quote", "same"),
            ("file: {quote: none, quoting: all}", "bad_document", "no quote"),
            ("file: {encoding: utf-9}", "unknown_encoding", "utf-9"),
            ("file: {encoding: utf-16}", "encoding_order_unknown", "order"),
            ("file: {encoding: latin1, mark: true}", "bad_mark", "mark"),
            ("file: {lineEnd: cr}", "bad_document", "lf, crlf"),
            ("file: {format: fixedWidth}", "bad_document", "columns"),
            ("file: {format: fixedWidth, delimiter: tab}\ncolumns: []", "bad_document", "no use"),
            ("file: {format: fixedWidth}\ncolumns: [{field: id}]", "bad_document", "'width' is missing"),
            ("file: {format: fixedWidth}\ncolumns: [{field: id, width: 0}]", "bad_width", "1 to"),
            ("file: {format: fixedWidth}\ncolumns: [{field: id, width: 5, pad: é}]", "bad_padding", "ASCII"),
            ("file: {format: fixedWidth}\ncolumns: [{field: dateOfBirth, width: 9}]", "bad_width", "10"),
            ("file: {format: fixedWidth}\ncolumns: [{field: smsConsent, width: 6}]", "bad_width", "unknown"),
            ("file: {format: fixedWidth}\ncolumns: [{field: active, width: 4}]", "bad_width", "false"),
            (
                "file: {format: fixedWidth, header: true}\ncolumns: [{field: city, width: 3}]", "bad_width",
                "header"
            ),
            (
                "file: {format: fixedWidth}\ncolumns: [{field: city, width: 9, blank: \"a\\nb\"}]",
                "line_end_in_value", "the blank"
            ),
            ("file: {encoding: iso-2022-jp}", "encoding_unsupported", "iso-2022-jp"),
        ])
    func faults(settings: String, code: String, words: String) throws {
        let error = #expect(throws: Failure.self) {
            try read("name: test\nrecordType: contact\n\(settings)\n")
        }
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasPrefix("test.yaml, line ") == true, "\(error?.message ?? "")")
    }

    @Test("columns without a record type, and a wrong name, are refused")
    func withoutType() throws {
        #expect(throws: Failure.self) { try read("name: a\ncolumns: [{field: id}]") }
        for name in ["a b", "-a", "\"\"", "ä"] { #expect(throws: Failure.self) { try read("name: \(name)") } }
    }

    @Test(
        "an export takes the columns that the format shows, or those that it asks for as the format has them")
    func columns() throws {
        let yaml =
            "name: a\nrecordType: contact\ncolumns: [{field: lastName, header: Name}, {field: city, header: Ort, hidden: true}]"
        #expect(try ExportLayout(yaml).columns.map(\.header) == ["Name"])
        #expect(
            try ExportLayout(yaml, columns: ["city", "firstName", "lastName"]).columns.map(\.header) == [
                "Ort", "firstName", "Name",
            ])
        #expect(throws: Failure.self) { try ExportLayout(yaml, columns: ["city", "City"]) }
        #expect(throws: Failure.self) { try ExportLayout(yaml, type: "account") }
        let clash = "name: a\nrecordType: contact\ncolumns: [{field: lastName, header: City}]"
        #expect(throws: Failure.self) { try ExportLayout(clash, columns: ["lastName", "city"]) }
        let fixed =
            "name: a\nrecordType: contact\nfile: {format: fixedWidth}\ncolumns: [{field: lastName, width: 9}]"
        #expect(throws: Failure.self) { try ExportLayout(fixed, columns: ["city"]) }
    }

    @Test("a format that names no record type fits any, with all fields but the encrypted ones")
    func anyType() throws {
        let catalogue = try Catalogue.builtIn()
        for type in catalogue.types {
            let layout = try ExportLayout("name: a", type: type.name)
            #expect(layout.columns.map(\.path.name) == type.fields.filter { !$0.isEncrypted }.map(\.name))
        }
    }
}
