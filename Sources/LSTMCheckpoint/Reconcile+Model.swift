// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// Finds every one of the model's parameters in its checkpoint; all mistakes in one run, all at `weights.file`.
///
/// `parameters` is nil where anything is wrong, and where the spec has no `weights`.
public func reconcile(
    _ checkpoint: Checkpoint, with model: Model
) -> (parameters: ModelParameters?, diagnostics: [Diagnostic]) {
    guard let weights = model.weights else { return (nil, []) }
    var demand = ParameterDemand(
        parameters: model.parameters, layerNames: model.layers.map(\.name), location: weights.file.location)
    demand.prefix = weights.prefix
    demand.ignore = weights.ignore.map(\.value)
    return reconcile(checkpoint, with: demand)
}
