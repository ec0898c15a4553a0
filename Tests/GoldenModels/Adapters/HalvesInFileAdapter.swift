// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension HalvesInFile: ModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { try Self(weights: weights) }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].ids, initial: Initial(gru: initial[0].map { HiddenState(h: $0.h) }, rnn: initial[1].map { HiddenState(h: $0.h) }), threads: threads)
            return [r]
        }
        let r = try self(input[0].ids, batch: batch, lengths: lengths[0], initial: Initial(gru: initial[0].map { HiddenState(h: $0.h) }, rnn: initial[1].map { HiddenState(h: $0.h) }), threads: threads)
        return [r]
    }
}
