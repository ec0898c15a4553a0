// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMIR

/// Where a model's parameters come from: a reconciled checkpoint, or random numbers for a benchmark.
public protocol ParameterSource {
    /// A tensor of exactly `parameter.shape`.
    func source(of parameter: Parameter) -> any FloatSource
}

extension ModelParameters: ParameterSource {
    /// Reconciliation has found every parameter, so the zeros are never seen.
    public func source(of parameter: Parameter) -> any FloatSource {
        self[layer: parameter.layer, key: parameter.key]
            ?? FloatArray(.init(repeating: 0, count: parameter.elementCount), shape: parameter.shape)
    }
}
