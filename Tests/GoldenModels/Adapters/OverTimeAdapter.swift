// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension OverTime: ModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x, initial: Initial(lstm: initial[0], decoder: initial[1]), threads: threads)
            return [r.backwards, r.positive, r.front, r.both, r.decoderOutput, r.rest, r.average, r.highest, r.place.map { Float($0) }]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0], initial: Initial(lstm: initial[0], decoder: initial[1]), threads: threads)
        return [r.backwards, r.positive, r.front, r.both, r.decoderOutput, r.rest, r.average, r.highest, r.place.map { Float($0) }]
    }
}
