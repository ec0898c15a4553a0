// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension FromEncoder: ModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(source: input[0].ids, target: input[1].x, hint: input[2].x, initial: initial[0], threads: threads)
            return [r.encoderOutput, r.decoderHN, r.bothOutput, r.bothHN]
        }
        let r = try self(source: input[0].ids, target: input[1].x, hint: input[2].x, batch: batch, sourceLengths: lengths[0], targetLengths: lengths[1], initial: initial[0], threads: threads)
        return [r.encoderOutput, r.decoderHN, r.bothOutput, r.bothHN]
    }
}
