/// Given and family names, from what is common in the United States; every pairing of them is by chance.
enum Names {
    static let first = RankedList(
        """
        James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan \
        Joseph Jessica Thomas Sarah Christopher Karen Charles Lisa Daniel Nancy Matthew Betty Anthony Sandra \
        Mark Margaret Donald Ashley Steven Kimberly Andrew Emily Paul Donna Joshua Michelle Kenneth Carol \
        Kevin Amanda Brian Melissa George Deborah Timothy Stephanie Ronald Dorothy Jason Rebecca Edward Sharon \
        Jeffrey Laura Ryan Cynthia Jacob Amy Gary Kathleen Nicholas Angela Eric Shirley Jonathan Brenda \
        Stephen Emma Larry Anna Justin Pamela Scott Nicole Brandon Samantha Benjamin Katherine Samuel Christine \
        Gregory Helen Alexander Debra Patrick Rachel Frank Carolyn Raymond Janet Jack Maria Dennis Catherine \
        Jerry Heather Tyler Diane Aaron Olivia Jose Julie Adam Joyce Nathan Victoria Henry Ruth Zachary Virginia \
        Douglas Lauren Peter Kelly Kyle Christina Noah Joan Ethan Evelyn Jeremy Judith Walter Andrea Keith Hannah
        """)

    static let last = RankedList(
        """
        Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson \
        Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis \
        Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall \
        Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins \
        Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly \
        Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes \
        Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez O'Brien O'Connor McDonald McCoy \
        St.John Van-Dyke Smith-Jones Abernathy Birdwhistell Featherstonehaugh Ng Wu Xu Vandermeulen
        """)

    /// Names beyond ASCII, each with what its bearer would write in an e-mail address.
    static let firstBeyondASCII = RankedPairs(
        "José=jose Zoë=zoe Łukasz=lukasz 太郎=taro André=andre Søren=soren Jürgen=juergen Nuñu=nunu "
            + "Анна=anna François=francois Þóra=thora Ngọc=ngoc")
    static let lastBeyondASCII = RankedPairs(
        "Muñoz=munoz 山田=yamada Müller=mueller Núñez=nunez Kowalczyk-Żak=zak Ångström=angstrom "
            + "Nguyễn=nguyen Иванова=ivanova O’Hara=ohara Gonçalves=goncalves Strauß=strauss")

    static func slug(_ name: [UInt8]) -> [UInt8] {
        name.compactMap { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte
            default: nil
            }
        }
    }
}

/// Names, each with its form in an e-mail address.
struct RankedPairs: Sendable {
    let names: [[UInt8]]
    let slugs: [[UInt8]]

    /// - Parameter pairs: `name=slug`, parted by spaces.
    init(_ pairs: String) {
        let parts = pairs.split(separator: " ").map { $0.split(separator: "=") }
        names = parts.map { Array($0[0].utf8) }
        slugs = parts.map { Array($0[1].utf8) }
    }

    /// The names of a list, with their letters in lower case.
    init(_ list: RankedList) {
        names = list.words
        slugs = list.words.map(Names.slug)
    }
}
