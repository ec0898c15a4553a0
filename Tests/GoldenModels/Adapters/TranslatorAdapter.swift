// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension Translator: ModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(source: input[0].ids, target: input[1].ids, speaker: input[2].x, initial: Initial(encoder: initial[0], decoder: initial[1]), threads: threads)
            return [r.encoderOutput, r.scores, r.words.map { Float($0) }, r.encoderCN]
        }
        let r = try self(source: input[0].ids, target: input[1].ids, speaker: input[2].x, batch: batch, sourceLengths: lengths[0], targetLengths: lengths[1], initial: Initial(encoder: initial[0], decoder: initial[1]), threads: threads)
        return [r.encoderOutput, r.scores, r.words.map { Float($0) }, r.encoderCN]
    }
}
