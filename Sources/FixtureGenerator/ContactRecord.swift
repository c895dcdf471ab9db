/// A made-up person, in numbers; text is made of them when a column is written.
struct ContactRecord {
    /// A calendar day; written month first.
    struct Day {
        var year: Int
        var month: Int
        var day: Int

        init(years: ClosedRange<Int>, _ random: inout SplitMix64) {
            year = years.lowerBound + random.below(years.count)
            month = 1 + random.below(12)
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            day = 1 + random.below(days)
        }
    }

    var key: UInt64
    private var first: (text: [UInt8], slug: [UInt8])
    private var last: (text: [UInt8], slug: [UInt8])
    private var nickname: Bool
    private(set) var dateOfBirth: Day?
    /// A number at the end of the local part; `nil` for a blank e-mail.
    private var emailTag: Int?
    private var emailStyle: Int
    private var homePhone: FictionalPhone?
    private var mobilePhone: FictionalPhone?
    private var address: StreetAddress
    private var place: Int
    private var postalSuffix: Int
    private(set) var balanceHundredths: Int?
    private var dueDate: Day?
    /// Y, N or blank.
    private var smsConsent: UInt8?
    private var agentTeam: Int?

    init(_ index: UInt64, key: UInt64, seed: UInt64) {
        var random = SplitMix64(seed: seed, stream: index)
        self.key = key
        // Of a thousand people 20 have a name beyond ASCII: 8 the first, 8 the last, 4 both.
        let beyond = random.below(1000)
        first = Self.draw(
            beyond < 12 ? Self.firstBeyondASCII : Self.first, list: Names.first, beyond < 12, &random)
        let lastIsBeyond = (8..<20).contains(beyond)
        last = Self.draw(
            lastIsBeyond ? Self.lastBeyondASCII : Self.last, list: Names.last, lastIsBeyond, &random)
        nickname = random.chance(perMille: 3)
        dateOfBirth = random.chance(perMille: 30) ? nil : Day(years: 1930...2006, &random)
        emailTag = random.chance(perMille: 80) ? nil : random.below(1000)
        emailStyle = random.below(12)
        place = random.below(Places.all.count)
        let areaCode = Places.all[place].areaCode
        homePhone = random.chance(perMille: 200) ? nil : FictionalPhone(areaCode: areaCode, &random)
        mobilePhone = random.chance(perMille: 110) ? nil : FictionalPhone(areaCode: areaCode, &random)
        address = StreetAddress(&random)
        postalSuffix = random.below(100)
        balanceHundredths = random.chance(perMille: 50) ? nil : Self.drawBalance(&random)
        dueDate = random.chance(perMille: 60) ? nil : Day(years: 2025...2027, &random)
        let consent = random.below(10)
        smsConsent = consent == 0 ? nil : UInt8(ascii: consent < 7 ? "Y" : "N")
        agentTeam = random.chance(perMille: 100) ? nil : Places.agentTeams.draw(&random)
    }

    /// Changes what changes from one night's file to the next; names, places and dates stay.
    mutating func change(_ random: inout SplitMix64, changesEmail: Bool) {
        balanceHundredths = (balanceHundredths ?? 0) + 1 + random.below(50_000)
        if random.chance(perMille: 500) {
            mobilePhone = FictionalPhone(areaCode: Places.all[place].areaCode, &random)
        }
        if random.chance(perMille: 250) { address = StreetAddress(&random) }
        if changesEmail { emailTag = (emailTag ?? 0) + 1 }
    }

    /// Appends the value of one column; where `oddAddress`, addresses mostly hold line ends and quotes.
    func write(_ column: ContactColumn, oddAddress: Bool, to writer: inout CSVWriter) {
        switch column {
        case .contactID: writer.append(Int(key), digits: KeyPermutation.digits)
        case .firstName:
            writer.append(first.text)
            if nickname { writer.append(" \"Buddy\"") }
        case .lastName: writer.append(last.text)
        case .dateOfBirth: write(dateOfBirth, to: &writer)
        case .email: writeEmail(to: &writer)
        case .homePhone: homePhone?.write(to: &writer)
        case .mobilePhone: mobilePhone?.write(to: &writer)
        case .address: address.write(odd: oddAddress, to: &writer)
        case .city: writer.append(Places.all[place].city)
        case .state: writer.append(Places.all[place].state)
        case .postalCode:
            writer.append(Places.all[place].postalPrefix, digits: 3)
            writer.append(postalSuffix, digits: 2)
        case .balance: if let balanceHundredths { writer.append(hundredths: balanceHundredths) }
        case .dueDate: write(dueDate, to: &writer)
        case .smsConsent: if let smsConsent { writer.append(byte: smsConsent) }
        case .agentTeam: if let agentTeam { writer.append(Places.agentTeams.words[agentTeam]) }
        }
    }

    private func write(_ day: Day?, to writer: inout CSVWriter) {
        guard let day else { return }
        writer.append(day.month, digits: 2)
        writer.append(byte: UInt8(ascii: "/"))
        writer.append(day.day, digits: 2)
        writer.append(byte: UInt8(ascii: "/"))
        writer.append(day.year)
    }

    private func writeEmail(to writer: inout CSVWriter) {
        guard let emailTag else { return }
        if emailStyle < 4 {
            writer.append(byte: first.slug[0])
        } else {
            writer.append(first.slug)
            writer.append(byte: UInt8(ascii: emailStyle < 10 ? "." : "_"))
        }
        writer.append(last.slug)
        if emailTag >= 700 { writer.append(emailTag - 700) }
        writer.append(byte: UInt8(ascii: "@"))
        writer.append(Self.mailDomains[emailStyle % 3])
    }

    private static func drawBalance(_ random: inout SplitMix64) -> Int {
        switch random.below(100) {
        case 0..<4: 0
        case 4: -1 - random.below(20_000)
        case 5..<40: random.below(10_000)
        case 40..<85: random.below(100_000)
        default: random.below(1_000_000)
        }
    }

    private static func draw(
        _ names: RankedPairs, list: RankedList, _ isBeyondASCII: Bool, _ random: inout SplitMix64
    ) -> ([UInt8], [UInt8]) {
        let pick = isBeyondASCII ? random.below(names.names.count) : list.draw(&random)
        return (names.names[pick], names.slugs[pick])
    }

    private static let first = RankedPairs(Names.first)
    private static let last = RankedPairs(Names.last)
    private static let firstBeyondASCII = Names.firstBeyondASCII
    private static let lastBeyondASCII = Names.lastBeyondASCII
    /// Reserved for examples by RFC 2606.
    private static let mailDomains = ["example.com", "example.org", "example.net"].map { Array($0.utf8) }
}
