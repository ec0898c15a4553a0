// SPDX-License-Identifier: Apache-2.0

import Foundation
import GeneratedModels
import GoldenModels
import LSTMRuntime
import Testing

@Suite("States")
struct StateTests {
    @Test("are zero at first, and what they are made from") func made() throws {
        let zero = SeedOneLayer.State()
        #expect(zero.h == .init(repeating: 0, count: 16) && zero.c == zero.h)
        let values = (0..<16).map(Float.init)
        let state = try SeedOneLayer.State(h0: values, c0: zero.c)
        #expect(state.h == values && state != zero)
        #expect(try state == SeedOneLayer.State(h0: values, c0: zero.c))
    }

    @Test("begin as the checkpoint says") func stored() throws {
        #expect(FirstState.State().h.contains { $0 != 0 })
        let state = try TwoEncoders.State(secondEncoder: LSTMState(h: [1, 2], c: [3, 4, 5, 6]))
        #expect(state.secondEncoder == LSTMState(h: [1, 2], c: [3, 4, 5, 6]))
        #expect(state.firstEncoder.h == .init(repeating: 0, count: 12))
    }

    @Test("of another size are refused with both sizes") func sizes() {
        #expect(throws: InputError.count(of: "h0", expected: 16, found: 1)) {
            try SeedOneLayer.State(h0: [1], c0: [1])
        }
        #expect(throws: InputError.count(of: "second_encoder.h0", expected: 2, found: 0)) {
            try TwoEncoders.State(secondEncoder: LSTMState(h: [], c: []))
        }
    }

    @Test("scratch memory is no part of a state") func scratch() throws {
        let model = SeedOneLayer()
        var stepped = SeedOneLayer.State()
        let frame = ContiguousArray<Float>(repeating: 0.5, count: 100)
        var y = ContiguousArray<Float>(repeating: 0, count: 16)
        var span = y.mutableSpan
        model.step(frame.span, state: &stepped, into: &span)
        let made = try SeedOneLayer.State(h0: stepped.h, c0: stepped.c)
        #expect(made == stepped && made.hashValue == stepped.hashValue)
        #expect(Array(y) == stepped.h)
    }

    @Test("count the steps that have no result") func early() throws {
        let model = EarlySteps()
        let audio = (0..<28).map { Float($0) / 10 }
        let whole = try model(audio: audio, knobs: [1, 2])
        #expect(whole.behindOutput.count == 2 * 4)
        var state = EarlySteps.State()
        for count in [0, 1, 3] {
            let chunk = try model.process(audio: .init(repeating: 0, count: count * 4), knobs: [1, 2], state: &state)
            #expect(chunk.behindOutput.isEmpty && chunk.largest.isEmpty && chunk.knob.isEmpty)
        }
        state = EarlySteps.State()
        #expect(try model.process(audio: audio, knobs: [1, 2], state: &state).behindOutput == whole.behindOutput)
        #expect(try model.process(audio: [], knobs: [1, 2], state: &state).behindOutput.isEmpty)
    }

    @Test("a count that no stream has is taken for the nearest", arguments: [-7, 2.5, 1e30])
    func wrongCount(_ count: Float) throws {
        let model = EarlySteps()
        var floats = try JSONDecoder().decode([Float].self, from: JSONEncoder().encode(EarlySteps.State()))
        floats[floats.count - 1] = count
        var state = try JSONDecoder().decode(EarlySteps.State.self, from: JSONEncoder().encode(floats))
        let audio = [Float](repeating: 1, count: 24)
        let missing = max(0, 5 - Int(min(max(count, 0), 5)))
        let chunk = try model.process(audio: audio, knobs: [1, 2], state: &state)
        #expect(chunk.behindOutput.count == (6 - missing) * 4)
    }

    @Test("an empty chunk changes nothing") func empty() throws {
        var state = SeedOneLayer.State()
        #expect(try SeedOneLayer().process([], state: &state).isEmpty)
        #expect(state == SeedOneLayer.State())
        #expect(throws: InputError.count(of: "x", expected: 100, found: 150)) {
            try SeedOneLayer().process(.init(repeating: 0, count: 150), state: &state)
        }
    }
}
