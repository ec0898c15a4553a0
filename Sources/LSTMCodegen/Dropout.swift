// SPDX-License-Identifier: Apache-2.0

extension Site {
    /// What a layer without effect does where its result is asked for.
    var copy: Call {
        // `(a + 1).update`: a sum needs its parentheses.
        Call("\(y.contains(" ") ? "(\(y))" : y).update", ["from: \(x)", "count: \(product(rows, size))"])
    }
}
