// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// What a generated type calls things, for tests that call it.
package struct TypeNames {
    /// The argument's label of each input, in order; nil for the only one.
    package let inputs: [String?]
    /// The argument's label of each given time axis, in the order of the first inputs that have it.
    package let lengths: [String]
    /// Each result, in order.
    package let results: [String]
    /// Those with a value at each step.
    package let stepped: [String]
    /// The indices of the lstm layers whose states can be given, and their names.
    package let lstmIndices: [Int]
    package let lstms: [String]
    /// True where the parts of a stream's state have no layer's name.
    package let hasOneState: Bool
    package let canStream: Bool
    /// The first steps of a stream that have no result.
    package let delay: Int
    /// An input, and of `stepped` a result, that may be the same memory in `process`; nil where there are none.
    package let inPlace: (input: Int, result: Int)?
    /// The beginning of C's names; nil where C can have none.
    package let cPrefix: String?
    /// C's function that counts a result's steps, for each result; nil where they are an input's.
    package let cSteps: [String?]
    /// Whether a stream takes a step of an input with each of its own.
    package let isStepped: [Bool]
    /// The recurrent layers whose states C can read.
    package let recurrents: [Int]
    /// True where a stream begins with the model's `initialState`.
    package let stateNeedsFile: Bool

    package init(_ model: Model, isEmbedded: Bool) {
        let plan = TypePlan(
            model, weights: isEmbedded ? EmbeddedWeights([]) : nil,
            options: SourceOptions(toolVersion: "", fingerprint: ""))
        inputs = plan.inputs.map(\.label)
        lengths = plan.axes.filter { !$0.inputs.isEmpty }.compactMap(\.lengthsLabel)
        results = plan.results.map(\.member)
        stepped = plan.steppedResults.map(\.member)
        lstmIndices = plan.started.map(\.index)
        lstms = plan.started.map(\.member)
        hasOneState = plan.recurrents.count == 1
        canStream = plan.canStream
        delay = plan.start?.delay ?? 0
        inPlace = plan.inPlacePairs.first.flatMap { pair in
            guard let input = plan.inputs.firstIndex(where: { $0.specName == pair.input.specName }),
                let result = plan.steppedResults.firstIndex(where: { $0.name == pair.result.name })
            else { return nil }
            return (input, result)
        }
        let entries = CEntryPoints(plan)
        let functions = entries?.functions.map(\.name) ?? []
        cPrefix = entries?.names.prefix
        cSteps = plan.results.indices.map { index in
            entries.map { "\($0.names.prefix)_\($0.names.results[index])_steps" }.flatMap {
                functions.contains($0) ? $0 : nil
            }
        }
        isStepped = plan.inputs.map(plan.isStepped)
        recurrents = plan.recurrents.map(\.index)
        stateNeedsFile = plan.stateNeedsFile
    }
}
