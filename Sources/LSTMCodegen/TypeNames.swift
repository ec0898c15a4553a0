// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// What a generated type calls things, for tests that call it.
package struct TypeNames {
    /// Each result, in order.
    package let results: [String]
    /// Those with a value at each step.
    package let stepped: [String]
    package let lstms: [String]
    package let canStream: Bool
    /// True where a stream begins with the model's `initialState`.
    package let stateNeedsFile: Bool

    package init(_ model: Model, isEmbedded: Bool) {
        let plan = TypePlan(
            model, weights: isEmbedded ? EmbeddedWeights([]) : nil,
            options: SourceOptions(toolVersion: "", fingerprint: ""))
        results = plan.results.map(\.member)
        stepped = plan.steppedResults.map(\.member)
        lstms = plan.lstms.map(\.member)
        canStream = plan.canStream
        stateNeedsFile = plan.stateNeedsFile
    }
}
