// SPDX-License-Identifier: Apache-2.0

extension Site {
    /// `mean` and `max` over the valid steps.
    func pooling(_ function: String) -> Call {
        Call(
            "Pooling.\(function)",
            [
                x, "steps: steps", "batch: batch", "size: \(size)", "layout: \(layout)", "lengths: lengths",
                "into: \(y)",
            ])
    }
}
