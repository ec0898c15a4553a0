// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMRuntime
import TestSupport
import Testing

/// Matrices of 16 bits: the bits of float32 layers whose weights are those, on every instruction set.
struct HalfTests {
    typealias Kept = LSTMRuntime.WeightPrecision
    static let cells = [
        .lstm, RecurrentCell(.lstm, activation: .relu, recurrentActivation: .hardsigmoid),
        RecurrentCell(.gru(resetAfter: true)), RecurrentCell(.gru(resetAfter: false)), RecurrentCell(.rnn),
    ]
    static let precisions = [Kept.float16, .bfloat16]
    /// Below the smallest normal float16, and far above.
    private static let scales: [Float] = [1e-5, 0.5]

    private func tensor(_ key: String, _ shape: [Int], _ precision: Kept) -> any FloatSource {
        var numbers = SeededRandom(seed: stableHash(key))
        let floats = numbers.floats(shape.reduce(1, *), scale: 0.5)
        // Every third is subnormal as float16.
        let values = floats.enumerated().map { $0 % 3 == 0 ? $1 * Self.scales[0] : $1 }
        return FloatArray(values, shape: shape).rounded(to: shape.count > 1 ? precision : .float32)
    }

    /// Kept in `precision`, or as float32 with the same weights.
    private func packed(
        _ sizes: RecurrentSizes, _ set: InstructionSet, _ precision: Kept, isKept: Bool
    ) -> PackedRecurrent {
        let rows = sizes.cell.gates * sizes.hiddenSize
        return PackedRecurrent(anyCell: sizes, for: set, precision: isKept ? precision : .float32) { key in
            let columns =
                key.hasPrefix("weight_ih_l0")
                ? sizes.inputSize : key.hasPrefix("weight_ih") ? sizes.outputSize : sizes.stateSize
            if key.hasPrefix("weight_hr") { return tensor(key, [sizes.projSize, sizes.hiddenSize], precision) }
            return tensor(key, key.hasPrefix("bias") ? [rows] : [rows, columns], precision)
        }
    }

    private func sizes(_ cell: RecurrentCell, _ hidden: Int, input: Int, layers: Int = 1) -> [RecurrentSizes] {
        let plain = RecurrentSizes(inputSize: input, hiddenSize: hidden, numLayers: layers, cell: cell)
        guard cell.kind == .lstm, hidden > 2 else { return [plain] }
        return [
            plain,
            RecurrentSizes(
                inputSize: input, hiddenSize: hidden, numLayers: layers, projSize: hidden / 2, cell: cell),
        ]
    }

    /// Batches of rows that are one tile, several, and more than a group; terms that are more than a cache block.
    @Test("whole sequences", arguments: cells, [1, 8, 17, 33])
    func sequences(_ cell: RecurrentCell, _ hidden: Int) throws {
        for (set, precision) in InstructionSet.available.flatMap({ set in Self.precisions.map { (set, $0) } }) {
            for sizes in sizes(cell, hidden, input: hidden == 33 ? 150 : 5, layers: 2) {
                let halves = packed(sizes, set, precision, isKept: true)
                let floats = packed(sizes, set, precision, isKept: false)
                for batch in [1, 5, 50] {
                    var numbers = SeededRandom(seed: UInt64(hidden))
                    let x = numbers.floats(3 * batch * sizes.inputSize, scale: 2)
                    let (ours, twin) = (try halves(x, batch: batch), try floats(x, batch: batch))
                    let what: Comment = "\(set.name), \(precision), batch \(batch), projection \(sizes.projSize)"
                    #expect(difference(ours.output, twin.output) == nil, what)
                    #expect(difference(ours.hN, twin.hN) == nil && difference(ours.cN, twin.cN) == nil, what)
                }
            }
        }
    }

    @Test("single steps, alone and with the linear layer", arguments: cells, [1, 8, 16, 24, 33, 70])
    func steps(_ cell: RecurrentCell, _ hidden: Int) {
        for (set, precision) in InstructionSet.available.flatMap({ set in Self.precisions.map { (set, $0) } }) {
            for sizes in sizes(cell, hidden, input: 3) {
                let halves = packed(sizes, set, precision, isKept: true)
                let floats = packed(sizes, set, precision, isKept: false)
                for outputs in [0, 1, 9, 40] {
                    let ours = stepped(halves, outputs, precision, isKept: true)
                    let twin = stepped(floats, outputs, precision, isKept: false)
                    #expect(
                        difference(ours, twin) == nil,
                        "\(set.name), \(precision), \(outputs) outputs, projection \(sizes.projSize)")
                }
            }
        }
    }

    /// The results of five steps, and what `step` alone leaves in h.
    private func stepped(
        _ layer: PackedRecurrent, _ outputs: Int, _ precision: Kept, isKept: Bool
    ) -> [Float] {
        let sizes = layer.sizes
        let linear =
            outputs == 0
            ? nil
            : PackedLinear(
                inFeatures: sizes.stateSize, outFeatures: outputs,
                weight: tensor("head", [outputs, sizes.stateSize], precision),
                bias: tensor("bias", [outputs], precision), for: InstructionSet(of: layer),
                keptAs: isKept ? precision : .float32)
        let size = outputs == 0 ? sizes.stateSize : outputs
        let workspace = AlignedFloats(count: layer.stepWorkspaceCount)
        let step = LSTMStep(layer, linear, workspace: workspace.count)
        let (h, c) = (AlignedFloats(count: sizes.hCount + 16), AlignedFloats(count: sizes.hiddenSize + 16))
        let (h2, c2) = (AlignedFloats(count: sizes.hCount + 16), AlignedFloats(count: sizes.hiddenSize + 16))
        let y = AlignedFloats(count: size)
        let hasC = sizes.cCount > 0
        var numbers = SeededRandom(seed: 3)
        var results: [Float] = []
        for _ in 0..<5 {
            let x = AlignedFloats(FloatArray(numbers.floats(sizes.inputSize, scale: 2), shape: [sizes.inputSize]))
            step.run(
                x.pointer, h: h.pointer, c: hasC ? c.pointer : nil, into: y.pointer, workspace: workspace.pointer)
            layer.step(x.pointer, h: h2.pointer, c: hasC ? c2.pointer : nil, workspace: workspace.pointer)
            results += UnsafeBufferPointer(start: y.pointer, count: size)
            results += UnsafeBufferPointer(start: h2.pointer, count: sizes.hCount)
        }
        return results
    }

    @Test("matrices that stand alone", arguments: precisions, [1, 16, 17, 100])
    func matrices(_ precision: Kept, _ inputs: Int) {
        for set in InstructionSet.available {
            for outputs in [1, 16, 17, 48, 65] {
                let (ours, twin) = (precision, Kept.float32)
                let layers = [ours, twin].map { kept in
                    PackedLinear(
                        inFeatures: inputs, outFeatures: outputs,
                        weight: tensor("weight", [outputs, inputs], precision),
                        bias: tensor("bias", [outputs], precision),
                        for: set, keptAs: kept)
                }
                for rows in [1, 3, 9, 50] {
                    var numbers = SeededRandom(seed: 5)
                    let x = AlignedFloats(
                        FloatArray(numbers.floats(rows * inputs, scale: 2), shape: [rows * inputs]))
                    let results = layers.map { layer in
                        let y = AlignedFloats(count: rows * outputs)
                        layer.run(x.pointer, rows: rows, into: y.pointer)
                        return Array(UnsafeBufferPointer(start: y.pointer, count: y.count))
                    }
                    #expect(difference(results[0], results[1]) == nil, "\(set.name), \(outputs) outputs, \(rows) rows")
                }
            }
        }
    }

    @Test("convolutions", arguments: precisions, [1, 2]) func convolutions(_ precision: Kept, _ groups: Int) {
        let results = [precision, .float32].map { kept in
            let conv = PackedConv1d(
                inChannels: 6, outChannels: 8, kernelSize: 3, left: 2, dilation: 2, groups: groups,
                weight: tensor("weight", [8, 6 / groups, 3], precision), bias: tensor("bias", [8], precision),
                keptAs: kept)
            var numbers = SeededRandom(seed: 9)
            let x = AlignedFloats(FloatArray(numbers.floats(20 * 6, scale: 2), shape: [120]))
            let y = AlignedFloats(count: 18 * 8)
            let workspace = AlignedFloats(count: conv.workspaceCount(steps: 20))
            conv.run(
                x.pointer, steps: 20, batch: 1, layout: .timeFirst, into: y.pointer, steps: 18,
                workspace: workspace.pointer)
            return Array(UnsafeBufferPointer(start: y.pointer, count: y.count))
        }
        #expect(difference(results[0], results[1]) == nil)
    }

    /// The largest that stays finite passes; biases are float32.
    @Test("a weight file with a value that is too large", arguments: precisions) func tooLarge(_ precision: Kept) throws
    {
        let limit = Float(bitPattern: precision == .float16 ? 0x477F_F000 : 0x7F7F_8000)
        for (value, fits) in [(limit, false), (-limit, false), (limit.nextDown, true), (-limit.nextDown, true)] {
            let file = try WeightFile(
                safetensorsBytes([
                    NamedTensor("a.weight", floats: [0, value], shape: [1, 2]),
                    NamedTensor("a.bias", floats: [value], shape: [1]),
                ]))
            var layer = file.layer("a.", as: precision)
            if fits {
                #expect(try layer.next("weight", [1, 2]).floats()[1] == value)
            } else {
                #expect(throws: WeightsError.tooLarge(tensor: "a.weight", index: 1, precision)) {
                    try layer.next("weight", [1, 2])
                }
            }
            #expect(try layer.next("bias", [1]).floats() == [value])
        }
    }
}
