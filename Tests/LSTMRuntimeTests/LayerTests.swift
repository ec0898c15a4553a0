// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMRuntime
import TestSupport
import Testing

/// The other layers against their definitions, in the stated order where bits are promised and in float64 elsewhere.
struct LayerTests {
    @Test(arguments: [(1, 1), (3, 1), (5, 7), (16, 33), (64, 8), (65, 40), (130, 100)])
    func linear(inputs: Int, outputs: Int) {
        for set in InstructionSet.available {
            var numbers = SeededRandom(seed: 3)
            let weight = numbers.floats(inputs * outputs)
            let bias = numbers.floats(outputs)
            for rows in [1, 2, 3, 4, 5, 9, 50] {
                let x = numbers.floats(rows * inputs)
                for hasBias in [true, false] {
                    let layer = PackedLinear(
                        inFeatures: inputs, outFeatures: outputs, weight: FloatArray(weight, shape: [outputs, inputs]),
                        bias: hasBias ? FloatArray(bias, shape: [outputs]) : nil, for: set)
                    var y = [Float](repeating: .nan, count: rows * outputs + 1)
                    layer.run(x, rows: rows, into: &y)
                    var expected: [Float] = []
                    for row in 0..<rows {
                        for output in 0..<outputs {
                            let w = weight[(output * inputs)..<((output + 1) * inputs)]
                            let part = set.part(Array(w), Array(x[(row * inputs)..<((row + 1) * inputs)]))
                            expected.append(hasBias ? bias[output] + part : part)
                        }
                    }
                    #expect(y.last?.isNaN == true, "writes past the end")
                    #expect(difference(Array(y.dropLast()), expected) == nil, "\(set.name), \(rows) rows, \(hasBias)")
                }
            }
        }
    }

    @Test(arguments: [1, 2, 7, 8, 15, 16, 17, 40, 100]) func softmax(size: Int) {
        var numbers = SeededRandom(seed: UInt64(size))
        let x = numbers.floats(3 * size, scale: 20)
        var (soft, log) = (x, x)
        Rowwise.softmax(x, rows: 3, size: size, into: &soft)
        Rowwise.logSoftmax(x, rows: 3, size: size, into: &log)
        var inPlace = x
        inPlace.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            Rowwise.logSoftmax(base, rows: 3, size: size, into: base)
        }
        #expect(difference(inPlace, log) == nil)
        for row in 0..<3 {
            let values = x[(row * size)..<((row + 1) * size)].map(Double.init)
            let largest = values.max() ?? 0
            let sum = values.reduce(0) { $0 + exponential($1 - largest) }
            for j in 0..<size {
                let truth = exponential(values[j] - largest) / sum
                #expect(abs(Double(soft[row * size + j]) - truth) <= 4e-6 * truth + 1e-40)
                #expect(abs(exponential(Double(log[row * size + j])) - truth) <= 4e-6 * truth + 1e-40)
            }
        }
    }

    @Test(arguments: [1, 2, 9, 16, 31, 64, 100]) func norms(size: Int) {
        var numbers = SeededRandom(seed: UInt64(size))
        let (x, weight, bias) = (numbers.floats(2 * size, scale: 3), numbers.floats(size), numbers.floats(size))
        let norm = PackedLayerNorm(
            size: size, eps: 1e-5, weight: FloatArray(weight, shape: [size]), bias: FloatArray(bias, shape: [size]))
        var (normed, unit) = (x, x)
        norm.run(x, rows: 2, into: &normed)
        Rowwise.l2Normalize(x, rows: 2, size: size, eps: 1e-12, into: &unit)
        for row in 0..<2 {
            let values = x[(row * size)..<((row + 1) * size)].map(Double.init)
            let mean = values.reduce(0, +) / Double(size)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for j in 0..<size {
                let truth = (values[j] - mean) / (variance + 1e-5).squareRoot() * Double(weight[j]) + Double(bias[j])
                #expect(abs(Double(normed[row * size + j]) - truth) < 3e-6)
                #expect(abs(Double(unit[row * size + j]) - values[j] / length) < 3e-7)
            }
        }
    }

    @Test func pooling() {
        // (time 3, batch 2, size 2); row 1 has two steps.
        let x: [Float] = [1, -1, 4, 4, 2, -2, 6, .nan, 6, -6, 100, 100]
        var mean = [Float](repeating: 0, count: 4)
        var most = mean
        Pooling.mean(x, steps: 3, batch: 2, size: 2, layout: .timeFirst, lengths: [3, 2], into: &mean)
        Pooling.max(x, steps: 3, batch: 2, size: 2, layout: .timeFirst, lengths: [3, 2], into: &most)
        #expect(difference(mean, [3, -3, 5, .nan]) == nil)
        #expect(difference(most, [6, -1, 6, .nan]) == nil)
        let batchFirst = swapFirstAxes(x, 3, 2, 2)
        Pooling.mean(batchFirst, steps: 3, batch: 2, size: 2, layout: .batchFirst, lengths: [3, 2], into: &mean)
        #expect(difference(mean, [3, -3, 5, .nan]) == nil)
    }

    @Test func embedding() throws {
        let table = PackedEmbedding(
            numEmbeddings: 3, embeddingDim: 2, weight: FloatArray([0, 1, 2, 3, 4, 5], shape: [3, 2]))
        var y = [Float](repeating: 0, count: 4)
        table.run([2, 0], count: 2, into: &y)
        #expect(y == [4, 5, 0, 1])
        #expect(throws: InputError.token(index: 1, found: 3, tokens: 3)) { try table.check([0, 3]) }
    }

    @Test func relu() {
        var y = [Float](repeating: 9, count: 5)
        Elementwise.relu([-1, 2, .nan, -.infinity, 0], count: 5, into: &y)
        #expect(difference(y, [0, 2, .nan, 0, 0]) == nil)
    }
}

extension InstructionSet {
    /// The sum of w[k] x[k] in the stated order.
    func part(_ w: [Float], _ x: [Float]) -> Float {
        var part: Float?
        for start in stride(from: 0, to: x.count, by: 16) {
            var block: Float = 0
            for k in start..<min(start + 16, x.count) {
                block = isFused ? block.addingProduct(w[k], x[k]) : w[k] * x[k] + block
            }
            part = part.map { $0 + block } ?? block
        }
        return part ?? 0
    }
}
