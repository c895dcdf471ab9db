import ListFiltersTestSupport
import Records
import Testing

@testable import ListFilters

@Suite("Which indexes a list filter could use")
struct IndexAdviceTests {
    @Test(
        "every part of 'or' needs an index, one part of 'and', the one that leaves the fewest rows; an opposite has none",
        arguments: [
            ("state = 'CA'", ["state"]), ("balance > 5 and state = 'CA'", ["state"]),
            ("age between 1 and 2 and lastName starts with 'Mc'", ["lastName"]),
            ("state = 'CA' or age = 5", ["state", "age"]),
            ("(state = 'CA' or age = 5) and balance = 7", ["balance"]),
            ("state = 'a' or state = 'b'", ["state"]), ("dueDate = today - 3 days", ["dueDate"]),
            ("email is empty", ["email"]),
        ])
    func some(text: String, fields: [String]) throws {
        #expect(try Visits.filter(text).fieldsToIndex?.map(\.name) == fields)
    }

    @Test(
        "where every row has to be looked at no index is asked for",
        arguments: [
            "state != 'CA'", "state contains 'A'", "state ends with 'A'", "active = yes",
            "state = 'CA' or balance != 5", "not (state = 'a' and age = 1)", "email is not empty",
        ])
    func none(text: String) throws {
        #expect(try Visits.filter(text).fieldsToIndex == nil)
    }
}
