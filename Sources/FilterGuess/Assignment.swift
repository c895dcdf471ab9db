/// Pairs rows with columns one to one so that the sum of the pairs' scores is the greatest there is.
///
/// Taking the best pair first, then the next, can leave a name without its field because a lesser one took it.
enum Assignment {
    /// The column of each row; `nil` where a row is better left alone.
    ///
    /// `scores[row][column]` is 0 where the two may not be paired, else more. The method is Kuhn's and Munkres's
    /// with shortest augmenting paths: rows² × columns steps.
    static func best(_ scores: [[Double]], columns: Int) -> [Int?] {
        let rows = scores.count
        guard rows > 0, columns > 0 else { return Array(repeating: nil, count: rows) }
        // A column more for each row means that the row is left alone, at the price of 0.
        let width = columns + rows
        func cost(_ row: Int, _ column: Int) -> Double { column < columns ? -scores[row][column] : 0 }

        var rowPrice = [Double](repeating: 0, count: rows + 1)
        var columnPrice = [Double](repeating: 0, count: width + 1)
        // Numbered from 1, so that 0 is nobody.
        var rowOf = [Int](repeating: 0, count: width + 1)
        var before = [Int](repeating: 0, count: width + 1)
        for row in 1...rows {
            rowOf[0] = row
            var column = 0
            var least = [Double](repeating: .infinity, count: width + 1)
            var isDone = [Bool](repeating: false, count: width + 1)
            repeat {
                isDone[column] = true
                let current = rowOf[column]
                var step = Double.infinity
                var next = 0
                for other in 1...width where !isDone[other] {
                    let reduced = cost(current - 1, other - 1) - rowPrice[current] - columnPrice[other]
                    if reduced < least[other] {
                        least[other] = reduced
                        before[other] = column
                    }
                    if least[other] < step {
                        step = least[other]
                        next = other
                    }
                }
                for other in 0...width {
                    if isDone[other] {
                        rowPrice[rowOf[other]] += step
                        columnPrice[other] -= step
                    } else {
                        least[other] -= step
                    }
                }
                column = next
            } while rowOf[column] != 0
            repeat {
                rowOf[column] = rowOf[before[column]]
                column = before[column]
            } while column != 0
        }
        var found = [Int?](repeating: nil, count: rows)
        for column in 1...columns where rowOf[column] > 0 && scores[rowOf[column] - 1][column - 1] > 0 {
            found[rowOf[column] - 1] = column - 1
        }
        return found
    }
}
