// SPDX-License-Identifier: Apache-2.0

import LSTMCommands
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMSpec

extension SpecLoader {
    /// Sequences drawn from a seed; nil, with the reason reported, where they are too large or no length will do.
    mutating func drawnSequences(for model: Model, seed: UInt64 = 2) -> Inputs? {
        guard (model.floatsHeldByRandomSequences() ?? .max) <= Inputs.floatLimit else {
            report(BenchMistake.tooLarge(limit: Inputs.floatLimit), at: model.location)
            return nil
        }
        do {
            return try randomSequences(for: model, seed: seed)
        } catch {
            report(error, at: model.location)
            return nil
        }
    }
}
