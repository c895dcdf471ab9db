/// A made-up company, in numbers; text is made of them when a column is written.
struct AccountRecord {
    var key: UInt64
    private var hasAccountNumber: Bool
    private var name: (head: Int, trade: Int, ending: Int)
    private var employees: Int?
    private(set) var revenueHundredths: Int?
    private var phone: FictionalPhone?
    private var address: StreetAddress
    private var place: Int
    private var postalSuffix: Int
    private var sicCode: Int?

    init(_ index: UInt64, key: UInt64, seed: UInt64) {
        var random = SplitMix64(seed: seed, stream: index)
        self.key = key
        hasAccountNumber = !random.chance(perMille: 20)
        name = (
            Names.last.draw(&random), Self.trades.draw(&random), random.below(Self.endings.count)
        )
        employees =
            random.chance(perMille: 100) ? nil : 1 + random.below(random.chance(perMille: 800) ? 200 : 50_000)
        revenueHundredths = random.chance(perMille: 100) ? nil : random.below(5_000_000_000)
        place = random.below(Places.all.count)
        let areaCode = Places.all[place].areaCode
        phone = random.chance(perMille: 50) ? nil : FictionalPhone(areaCode: areaCode, &random)
        address = StreetAddress(&random)
        postalSuffix = random.below(100)
        sicCode = random.chance(perMille: 150) ? nil : 100 + random.below(9_900)
    }

    /// Changes what changes from one file to the next; keys, name and place stay.
    mutating func change(_ random: inout SplitMix64) {
        revenueHundredths = (revenueHundredths ?? 0) + 1 + random.below(1_000_000)
        if random.chance(perMille: 500) { employees = (employees ?? 0) + 1 }
        if random.chance(perMille: 250) { address = StreetAddress(&random) }
    }

    /// Appends the value of one column.
    func write(_ column: AccountColumn, to writer: inout CSVWriter) {
        switch column {
        case .accountID: writer.append(Int(key), digits: KeyPermutation.digits)
        case .accountNumber:
            guard hasAccountNumber else { return }
            writer.append("AC")
            writer.append(Int(key), digits: KeyPermutation.digits)
        case .company: writeName(to: &writer)
        case .industry: writer.append(Self.trades.words[name.trade])
        case .website:
            writer.append("https://")
            writer.append(Self.slugs[name.head])
            writer.append(byte: UInt8(ascii: "-"))
            writer.append(Int(key % 10_000))
            writer.append(".example.com")
        case .employees: if let employees { writer.append(employees) }
        case .revenue: if let revenueHundredths { writer.append(hundredths: revenueHundredths) }
        case .officePhone: phone?.write(to: &writer)
        case .address: address.write(odd: false, to: &writer)
        case .city: writer.append(Places.all[place].city)
        case .state: writer.append(Places.all[place].state)
        case .postalCode:
            writer.append(Places.all[place].postalPrefix, digits: 3)
            writer.append(postalSuffix, digits: 2)
        case .country: writer.append("US")
        case .sicCode: if let sicCode { writer.append(sicCode, digits: 4) }
        }
    }

    private func writeName(to writer: inout CSVWriter) {
        writer.append(Names.last.words[name.head])
        writer.append(byte: UInt8(ascii: " "))
        writer.append(Self.trades.words[name.trade])
        writer.append(Self.endings[name.ending])
    }

    private static let slugs = Names.last.words.map(Names.slug)
    private static let trades = RankedList(
        """
        Logistics|Dental Care|Credit Union|Home Health|Utilities|Auto Finance|Insurance Services|Property Group|\
        Medical Center|Telecom|Retail Stores|Food Supply|Énergie Québec|Solar|Education Loans|Travel
        """)
    private static let endings = [
        " LLC", ", Inc.", ", Jones & Co.", " Corp.", "", " \"West\" Ltd.", " Group",
    ]
    .map { Array($0.utf8) }
}
