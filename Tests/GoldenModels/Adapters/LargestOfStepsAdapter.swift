// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension LargestOfSteps: ModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x, initial: initial[0], threads: threads)
            return [r.kept, r.largest]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0], initial: initial[0], threads: threads)
        return [r.kept, r.largest]
    }
}
