// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMRuntime
import TestSupport
import Testing

/// Matrices of int8: their products by the definition, and the bits of all instruction sets, batches and ways to run.
struct Int8Tests {
    private func tensor(_ key: String, _ shape: [Int]) -> FloatArray {
        var numbers = SeededRandom(seed: stableHash(key))
        return FloatArray(numbers.floats(shape.reduce(1, *), scale: 0.5), shape: shape)
    }

    private func packed(_ sizes: RecurrentSizes, _ set: InstructionSet) -> PackedRecurrent {
        let rows = sizes.cell.gates * sizes.hiddenSize
        return PackedRecurrent(anyCell: sizes, for: set, precision: .int8) { key in
            let columns =
                key.hasPrefix("weight_ih_l0")
                ? sizes.inputSize : key.hasPrefix("weight_ih") ? sizes.outputSize : sizes.stateSize
            if key.hasPrefix("weight_hr") { return tensor(key, [sizes.projSize, sizes.hiddenSize]) }
            return tensor(key, key.hasPrefix("bias") ? [rows] : [rows, columns])
        }
    }

    /// n, exact, times both scales, as lstmc_kernels.h says; written again, and with plain integers.
    private func product(_ weight: [Float], _ bias: [Float], _ x: [Float]) -> [Float] {
        let largest = x.map(\.magnitude).max() ?? 0
        let inputs = x.map { largest < 0x1p-96 ? 0 : Int(($0 * (127 / largest)).rounded(.toNearestOrEven)) }
        return bias.indices.map { row in
            let own = Array(weight[(row * x.count)..<((row + 1) * x.count)])
            var numbers = [Int8](repeating: 0, count: x.count)
            let scale = quantize(own, count: own.count, to: &numbers)
            let sum = zip(numbers, inputs).reduce(0) { $0 + Int($1.0) * $1.1 }
            return bias[row] + Float(sum) * (scale * (largest < 0x1p-96 ? 0 : largest / 127))
        }
    }

    /// On sets without fused multiply-add too: nothing here is fused.
    @Test("a product is the definition's", arguments: [1, 3, 4, 7, 16, 33, 64, 65, 150, 300])
    func products(_ inputs: Int) {
        for outputs in [1, 8, 17, 48, 65, 130] {
            let (weight, bias) = (tensor("weight", [outputs, inputs]), tensor("bias", [outputs]))
            for rows in inputs > 100 ? [1, 7] : [1, 3, 50] {
                var numbers = SeededRandom(seed: UInt64(rows))
                var values = numbers.floats(rows * inputs, scale: 3)
                // A row of nothing, and one that is too small for a scale.
                if rows > 2 {
                    for index in 0..<inputs { (values[index], values[inputs + index]) = (0, 1e-30) }
                }
                let x = AlignedFloats(FloatArray(values, shape: [values.count]))
                let expected = (0..<rows).flatMap { row in
                    product(weight.values, bias.values, Array(values[(row * inputs)..<((row + 1) * inputs)]))
                }
                for set in InstructionSet.available {
                    let layer = PackedLinear(
                        inFeatures: inputs, outFeatures: outputs, weight: weight, bias: bias, for: set, precision: .int8
                    )
                    let y = AlignedFloats(count: rows * outputs)
                    layer.run(x.pointer, rows: rows, into: y.pointer)
                    #expect(
                        difference(Array(UnsafeBufferPointer(start: y.pointer, count: y.count)), expected) == nil,
                        "\(set.name), \(outputs) outputs, \(rows) rows")
                }
            }
        }
    }

    @Test("what is no number goes to all results of its row, and to no other row")
    func notFinite() {
        for (set, value) in InstructionSet.available.flatMap({ set in [Float.nan, .infinity].map { (set, $0) } }) {
            let layer = PackedLinear(
                inFeatures: 20, outFeatures: 30, weight: tensor("weight", [30, 20]), bias: nil, for: set,
                precision: .int8)
            var values = [Float](repeating: 0.5, count: 60)
            values[33] = value
            let x = AlignedFloats(FloatArray(values, shape: [60]))
            let y = AlignedFloats(count: 90)
            layer.run(x.pointer, rows: 3, into: y.pointer)
            for index in 0..<90 {
                #expect(y.pointer[index].isNaN == (30..<60).contains(index), "\(set.name), \(value)")
            }
        }
    }

    /// Of (steps, batch, size).
    private func lastRow(of values: [Float], batch: Int, size: Int) -> [Float] {
        var row: [Float] = []
        for start in stride(from: (batch - 1) * size, to: values.count, by: batch * size) {
            row += values[start..<(start + size)]
        }
        return row
    }

    /// Every set with fused multiply-add gives the same bits, and a batch those of its rows alone.
    @Test("whole sequences", arguments: HalfTests.cells, [1, 8, 9, 33, 70])
    func sequences(_ cell: RecurrentCell, _ hidden: Int) throws {
        let projected = cell.kind == .lstm && hidden > 2
        for proj in projected ? [0, hidden / 2] : [0] {
            let sizes = RecurrentSizes(
                inputSize: hidden == 33 ? 150 : 5, hiddenSize: hidden, numLayers: 2, projSize: proj, cell: cell)
            var first: [Int: [Float]] = [:]
            for set in InstructionSet.available {
                let layer = packed(sizes, set)
                for batch in [1, 3, 52] {
                    let what: Comment = "\(set.name), batch \(batch), projection \(proj)"
                    var numbers = SeededRandom(seed: UInt64(hidden))
                    let x = numbers.floats(3 * batch * sizes.inputSize, scale: 2)
                    let ours = try layer(x, batch: batch).output
                    if set.isFused {
                        if let first = first[batch] { #expect(difference(ours, first) == nil, what) }
                        first[batch] = ours
                    }
                    let own = lastRow(of: x, batch: batch, size: sizes.inputSize)
                    let last = lastRow(of: ours, batch: batch, size: sizes.outputSize)
                    #expect(difference(last, try layer(own, batch: 1).output) == nil, what)
                }
            }
        }
    }

    @Test("single steps", arguments: HalfTests.cells, [1, 6, 8, 16, 24, 31, 33, 48, 70])
    func steps(_ cell: RecurrentCell, _ hidden: Int) throws {
        for set in InstructionSet.available {
            let sizes = RecurrentSizes(inputSize: 3, hiddenSize: hidden, cell: cell)
            let layer = packed(sizes, set)
            var numbers = SeededRandom(seed: 3)
            let x = numbers.floats(5 * 3, scale: 2)
            let whole = try layer(x, batch: 1).output
            let head = PackedLinear(
                inFeatures: hidden, outFeatures: 3, weight: tensor("head", [3, hidden]), bias: nil,
                for: InstructionSet(of: layer), precision: .int8)
            for linear in [nil, head] {
                let workspace = AlignedFloats(count: layer.stepWorkspaceCount)
                let step = LSTMStep(layer, linear, workspace: workspace.count)
                let (h, c) = (AlignedFloats(count: hidden + 16), AlignedFloats(count: hidden + 16))
                let y = AlignedFloats(count: max(hidden, 3))
                for number in 0..<5 {
                    let given = AlignedFloats(FloatArray(Array(x[(3 * number)..<(3 * number + 3)]), shape: [3]))
                    step.run(
                        given.pointer, h: h.pointer, c: sizes.cCount > 0 ? c.pointer : nil, into: y.pointer,
                        workspace: workspace.pointer)
                    let expected = AlignedFloats(
                        FloatArray(Array(whole[(number * hidden)..<((number + 1) * hidden)]), shape: [hidden]))
                    var result = Array(UnsafeBufferPointer(start: expected.pointer, count: hidden))
                    #expect(difference(Array(UnsafeBufferPointer(start: h.pointer, count: hidden)), result) == nil)
                    if linear != nil {
                        let through = AlignedFloats(count: 3)
                        head.run(expected.pointer, rows: 1, into: through.pointer)
                        result = Array(UnsafeBufferPointer(start: through.pointer, count: 3))
                    }
                    #expect(
                        difference(Array(UnsafeBufferPointer(start: y.pointer, count: result.count)), result) == nil,
                        "\(set.name), with a linear layer: \(linear != nil)")
                }
            }
        }
    }

    @Test("a row becomes multiples of its scale, and these become themselves") func rounding() {
        var numbers = SeededRandom(seed: 11)
        for count in [1, 2, 5, 64, 300] {
            for scale in [Float(1e-20), 1e-3, 1, 1e30] {
                let row = numbers.floats(count, scale: scale)
                var bytes = [Int8](repeating: 0, count: count)
                let factor = quantize(row, count: count, to: &bytes)
                #expect(bytes.contains { $0.magnitude == 127 } && bytes.allSatisfy { $0 > -128 })
                #expect(zip(row, bytes).allSatisfy { abs($0 - factor * Float($1)) <= factor * 0.5001 })
                // Exact: a number of 7 bits times one of 16.
                let wide = bytes.map { factor * Float($0) }
                #expect(zip(wide, bytes).allSatisfy { Double($0) == Double(factor) * Double($1) })
                var again = [Int8](repeating: 0, count: count)
                #expect(quantize(wide, count: count, to: &again) == factor && again == bytes)
                let source = FloatArray(row, shape: [1, count])
                #expect(source.rounded(to: .int8).floats() == wide)
                var kept = [UInt8](repeating: 0, count: WeightPrecision.int8.byteCount(of: [1, count]))
                kept.withUnsafeMutableBytes { source.write(as: .int8, to: $0) }
                #expect(QuantizedRows(bytes: kept, from: 0, shape: [1, count]).floats() == wide)
            }
        }
        var bytes: [Int8] = [1, 1]
        #expect(quantize([0, -0.0], count: 2, to: &bytes) == 0 && bytes == [0, 0])
        #expect(quantize([1e-30, -1e-32], count: 2, to: &bytes) == 0)
        #expect(
            quantize([1, .infinity], count: 2, to: &bytes).isNaN && quantize([.nan, 1], count: 2, to: &bytes).isNaN)
        // Ties to even.
        #expect(quantize([127, 0.5], count: 2, to: &bytes) == 1 && bytes == [127, 0])
        #expect(quantize([-127, 1.5], count: 2, to: &bytes) == 1 && bytes == [-127, 2])
    }

    @Test("any part of a matrix can be read") func parts() {
        let source = tensor("weight", [7, 5])
        let whole = source.rounded(to: .int8).floats()
        var bytes = [UInt8](repeating: 9, count: 3 + WeightPrecision.int8.byteCount(of: [7, 5]))
        bytes.withUnsafeMutableBytes { source.write(as: .int8, to: UnsafeMutableRawBufferPointer(rebasing: $0[3...])) }
        let stored = QuantizedRows(bytes: bytes, from: 3, shape: [7, 5])
        for start in 0..<35 {
            for end in start...35 {
                for part in [source.rounded(to: .int8), stored] as [any FloatSource] {
                    let read = [Float](unsafeUninitializedCapacity: end - start) { buffer, initialized in
                        part.read(from: start, into: UnsafeMutableBufferPointer(rebasing: buffer[..<(end - start)]))
                        initialized = end - start
                    }
                    #expect(read == Array(whole[start..<end]))
                }
            }
        }
    }
}
