/// The names of encodings: ours, the converter's, and those that users and other programs write.
enum EncodingNames {
    struct Entry {
        let name: String
        let converter: String
        /// Other names in use, as ``comparable(_:)`` leaves them.
        let aliases: [String]

        init(_ name: String, _ converter: String, _ aliases: String...) {
            self.name = name
            self.converter = converter
            self.aliases = aliases
        }
    }

    /// A standard's name that common programs take for its vendor's superset is read as that one: what is
    /// called Shift-JIS, EUC-KR and GB 2312 nearly always comes from Windows.
    static let table: [Entry] = [
        // ASCII is part of UTF-8.
        Entry("utf-8", "UTF-8", "utf8sig", "utf8bom", "cp65001", "ascii", "usascii"),
        Entry("utf-16", "UTF-16", "unicode", "ucs2"),
        Entry("utf-16le", "UTF-16LE", "ucs2le"),
        Entry("utf-16be", "UTF-16BE", "ucs2be"),
        Entry("utf-32", "UTF-32", "ucs4"),
        Entry("utf-32le", "UTF-32LE", "ucs4le"),
        Entry("utf-32be", "UTF-32BE", "ucs4be"),
        Entry("windows-1250", "CP1250", "cp1250", "win1250"),
        Entry("windows-1251", "CP1251", "cp1251", "win1251"),
        Entry("windows-1252", "CP1252", "cp1252", "win1252"),
        Entry("windows-1253", "CP1253", "cp1253", "win1253"),
        Entry("windows-1254", "CP1254", "cp1254", "win1254"),
        Entry("windows-1255", "CP1255", "cp1255", "win1255"),
        Entry("windows-1256", "CP1256", "cp1256", "win1256"),
        Entry("windows-1257", "CP1257", "cp1257", "win1257"),
        Entry("windows-1258", "CP1258", "cp1258", "win1258"),
        Entry("windows-874", "CP874", "cp874", "win874"),
        Entry("iso-8859-1", "ISO-8859-1", "latin1", "l1", "88591"),
        Entry("iso-8859-2", "ISO-8859-2", "latin2", "l2", "88592"),
        Entry("iso-8859-3", "ISO-8859-3", "latin3", "l3", "88593"),
        Entry("iso-8859-4", "ISO-8859-4", "latin4", "l4", "88594"),
        Entry("iso-8859-5", "ISO-8859-5", "cyrillic", "88595"),
        Entry("iso-8859-6", "ISO-8859-6", "arabic", "88596"),
        Entry("iso-8859-7", "ISO-8859-7", "greek", "88597"),
        Entry("iso-8859-8", "ISO-8859-8", "hebrew", "88598"),
        Entry("iso-8859-9", "ISO-8859-9", "latin5", "l5", "88599"),
        Entry("iso-8859-10", "ISO-8859-10", "latin6", "l6", "885910"),
        Entry("iso-8859-11", "ISO-8859-11", "tis620", "thai", "885911"),
        Entry("iso-8859-13", "ISO-8859-13", "latin7", "l7", "885913"),
        Entry("iso-8859-14", "ISO-8859-14", "latin8", "l8", "885914"),
        Entry("iso-8859-15", "ISO-8859-15", "latin9", "latin0", "l9", "885915"),
        Entry("iso-8859-16", "ISO-8859-16", "latin10", "l10", "885916"),
        Entry("koi8-r", "KOI8-R"),
        Entry("koi8-u", "KOI8-U"),
        Entry("macintosh", "MACINTOSH", "mac", "macroman", "xmacroman"),
        Entry("mac-cyrillic", "MAC-CYRILLIC", "xmaccyrillic"),
        Entry("mac-centraleurope", "MAC-CENTRALEUROPE", "maccentraleuropean", "maclatin2", "macce"),
        Entry("ibm437", "IBM437", "cp437", "437", "dos437"),
        Entry("ibm850", "IBM850", "cp850", "850", "dos850"),
        Entry("ibm852", "IBM852", "cp852", "852", "dos852"),
        Entry("ibm855", "IBM855", "cp855", "855", "dos855"),
        Entry("ibm857", "IBM857", "cp857", "857", "dos857"),
        Entry("ibm858", "IBM858", "cp858", "858", "dos858"),
        Entry("ibm862", "IBM862", "cp862", "862", "dos862"),
        Entry("ibm866", "IBM866", "cp866", "866", "dos866"),
        Entry("shift-jis", "CP932", "sjis", "xsjis", "cp932", "ms932", "windows31j", "mskanji", "sjiswin"),
        Entry("euc-jp", "EUC-JP", "ujis", "xeucjp"),
        Entry("gb18030", "GB18030"),
        Entry("gbk", "GBK", "cp936", "ms936", "windows936", "gb2312", "euccn"),
        Entry("big5", "BIG5", "bigfive", "cp950", "csbig5"),
        Entry("euc-kr", "UHC", "uhc", "cp949", "ms949", "windows949", "ksc5601", "ksc56011987"),
    ]

    static let ofSeveralBytes: Set<String> = [
        "utf-8", "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be", "shift-jis", "euc-jp",
        "gb18030", "gbk", "big5", "euc-kr",
    ]

    /// Our name by every name.
    static let canonical: [String: String] = {
        var names: [String: String] = [:]
        for entry in table {
            for alias in entry.aliases + [comparable(entry.name)] { names[alias] = entry.name }
        }
        return names
    }()

    /// A name as it is compared: small ASCII letters and digits alone.
    static func comparable(_ name: String) -> String {
        String(
            decoding: name.lowercased().utf8.filter { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }, as: UTF8.self)
    }

    /// The name that was most likely meant, or else all of ours.
    static func hint(for name: String) -> String {
        let ours = table.map(\.name)
        if NearestName.find(name, among: ours) == nil,
            let other = NearestName.find(name, among: table.flatMap(\.aliases))
        {
            return "Did you mean '\(other)'?"
        }
        return NearestName.hint(for: name, among: ours)
    }

    /// Why an encoding that exists is not read here; `nil` for names that mean nothing to us.
    static func reasonAgainst(_ name: String) -> String? {
        if stateful.contains(name) || name.hasPrefix("iso2022") {
            return "what a byte means depends on what came before it, so no record could be given back alone"
        }
        if ofPairs.contains(name) {
            return "some of its characters are two of Unicode's, so places could not be told exactly"
        }
        if ebcdic.contains(name) || name.hasPrefix("ebcdic") {
            return "EBCDIC files have line ends and separators of their own"
        }
        return nil
    }

    private static let stateful: Set<String> = ["utf7", "utf7imap", "hz", "hzgb2312", "scsu", "bocu1"]
    private static let ofPairs: Set<String> = [
        "big5hkscs", "shiftjisx0213", "shiftjis2004", "eucjisx0213", "eucjis2004", "tscii",
    ]
    private static let ebcdic: Set<String> = Set(
        ["037", "273", "277", "278", "280", "284", "285", "297", "500", "1026", "1047", "1140", "1141"]
            .flatMap { ["ibm\($0)", "cp\($0)"] })
}
