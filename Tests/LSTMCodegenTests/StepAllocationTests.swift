// SPDX-License-Identifier: Apache-2.0

import AllocationCounter
import Foundation
import GoldenModels
import TestSupport
import Testing

@Suite("A step of generated code")
struct StepAllocationTests {
    @Test("allocates nothing while its state is not shared", .enabled(if: allocation_count() >= 0))
    func allocatesNothing() throws {
        let encoder = try DrawnEncoder.withFile { try SpeakerEncoder(contentsOf: $0) }
        var state = SpeakerEncoder.State()
        let frames = [Float](repeating: 0.25, count: 160)
        var embedding = ContiguousArray<Float>(repeating: 0, count: 256)
        var counts: [Int] = []
        // Without optimisation, the very first call makes Swift build the metadata of its generic types.
        for index in 0..<4 {
            let before = allocation_count()
            // As the documents do it: a slice of an array is no copy.
            let frame = frames[(index * 40)..<(index * 40 + 40)]
            var out = embedding.mutableSpan
            encoder.step(frame.span, state: &state, into: &out)
            counts.append(allocation_count() - before)
        }
        #expect(counts.dropFirst() == [0, 0, 0])
        // The counter counts: a copy of the state makes the next step write to memory of its own.
        let copy = state
        let frame = frames[..<40]
        let before = allocation_count()
        var out = embedding.mutableSpan
        encoder.step(frame.span, state: &state, into: &out)
        #expect(allocation_count() > before)
        #expect(copy != state)
    }
}
