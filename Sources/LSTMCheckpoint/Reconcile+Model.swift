// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// Finds every one of the model's parameters in its checkpoint; all mistakes in one run.
///
/// Where one thing explains many tensors, such as another hidden_size or prefix, that is one error at its key in the spec;
/// whatever nothing explains is at `weights.file`. `parameters` is nil where anything is wrong, and where the spec has no
/// `weights`.
public func reconcile(
    _ checkpoint: Checkpoint, with model: Model
) -> (parameters: ModelParameters?, diagnostics: [Diagnostic]) {
    guard let weights = model.weights else { return (nil, []) }
    func demand(_ model: Model) -> ParameterDemand {
        var demand = ParameterDemand(
            parameters: model.parameters, layerNames: model.layers.map(\.name), location: weights.file.location)
        demand.prefix = model.weights?.prefix ?? ""
        demand.ignore = weights.ignore.map(\.value)
        demand.precisionLocation = weights.precision?.location
        return demand
    }
    let whole = reconcile(checkpoint, with: demand(model))
    guard whole.diagnostics.hasErrors else { return whole }
    var diagnosis = FitDiagnosis(checkpoint, model)
    diagnosis.run()
    guard !diagnosis.causes.isEmpty else { return whole }
    var rest: [Diagnostic] = []
    if diagnosis.isWhole {
        var demand = demand(diagnosis.model)
        demand.explained = diagnosis.explained
        rest = reconcile(checkpoint, with: demand).diagnostics
    }
    let causes = diagnosis.causes.orderedByPlace
    let limit = CheckpointLimits.mistakes
    let more =
        causes.count > limit
        ? [Diagnostic(FitMistake.more(count: causes.count - limit), at: weights.file.location)] : []
    return (nil, causes.prefix(limit) + more + rest)
}
