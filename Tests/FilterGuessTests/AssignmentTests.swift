import Testing

@testable import FilterGuess

@Suite("One-to-one pairs")
struct AssignmentTests {
    @Test("The pairs with the greatest sum are found, not the best pair first")
    func sumCounts() {
        // Greedy would take 0.9 and leave 0.1 for the other row.
        #expect(Assignment.best([[0.9, 0.8], [0.85, 0.1]], columns: 2) == [1, 0])
    }

    @Test("What may not be paired stays alone")
    func alone() {
        #expect(Assignment.best([[0, 0], [0, 0.5]], columns: 2) == [nil, 1])
        #expect(Assignment.best([[0.5], [0.6], [0.7]], columns: 1) == [nil, nil, 0])
        #expect(Assignment.best([], columns: 3).isEmpty)
    }
}
