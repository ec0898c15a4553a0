// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMRuntime
import TestSupport
import Testing

/// Streams in batches beside each stream alone, on every instruction set; goldens hold whole models to the same.
struct StreamSlotsTests {
    private static let cells = CellTests.cells + [.lstm]

    private func parameter(_ key: String, _ shape: [Int]) -> FloatArray {
        var numbers = SeededRandom(seed: stableHash(key))
        return FloatArray(numbers.floats(shape.reduce(1, *), scale: 0.5), shape: shape)
    }

    private func packed(_ sizes: RecurrentSizes, _ set: InstructionSet) -> PackedRecurrent {
        let rows = sizes.cell.gates * sizes.hiddenSize
        return PackedRecurrent(anyCell: sizes, for: set) { key in
            if key.hasPrefix("weight_hr") { return parameter(key, [sizes.projSize, sizes.hiddenSize]) }
            if key.hasPrefix("bias") { return parameter(key, [rows]) }
            let isFirst = key.hasPrefix("weight_ih_l0")
            return parameter(key, [rows, isFirst ? sizes.inputSize : sizes.stateSize])
        }
    }

    /// A recurrent layer's calls in a pool: state h and c, then workspace.
    private struct Layer {
        let packed: PackedRecurrent
        var h: Int { packed.sizes.hCount }
        var floats: Int { h + packed.sizes.cCount }
        private var hasC: Bool { packed.sizes.cCount > 0 }

        func slots(_ capacity: Int) -> StreamSlots {
            let sizes = packed.sizes
            let c = StreamSlots.Part(h, states: sizes.numLayers, size: sizes.hiddenSize)
            return StreamSlots(
                capacity: capacity, floats: floats, alone: floats + packed.stepWorkspaceCount,
                parts: [StreamSlots.Part(0, states: sizes.numLayers, size: sizes.stateSize)] + (hasC ? [c] : [])
            ) { packed.workspaceCount(steps: 1, batch: $0) }
        }

        func alone(_ x: UnsafePointer<Float>, _ memory: UnsafeMutablePointer<Float>) {
            packed.step(x, h: memory, c: hasC ? memory + h : nil, workspace: memory + floats)
        }

        func together(_ x: UnsafePointer<Float>, _ batch: Int, _ memory: UnsafeMutablePointer<Float>) {
            packed.run(
                x, steps: 1, batch: batch, h: memory, c: hasC ? memory + h * batch : nil, into: nil,
                workspace: memory + floats * batch)
        }
    }

    private func run(_ layer: Layer, _ x: [Float], _ ids: [StreamID], _ slots: inout StreamSlots) {
        let size = layer.packed.sizes.inputSize
        x.withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            ids.withUnsafeBufferPointer {
                slots.run(
                    layer, $0, alone: { $0.alone(x + $1 * size, $2) }, together: { $0.together(x + $1 * size, $2, $3) })
            }
        }
    }

    private func floats(_ layer: Layer, _ id: StreamID, _ slots: borrowing StreamSlots) -> [Float] {
        var memory = StreamMemory(parts: [0..<layer.floats], floats: layer.floats)
        slots.copy(id, into: &memory)
        return memory[0..<layer.floats]
    }

    @Test("have the bits of each alone", arguments: cells, [1, 5, 8, 9, 16, 17, 33, 65])
    func bits(_ cell: RecurrentCell, _ hidden: Int) {
        let projections = cell == .lstm && hidden > 1 ? [0, hidden / 2] : [0]
        for set in InstructionSet.available {
            for (projection, layers) in projections.flatMap({ [($0, 1), ($0, 2)] }) {
                let sizes = RecurrentSizes(
                    inputSize: 3, hiddenSize: hidden, numLayers: layers, projSize: projection, cell: cell)
                let layer = Layer(packed: packed(sizes, set))
                let seed = UInt64(hidden * 10 + layers)
                var numbers = SeededRandom(seed: seed)
                let count = 1 + hidden % 7 * 25
                var pool = layer.slots(count)
                var alone = layer.slots(count)
                let start = StreamMemory(parts: [0..<layer.floats], floats: layer.floats)
                let ids = (0..<count).compactMap { _ in pool.join(start) }
                let others = (0..<count).compactMap { _ in alone.join(start) }
                #expect(ids.count == count && others.count == count)
                for _ in 0..<4 {
                    let x = numbers.floats(3 * count, scale: 2)
                    run(layer, x, ids, &pool)
                    for (index, id) in others.enumerated() {
                        run(layer, Array(x[(3 * index)..<(3 * index + 3)]), [id], &alone)
                    }
                }
                for (mine, other) in zip(ids, others) {
                    let found = difference(floats(layer, mine, pool), floats(layer, other, alone))
                    #expect(found == nil, "\(set.name) \(sizes), \(count) streams, seed \(seed)")
                }
            }
        }
    }

    @Test("a convolution has the bits of each stream alone", arguments: [(1, 1), (3, 1), (3, 2), (4, 3)], [1, 2])
    func convolution(_ window: (size: Int, dilation: Int), _ groups: Int) {
        let (channels, outputs, count) = (6, 10, 9)
        let conv = PackedConv1d(
            inChannels: channels, outChannels: outputs, kernelSize: window.size,
            left: (window.size - 1) * window.dilation, dilation: window.dilation, groups: groups,
            weight: parameter("weight", [outputs, channels / groups, window.size]), bias: parameter("bias", [outputs]))
        let before = (window.size - 1) * window.dilation * channels
        let (pasts, alone) = (AlignedFloats(count: count * before), AlignedFloats(count: count * before))
        let workspace = AlignedFloats(
            count: max(conv.workspaceCount(streams: count), conv.workspaceCount(chunk: 1)))
        var numbers = SeededRandom(seed: 18)
        for step in 0..<12 {
            let x = numbers.floats(count * channels, scale: 2)
            var y = [Float](repeating: 0, count: count * outputs)
            var expected = y
            conv.run(x, batch: count, past: pasts.pointer, into: &y, workspace: workspace.pointer)
            for row in 0..<count {
                var one = [Float](repeating: 0, count: outputs)
                conv.run(
                    Array(x[(row * channels)..<(row * channels + channels)]), steps: 1,
                    past: alone.pointer + row * before, into: &one, workspace: workspace.pointer)
                expected.replaceSubrange((row * outputs)..<(row * outputs + outputs), with: one)
            }
            #expect(difference(y, expected) == nil, "step \(step)")
        }
    }

    @Test("a place is another stream's once its stream has left")
    func places() throws {
        let layer = Layer(packed: packed(RecurrentSizes(inputSize: 3, hiddenSize: 4, cell: .lstm), .current))
        var slots = layer.slots(2)
        let start = StreamMemory(parts: [0..<layer.floats], floats: layer.floats)
        let ids = (0..<3).map { _ in slots.join(start) }
        let (first, second) = (try #require(ids[0]), try #require(ids[1]))
        var isFull = slots.count == 2
        #expect(isFull && ids[2] == nil)
        slots.leave(first)
        isFull = slots.count == 2
        #expect(!isFull)
        let next = slots.join(start)
        let third = try #require(next)
        let there = [first, second, third].map { slots.contains($0) }
        #expect(there == [false, true, true] && third != first)
        func mistake(_ ids: [StreamID]) -> InputError? {
            do { try slots.check(ids) } catch { return error }
            return nil
        }
        #expect(mistake([second, first]) == .noStream(index: 1))
        #expect(mistake([second, third, second]) == .sameStream(index: 2))
        #expect(mistake([third, second]) == nil)
        let isOthers = layer.slots(2).contains(second)
        #expect(!isOthers)
    }
}
