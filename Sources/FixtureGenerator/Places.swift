/// A city with what its phone numbers and postal codes begin with.
struct Place: Sendable {
    let city: [UInt8]
    let state: [UInt8]
    /// Three digits.
    let areaCode: Int
    /// The first three of five digits; some begin with zero.
    let postalPrefix: Int
}

enum Places {
    static let all: [Place] =
        """
        New York,NY,212,100|Los Angeles,CA,213,900|Chicago,IL,312,606|Houston,TX,713,770|Phoenix,AZ,602,850|\
        Philadelphia,PA,215,191|San Antonio,TX,210,782|San Diego,CA,619,921|Dallas,TX,214,752|\
        San Jose,CA,408,951|Austin,TX,512,787|Jacksonville,FL,904,322|Columbus,OH,614,432|Charlotte,NC,704,282|\
        Indianapolis,IN,317,462|San Francisco,CA,415,941|Seattle,WA,206,981|Denver,CO,303,802|\
        Washington,DC,202,200|Boston,MA,617,021|El Paso,TX,915,799|Nashville,TN,615,372|Detroit,MI,313,482|\
        Portland,OR,503,972|Las Vegas,NV,702,891|Memphis,TN,901,381|Louisville,KY,502,402|Baltimore,MD,410,212|\
        Milwaukee,WI,414,532|Albuquerque,NM,505,871|Tucson,AZ,520,857|Fresno,CA,559,937|Sacramento,CA,916,958|\
        Kansas City,MO,816,641|Atlanta,GA,404,303|Omaha,NE,402,681|Raleigh,NC,919,276|Miami,FL,305,331|\
        Oakland,CA,510,946|Minneapolis,MN,612,554|Tulsa,OK,918,741|Wichita,KS,316,672|New Orleans,LA,504,701|\
        Cleveland,OH,216,441|Honolulu,HI,808,968|Newark,NJ,973,071|Anchorage,AK,907,995|St. Louis,MO,314,631|\
        Pittsburgh,PA,412,152|Hartford,CT,860,061|Providence,RI,401,029|Burlington,VT,802,054|Reno,NV,775,895|\
        Manchester,NH,603,031|Boise,ID,208,837|Salt Lake City,UT,801,841|Coeur d'Alene,ID,208,838
        """.split(separator: "|").compactMap { line in
            let parts = line.split(separator: ",")
            guard parts.count == 4, let area = Int(parts[2]), let prefix = Int(parts[3]) else { return nil }
            return Place(
                city: Array(parts[0].utf8), state: Array(parts[1].utf8), areaCode: area, postalPrefix: prefix)
        }

    static let streets = RankedList(
        """
        Main St|Oak St|Park Ave|Maple Ave|2nd St|Cedar Ln|Pine St|Elm St|Washington Blvd|Lake Dr|Hill Rd|\
        Walnut St|Spring St|North Ave|Ridge Rd|Church St|Sunset Blvd|Willow Way|River Rd|Mill Rd|Chestnut St|\
        Martin Luther King Jr Blvd|Broadway|Highland Ave|Valley View Dr|Meadow Ln|Forest Ave|Jefferson St|\
        Old Post Rd|County Road 12|County Road 7|Court St
        """)

    static let firms = RankedList(
        """
        Smith, Jones & Co.|Baker, Reed & Sons|Acme Estates, Inc.|Doe, Roe & Partners, LLP|\
        Harbor Trust, N.A.|Example Care, Inc.
        """)

    static let agentTeams = RankedList(
        """
        Billing|Collections A|Collections B|Retention|Care|Onboarding|Night Desk|Recovery, West|Spanish
        """)
}
