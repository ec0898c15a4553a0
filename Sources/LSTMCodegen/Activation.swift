// SPDX-License-Identifier: Apache-2.0

extension Site {
    /// `relu`, `tanh`, `sigmoid` and `gelu`: one float after another.
    func activation(_ function: String) -> Call {
        Call("Elementwise.\(function)", [x, "count: \(product(rows, size))", "into: \(y)"])
    }
}
