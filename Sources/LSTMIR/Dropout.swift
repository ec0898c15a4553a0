// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Lowering {
    /// torch.nn.Dropout: `p` is checked as PyTorch checks it, and then plays no part.
    mutating func lowerDropout(_ options: DropoutOptions) -> Layer.Operation? {
        if options.p.isAbsent { return .dropout }
        return probability(options.p, "p").map { _ in .dropout }
    }
}
