// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMInterpreter
import LSTMRuntime
import TestSupport
import Testing

/// One layer on several threads: the bits of one, whatever is shared out.
struct ThreadTests {
    /// Rows in plenty, a few, one; units from 256 on; both ways.
    static let shapes: [RecurrentSizes] =
        CellTests.cells.flatMap { cell in
            [
                RecurrentSizes(inputSize: 5, hiddenSize: 17, numLayers: 2, cell: cell),
                RecurrentSizes(inputSize: 3, hiddenSize: 40, numLayers: 2, bidirectional: true, cell: cell),
                RecurrentSizes(inputSize: 7, hiddenSize: 256, cell: cell),
                RecurrentSizes(inputSize: 9, hiddenSize: 261, bias: false, bidirectional: true, cell: cell),
            ]
        } + [
            RecurrentSizes(inputSize: 5, hiddenSize: 12, numLayers: 2, projSize: 3),
            RecurrentSizes(inputSize: 20, hiddenSize: 270, bidirectional: true, projSize: 130),
            RecurrentSizes(inputSize: 2, hiddenSize: 300, numLayers: 2, projSize: 7),
            RecurrentSizes(inputSize: 4, hiddenSize: 256),
        ]

    static let precisions: [WeightPrecision] = [.float32, .float16, .bfloat16, .int8]

    init() { ThreadTeam.assume(processors: 8) }

    private func packed(
        _ sizes: RecurrentSizes, _ set: InstructionSet, _ precision: WeightPrecision
    ) -> PackedRecurrent {
        PackedRecurrent(anyCell: sizes, for: set, precision: precision) { key in
            var numbers = SeededRandom(seed: stableHash(key))
            let rows = key.hasPrefix("weight_hr") ? sizes.projSize : sizes.cell.gates * sizes.hiddenSize
            let columns =
                key.hasPrefix("weight_ih_l0")
                ? sizes.inputSize
                : key.hasPrefix("weight_ih")
                    ? sizes.outputSize : key.hasPrefix("weight_hr") ? sizes.hiddenSize : sizes.stateSize
            let shape = key.hasPrefix("bias") ? [rows] : [rows, columns]
            return FloatArray(numbers.floats(shape.reduce(1, *), scale: 0.2), shape: shape)
        }
    }

    /// Everything that a run writes, in memory of exactly the size that it asks for.
    private func run(
        _ layer: PackedRecurrent, _ x: [Float], steps: Int, batch: Int, _ layout: SequenceLayout, _ lengths: [Int32]?,
        threads: Int, _ progress: LSTMProgress? = nil
    ) -> [Float] {
        let sizes = layer.sizes
        var h = (0..<(batch * sizes.hCount)).map { Float($0 % 7) / 8 }
        var c = (0..<(batch * sizes.cCount)).map { Float($0 % 5) / 4 }
        var y = [Float](repeating: 77, count: steps * batch * sizes.outputSize)
        let count = layer.workspaceCount(steps: steps, batch: batch, threads: threads)
        var workspace = [Float](repeating: .nan, count: count + 1)
        workspace[count] = 42
        lengths.withPointer { lengths in
            c.withUnsafeMutableBufferPointer { c in
                layer.run(
                    x, steps: steps, batch: batch, layout: layout, lengths: lengths, h: &h,
                    c: sizes.cCount > 0 ? c.baseAddress : nil, into: &y, workspace: &workspace, threads: threads,
                    progress: progress)
            }
        }
        #expect(workspace[count] == 42, "past the workspace's end")
        return y + h + c
    }

    @Test("the bits of one thread", arguments: shapes.indices, precisions.indices)
    func layers(_ shape: Int, _ kept: Int) {
        let (sizes, precision) = (Self.shapes[shape], Self.precisions[kept])
        var numbers = SeededRandom(seed: 11)
        for set in InstructionSet.available {
            let layer = packed(sizes, set, precision)
            // A few rows of large layers say enough: in a debug build their weights take long.
            for (steps, batch) in sizes.hiddenSize < 256 ? [(3, 1), (5, 2), (2, 9), (3, 33)] : [(3, 1), (2, 3)] {
                let x = numbers.floats(steps * batch * sizes.inputSize, scale: 2)
                let drawn = (0..<batch).map { Int32($0 * 7 % steps + 1) }
                for (layout, lengths) in [(.timeFirst, nil), (.batchFirst, drawn)] as [(SequenceLayout, [Int32]?)] {
                    let one = run(layer, x, steps: steps, batch: batch, layout, lengths, threads: 1)
                    for threads in [2, 3, 8] {
                        let many = run(layer, x, steps: steps, batch: batch, layout, lengths, threads: threads)
                        let place = difference(many, one)
                        #expect(place == nil, "\(set.name), \(steps) x \(batch), \(threads) threads")
                    }
                    let progress = LSTMProgress(interval: 1, rows: 1) { _ in }
                    let parts = run(layer, x, steps: steps, batch: batch, layout, lengths, threads: 3, progress)
                    #expect(difference(parts, one) == nil, "\(set.name), \(steps) x \(batch), with progress")
                }
            }
        }
    }

    @Test("products", arguments: precisions.indices) func products(_ kept: Int) {
        let precision = Self.precisions[kept]
        var numbers = SeededRandom(seed: 5)
        for (inputs, outputs) in [(3, 1), (20, 17), (70, 65), (33, 200)] {
            let weight = FloatArray(numbers.floats(inputs * outputs), shape: [outputs, inputs])
            let bias = FloatArray(numbers.floats(outputs), shape: [outputs])
            for set in InstructionSet.available {
                let layer = PackedLinear(
                    inFeatures: inputs, outFeatures: outputs, weight: weight, bias: bias, for: set, keptAs: precision)
                for rows in [1, 2, 15, 16, 130] {
                    let x = numbers.floats(rows * inputs, scale: 2)
                    let results = [1, 2, 3, 8].map { threads in
                        var y = [Float](repeating: .nan, count: rows * outputs)
                        layer.run(x, rows: rows, into: &y, threads: threads)
                        return y
                    }
                    for result in results.dropFirst() { #expect(difference(result, results[0]) == nil, "\(set.name)") }
                }
            }
        }
    }

    @Test("convolutions", arguments: [1, 2], [1, 3])
    func convolutions(_ stride: Int, _ dilation: Int) {
        var numbers = SeededRandom(seed: 6)
        let weight = FloatArray(numbers.floats(12 * 3 * 4), shape: [12, 3, 4])
        let conv = PackedConv1d(
            inChannels: 6, outChannels: 12, kernelSize: 4, stride: stride, left: 1, right: 2, dilation: dilation,
            groups: 2, weight: weight, bias: nil)
        let (steps, batch) = (90, 3)
        let x = numbers.floats(steps * batch * 6)
        let results = [1, 2, 3, 8].map { threads in
            var y = [Float](repeating: .nan, count: steps * batch * 12)
            var workspace = [Float](repeating: .nan, count: conv.workspaceCount(steps: steps))
            let lengths: [Int32]? = [90, 17, 55]
            lengths.withPointer { lengths in
                conv.run(
                    x, steps: steps, batch: batch, layout: .batchFirst, lengths: lengths, into: &y, steps: steps,
                    workspace: &workspace, threads: threads)
            }
            return y
        }
        for result in results.dropFirst() { #expect(difference(result, results[0]) == nil) }
    }

    @Test("odd numbers of threads") func odd() throws {
        let layer = packed(RecurrentSizes(inputSize: 3, hiddenSize: 9), .current, .float32)
        let x: [Float] = .init(repeating: 0.5, count: 3 * 4 * 2)
        let one = try layer(x, batch: 2)
        for threads in [5, 64, 65, 1_000_000, .max] { #expect(try layer(x, batch: 2, threads: threads) == one) }
        for threads in [0, -1, .min] {
            #expect(throws: InputError.notPositive("threads", found: threads)) {
                try layer(x, batch: 2, threads: threads)
            }
        }
    }
}

extension [Int32]? {
    fileprivate func withPointer(_ body: (UnsafePointer<Int32>?) -> Void) {
        guard let self else { return body(nil) }
        self.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
