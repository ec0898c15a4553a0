// SPDX-License-Identifier: Apache-2.0

// A layer's parameters for rows of `size` values, for so many rows at once that a call to a kernel is worth it. Compiled
// where they are called, and no type of their own: every program carries the types.
extension AlignedFloats {
    /// Whole rows of at least 256 floats together; `values` are one for all of a row, or one for each of its `size`.
    @_alwaysEmitIntoClient
    convenience init(rowsOf values: [Float], size: Int) {
        precondition(size > 0 && (values.count == 1 || values.count == size))
        self.init(count: (256 + size - 1) / size * size)
        for index in 0..<count { pointer[index] = values[values.count == 1 ? 0 : index % size] }
    }

    /// Calls `body` with the first value, and the number of values, of each run of whole rows.
    @_alwaysEmitIntoClient
    func eachRun(of floats: Int, _ body: (Int, Int) -> Void) {
        var start = 0
        while start < floats {
            let run = min(count, floats - start)
            body(start, run)
            start += run
        }
    }
}
