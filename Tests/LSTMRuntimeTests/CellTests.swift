// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMLayout
import LSTMRuntime
import TestSupport
import Testing

/// Cells other than the lstm's on every instruction set; their truth is in LSTMInterpreterTests.
struct CellTests {
    static let cells = [
        RecurrentCell(.gru(resetAfter: true)), RecurrentCell(.gru(resetAfter: false)), RecurrentCell(.rnn),
        RecurrentCell(.rnn, activation: .relu),
        RecurrentCell(.gru(resetAfter: true), activation: .linear, recurrentActivation: .hardsigmoid),
        RecurrentCell(.lstm, activation: .relu, recurrentActivation: .hardsigmoid02),
    ]

    private func packed(_ sizes: RecurrentSizes, _ set: InstructionSet) -> PackedRecurrent {
        let rows = sizes.cell.gates * sizes.hiddenSize
        return PackedRecurrent(anyCell: sizes, for: set) { key in
            var numbers = SeededRandom(seed: stableHash(key))
            let columns =
                key.hasPrefix("weight_ih_l0")
                ? sizes.inputSize : key.hasPrefix("weight_ih") ? sizes.outputSize : sizes.hiddenSize
            let shape = key.hasPrefix("bias") ? [rows] : [rows, columns]
            return FloatArray(numbers.floats(shape.reduce(1, *), scale: 0.5), shape: shape)
        }
    }

    /// Generated code allocates what the header says, for whatever machine it will run on.
    @Test("a step's workspace fits in what the shared header says", arguments: cells, InstructionSet.available)
    func workspace(_ cell: RecurrentCell, _ set: InstructionSet) {
        for hidden in [1, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 127, 128, 200, 257] {
            let layer = packed(RecurrentSizes(inputSize: 1, hiddenSize: hidden, numLayers: 2, cell: cell), set)
            #expect(layer.stepWorkspaceCount <= lstmc_step_workspace_bound(hidden), "\(hidden) units")
        }
    }

    @Test("the same bits on every set with fused multiply-add", arguments: cells, [1, 5, 8, 9, 16, 17, 40, 65])
    func sets(_ cell: RecurrentCell, _ hidden: Int) throws {
        let sizes = RecurrentSizes(inputSize: 5, hiddenSize: hidden, numLayers: 2, bidirectional: true, cell: cell)
        var numbers = SeededRandom(seed: UInt64(hidden))
        let x = numbers.floats(6 * 5 * 5, scale: 2)
        let h0 = numbers.floats(5 * sizes.hCount, scale: 1)
        let c0 = sizes.cCount > 0 ? numbers.floats(5 * sizes.cCount, scale: 1) : nil
        let sets = InstructionSet.available.filter(\.isFused)
        let results = try sets.map { try packed(sizes, $0)(x, batch: 5, lengths: [6, 1, 3, 6, 2], h0: h0, c0: c0) }
        for (set, result) in zip(sets, results).dropFirst() {
            #expect(difference(result.output, results[0].output) == nil, "\(set.name)")
            #expect(
                difference(result.hN, results[0].hN) == nil && difference(result.cN, results[0].cN) == nil,
                "\(set.name)")
        }
    }

    @Test(
        "steps, streams and rows alone give the bits of a batch", arguments: cells, [1, 6, 8, 16, 24, 31, 33, 48, 70])
    func steps(_ cell: RecurrentCell, _ hidden: Int) throws {
        let sizes = RecurrentSizes(inputSize: 3, hiddenSize: hidden, cell: cell)
        for set in InstructionSet.available {
            let layer = packed(sizes, set)
            var numbers = SeededRandom(seed: 3)
            let x = numbers.floats(7 * 2 * 3, scale: 2)
            let batch = try layer(x, batch: 2)
            let first = (0..<7).flatMap { x[($0 * 6)..<($0 * 6 + 3)] }
            let alone = try layer(first)
            let rows = (0..<7).flatMap { batch.output[($0 * 2 * hidden)..<(($0 * 2 + 1) * hidden)] }
            #expect(difference(alone.output, rows) == nil, "\(set.name)")
            #expect(difference(stepped(layer, first, inOneCall: false), rows) == nil, "\(set.name)")
            #expect(difference(stepped(layer, first, inOneCall: true), rows) == nil, "\(set.name)")
        }
    }

    /// The outputs of single steps, by `step` or by an `LSTMStep`.
    private func stepped(_ layer: PackedRecurrent, _ x: [Float], inOneCall: Bool) -> [Float] {
        let (hidden, workspaceCount) = (layer.sizes.hiddenSize, layer.stepWorkspaceCount)
        let room = (hidden + 15) / 16 * 16
        let (h, c) = (AlignedFloats(count: room), AlignedFloats(count: room))
        let (y, workspace) = (AlignedFloats(count: hidden), AlignedFloats(count: workspaceCount))
        let step = LSTMStep(layer, workspace: workspaceCount)
        let state = layer.sizes.cCount > 0 ? c.pointer : nil
        var outputs: [Float] = []
        x.withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            for time in 0..<7 {
                if inOneCall {
                    step.run(x + time * 3, h: h.pointer, c: state, into: y.pointer, workspace: workspace.pointer)
                    outputs += UnsafeBufferPointer(start: y.pointer, count: hidden)
                } else {
                    layer.step(x + time * 3, h: h.pointer, c: state, workspace: workspace.pointer)
                    outputs += UnsafeBufferPointer(start: h.pointer, count: hidden)
                }
            }
        }
        return outputs
    }
}
