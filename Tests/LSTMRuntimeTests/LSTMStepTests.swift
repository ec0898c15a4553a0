// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMRuntime
import TestSupport
import Testing

/// An lstm and a linear layer in one call a step, beside the two calls.
struct LSTMStepTests {
    /// State with the room that `LSTMStep` asks for, and numbers in it that no result may depend on.
    private struct State {
        let h: AlignedFloats
        let c: AlignedFloats
        let sizes: LSTMSizes

        init(_ sizes: LSTMSizes, junk: Float) {
            self.sizes = sizes
            h = AlignedFloats(count: sizes.hCount + 16)
            c = AlignedFloats(count: sizes.cCount + 16)
            for index in sizes.hCount..<h.count { h.pointer[index] = junk }
            for index in sizes.cCount..<c.count { c.pointer[index] = junk }
        }

        var values: [Float] {
            Array(UnsafeBufferPointer(start: h.pointer, count: sizes.hCount))
                + Array(UnsafeBufferPointer(start: c.pointer, count: sizes.cCount))
        }
    }

    private func checkSteps(
        _ lstm: PackedLSTM, _ linear: PackedLinear?, x: [Float], steps: Int, _ what: String
    ) {
        let sizes = lstm.sizes
        let size = linear?.outFeatures ?? sizes.stateSize
        let workspace = AlignedFloats(count: lstm.stepWorkspaceCount)
        let step = LSTMStep(lstm, linear, workspace: workspace.count)
        let (mine, other) = (State(sizes, junk: .nan), State(sizes, junk: 0))
        let (y, expected) = (AlignedFloats(count: size + 1), AlignedFloats(count: size + 1))
        (y.pointer[size], expected.pointer[size]) = (7, 7)
        x.withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            for index in 0..<steps {
                let wanted = index % 3 != 2
                step.run(
                    x + index * sizes.inputSize, h: mine.h.pointer, c: mine.c.pointer, into: wanted ? y.pointer : nil,
                    workspace: workspace.pointer)
                lstm.step(
                    x + index * sizes.inputSize, h: other.h.pointer, c: other.c.pointer, workspace: workspace.pointer)
                guard wanted else { continue }
                let output = lstm.output(ofState: other.h.pointer)
                if let linear {
                    linear.run(output, rows: 1, into: expected.pointer)
                } else {
                    expected.pointer.update(from: output, count: size)
                }
                let results = [y, expected].map { Array(UnsafeBufferPointer(start: $0.pointer, count: size + 1)) }
                #expect(difference(results[0], results[1]) == nil, "\(what), step \(index)")
            }
        }
        #expect(difference(mine.values, other.values) == nil, "\(what), the state")
    }

    @Test(arguments: [1, 3, 8, 9, 12, 16, 17, 20, 24, 31, 32, 33, 40, 48, 49, 80])
    func oneCallGivesTheBitsOfTwo(hidden: Int) throws {
        for set in InstructionSet.available {
            for (layers, projection) in [(1, 0), (2, 0), (1, (hidden + 1) / 2), (3, (hidden + 1) / 2)] {
                let sizes = LSTMSizes(
                    inputSize: 1 + hidden % 18, hiddenSize: hidden, numLayers: layers,
                    projSize: projection < hidden ? projection : 0)
                let f = LSTMRunTests.Fixture(sizes, steps: 7, batch: 1, set: set)
                var numbers = SeededRandom(seed: UInt64(hidden))
                checkSteps(f.lstm, nil, x: f.x, steps: 7, "\(set.name) \(sizes)")
                for outputs in [1, 7, 8, 9, 17, 40] {
                    let weight = FloatArray(
                        numbers.floats(outputs * sizes.stateSize), shape: [outputs, sizes.stateSize])
                    let bias = outputs == 7 ? nil : FloatArray(numbers.floats(outputs), shape: [outputs])
                    let linear = PackedLinear(
                        inFeatures: sizes.stateSize, outFeatures: outputs, weight: weight, bias: bias,
                        for: InstructionSet(of: f.lstm))
                    checkSteps(f.lstm, linear, x: f.x, steps: 7, "\(set.name) \(sizes) to \(outputs)")
                }
            }
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity, .leastNonzeroMagnitude])
    func whatIsNotOrdinaryGivesTheSame(value: Float) {
        for hidden in [5, 12, 20, 40] {
            let f = LSTMRunTests.Fixture(LSTMSizes(inputSize: 2, hiddenSize: hidden), steps: 6, batch: 1)
            var x = f.x
            x[3] = value
            checkSteps(f.lstm, nil, x: x, steps: 6, "\(hidden)")
        }
    }
}
