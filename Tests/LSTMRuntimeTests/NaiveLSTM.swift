// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMRuntime
import TestSupport

extension SeededRandom {
    mutating func floats(_ count: Int, scale: Float = 1) -> [Float] {
        (0..<count).map { _ in float(in: -scale...scale) }
    }
}

/// An lstm written as loops over single numbers, in the stated order of additions (lstmc_kernels.h).
///
/// The interpreter's naive reference judges whole models, where multiply-add is fused; this one judges one packed lstm on
/// every instruction set, with that set's own multiply-add and activations.
struct NaiveLSTM {
    let sizes: LSTMSizes
    let parameters: [String: FloatArray]
    /// Whose sigmoid and tanh are used.
    let set: InstructionSet

    init(_ sizes: LSTMSizes, set: InstructionSet, numbers: inout SeededRandom) {
        self.sizes = sizes
        self.set = set
        var parameters: [String: FloatArray] = [:]
        let bound = 1 / Float(sizes.hiddenSize).squareRoot()
        for layer in 0..<sizes.numLayers {
            for direction in 0..<sizes.directions {
                for (key, shape) in sizes.shapes(layer: layer) {
                    let values = numbers.floats(shape.reduce(1, *), scale: bound)
                    parameters[key + sizes.suffix(layer, direction)] = FloatArray(values, shape: shape)
                }
            }
        }
        self.parameters = parameters
    }

    /// x: (time, batch, inputSize).
    func run(_ x: [Float], steps: Int, batch: Int, lengths: [Int32]?, h0: [Float], c0: [Float]) -> LSTMResult {
        var result = LSTMResult(output: [], hN: h0, cN: c0)
        var input = x
        for layer in 0..<sizes.numLayers {
            var output = [Float](repeating: 0, count: steps * batch * sizes.outputSize)
            let size = sizes.inputSize(ofLayer: layer)
            for direction in 0..<sizes.directions {
                for row in 0..<batch {
                    let at = (layer * sizes.directions + direction) * batch + row
                    var h = Array(result.hN[(at * sizes.stateSize)..<((at + 1) * sizes.stateSize)])
                    var c = Array(result.cN[(at * sizes.hiddenSize)..<((at + 1) * sizes.hiddenSize)])
                    let length = lengths.map { Int($0[row]) } ?? steps
                    for step in 0..<length {
                        let time = direction == 1 ? length - 1 - step : step
                        let first = (time * batch + row) * size
                        advance(Array(input[first..<(first + size)]), sizes.suffix(layer, direction), &h, &c)
                        let to = (time * batch + row) * sizes.outputSize + direction * sizes.stateSize
                        output.replaceSubrange(to..<(to + h.count), with: h)
                    }
                    result.hN.replaceSubrange((at * h.count)..<((at + 1) * h.count), with: h)
                    result.cN.replaceSubrange((at * c.count)..<((at + 1) * c.count), with: c)
                }
            }
            input = output
        }
        result.output = input
        return result
    }

    private func advance(_ x: [Float], _ suffix: String, _ h: inout [Float], _ c: inout [Float]) {
        let hidden = sizes.hiddenSize
        let inputParts = parts("weight_ih" + suffix, x)
        let hiddenParts = parts("weight_hh" + suffix, h)
        let biases = parameters["bias_ih" + suffix].flatMap { first in
            parameters["bias_hh" + suffix].map { zip(first.values, $0.values).map(+) }
        }
        let gates = (0..<(4 * hidden)).map { ((biases?[$0] ?? 0) + inputParts[$0]) + hiddenParts[$0] }
        let sigmoids = set.apply(.sigmoid, gates)
        let (i, f, o) = (sigmoids[..<hidden], sigmoids[hidden..<(2 * hidden)], sigmoids[(3 * hidden)...])
        let g = set.apply(.tanh, Array(gates[(2 * hidden)..<(3 * hidden)]))
        for j in 0..<hidden { c[j] = multiplyAdd(f[hidden + j], c[j], i[j] * g[j]) }
        let squashed = set.apply(.tanh, c)
        h = (0..<hidden).map { o[3 * hidden + $0] * squashed[$0] }
        if sizes.projSize > 0 { h = parts("weight_hr" + suffix, h) }
    }

    /// part(W[o], x) for every o.
    private func parts(_ key: String, _ x: [Float]) -> [Float] {
        guard let weight = parameters[key] else { return [] }
        return (0..<weight.shape[0]).map { output in
            var part: Float?
            for start in stride(from: 0, to: x.count, by: 16) {
                var block: Float = 0
                for k in start..<min(start + 16, x.count) {
                    block = multiplyAdd(weight.values[output * x.count + k], x[k], block)
                }
                part = part.map { $0 + block } ?? block
            }
            return part ?? 0
        }
    }

    private func multiplyAdd(_ a: Float, _ b: Float, _ c: Float) -> Float {
        set.isFused ? c.addingProduct(a, b) : a * b + c
    }
}

extension LSTMSizes {
    func suffix(_ layer: Int, _ direction: Int) -> String { "_l\(layer)" + (direction == 1 ? "_reverse" : "") }

    func shapes(layer: Int) -> [(String, [Int])] {
        var shapes = [
            ("weight_ih", [4 * hiddenSize, inputSize(ofLayer: layer)]), ("weight_hh", [4 * hiddenSize, stateSize]),
        ]
        if bias { shapes += [("bias_ih", [4 * hiddenSize]), ("bias_hh", [4 * hiddenSize])] }
        if projSize > 0 { shapes.append(("weight_hr", [projSize, hiddenSize])) }
        return shapes
    }
}
