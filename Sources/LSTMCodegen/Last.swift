// SPDX-License-Identifier: Apache-2.0

extension Site {
    /// h of an lstm's last layer, both directions side by side; `layer` and `h` are the lstm's.
    var last: Call { Call(layer + ".last", ["ofState: \(h)", "batch: batch", "into: \(y)"]) }
}
