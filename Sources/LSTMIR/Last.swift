// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Lowering {
    /// h_n of the preceding lstm's last layer; only dropout may stand between them.
    mutating func lowerLast(
        entry: LayerEntry, at location: SourceLocation, lstm: Int?, flow: inout Flow
    ) -> Layer.Operation? {
        if lstm == nil { report(.lastNotAfterLSTM(layer: entry.name.value ?? ""), at: location) }
        flow = flow == .unknown ? .unknown : .vector(flow.size)
        return lstm.map { .last(lstm: $0) }
    }
}
