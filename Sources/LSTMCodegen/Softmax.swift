// SPDX-License-Identifier: Apache-2.0

extension Site {
    /// `softmax`, `log_softmax` and other functions of a whole vector.
    func rowwise(_ function: String, _ more: [String] = []) -> Call {
        Call("Rowwise.\(function)", [x, "rows: \(rows)", "size: \(size)"] + more + ["into: \(y)"])
    }
}
