// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension Windowed: ModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(audio: input[0].x, bands: input[1].x, threads: threads)
            return [r.strided, r.means, r.norm, r.levels, r.turned, r.after]
        }
        let r = try self(audio: input[0].x, bands: input[1].x, batch: batch, audioLengths: lengths[0], bandsLengths: lengths[1], threads: threads)
        return [r.strided, r.means, r.norm, r.levels, r.turned, r.after]
    }
}
