// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// torch.nn.LSTM, GRU or RNN over one sequence: all stacked layers, both directions, projections.
///
/// - Parameters:
///   - x: a vector of input_size for each step.
///   - h: num_layers * directions vectors of the state size, in the order of h_0.
///   - c: as many vectors of hidden_size; none where the cell has no c.
/// - Returns: the last layer's output at each step, and the state after the last one.
func referenceRecurrent(
    _ recurrent: Recurrent, _ parameters: [String: [Float]], _ x: [[Float]], h: [[Float]], c: [[Float]],
    _ product: ReferenceProducts
) -> (output: [[Float]], h: [[Float]], c: [[Float]]) {
    var output = x
    var h = h
    var c = c
    for layer in 0..<recurrent.numLayers {
        var ways: [[[Float]]] = []
        for direction in 0..<recurrent.directions {
            let isReverse = direction == 1
            let state = layer * recurrent.directions + direction
            let cell = ReferenceCell(
                recurrent, parameters, suffix: Recurrent.suffix(layer: layer, reverse: isReverse), product)
            // The reverse direction reads the sequence from its last step to its first, and its outputs stand at the
            // steps they were made from.
            var way: [[Float]] = []
            for step in isReverse ? output.reversed() : output {
                if recurrent.hasC {
                    (h[state], c[state]) = cell.lstm(step, h: h[state], c: c[state])
                } else {
                    h[state] = cell.step(step, h: h[state])
                }
                way.append(h[state])
            }
            ways.append(isReverse ? way.reversed() : way)
        }
        output = ways.count == 1 ? ways[0] : zip(ways[0], ways[1]).map { $0 + $1 }
    }
    return (output, h, c)
}

/// One direction of one stacked layer.
private struct ReferenceCell {
    private let layer: Recurrent
    private let product: ReferenceProducts
    private let hiddenSize: Int
    /// (gates * hidden_size, input), rows i f g o, r z n or those of the only gate.
    private let weightIH: [Float]
    /// (gates * hidden_size, state size).
    private let weightHH: [Float]
    /// bias_ih + bias_hh, or zero; of a gru's n bias_ih alone, unless the reset is before the product.
    private let bias: [Float]
    /// A gru's b_hn, or zero.
    private let hiddenBias: [Float]
    /// (proj_size, hidden_size), nil without a projection.
    private let weightHR: [Float]?

    init(
        _ layer: Recurrent, _ parameters: [String: [Float]], suffix: String, _ product: ReferenceProducts
    ) {
        self.layer = layer
        self.product = product
        hiddenSize = layer.hiddenSize
        weightIH = parameters["weight_ih" + suffix] ?? []
        weightHH = parameters["weight_hh" + suffix] ?? []
        weightHR = parameters["weight_hr" + suffix]
        if let biasIH = parameters["bias_ih" + suffix], let biasHH = parameters["bias_hh" + suffix] {
            let sum = zip(biasIH, biasHH).map { $0 + $1 }
            if layer.cell == .gru(resetAfter: true) {
                let first = 2 * layer.hiddenSize
                bias = Array(sum[..<first] + biasIH[first...])
                hiddenBias = Array(biasHH[first...])
            } else {
                (bias, hiddenBias) = (sum, [])
            }
        } else {
            bias = [Float](repeating: 0, count: layer.gates * layer.hiddenSize)
            hiddenBias = [Float](repeating: 0, count: layer.hiddenSize)
        }
    }

    /// https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html, in our order of additions.
    func lstm(_ x: [Float], h: [Float], c: [Float]) -> (h: [Float], c: [Float]) {
        let fromInput = product(weightIH, x)
        let fromHidden = product(weightHH, h)
        let gates = bias.indices.map { (bias[$0] + fromInput[$0]) + fromHidden[$0] }
        var nextC: [Float] = []
        var cellOutput: [Float] = []
        for unit in 0..<hiddenSize {
            let i = inner(gates[unit])
            let f = inner(gates[hiddenSize + unit])
            let g = outer(gates[2 * hiddenSize + unit])
            let o = inner(gates[3 * hiddenSize + unit])
            nextC.append((i * g).addingProduct(f, c[unit]))
            cellOutput.append(o * outer(nextC[unit]))
        }
        return (weightHR.map { product($0, cellOutput) } ?? cellOutput, nextC)
    }

    /// https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html and RNN.html, in our order of additions.
    func step(_ x: [Float], h: [Float]) -> [Float] {
        let fromInput = product(weightIH, x)
        let inputs = bias.indices.map { bias[$0] + fromInput[$0] }
        switch layer.cell {
        case .lstm: return h  // has a state beside h
        case .rnn: return zip(inputs, product(weightHH, h)).map { outer($0 + $1) }
        case .gru(let resetAfter):
            let split = 2 * hiddenSize
            let fromHidden = product(Array(weightHH[..<(split * hiddenSize)]), h)
            let r = (0..<hiddenSize).map { inner(inputs[$0] + fromHidden[$0]) }
            let z = (hiddenSize..<split).map { inner(inputs[$0] + fromHidden[$0]) }
            // W_hn times h, or times what r leaves of it.
            let forN = product(
                Array(weightHH[(split * hiddenSize)...]), resetAfter ? h : zip(r, h).map { $0 * $1 })
            return (0..<hiddenSize).map { unit in
                let input = inputs[split + unit]
                let n = outer(
                    resetAfter
                        ? input.addingProduct(r[unit], hiddenBias[unit] + forN[unit]) : input + forN[unit])
                return n.addingProduct(z[unit], h[unit] - n)
            }
        }
    }

    /// The function of c and g, n or h.
    private func outer(_ x: Float) -> Float { layer.activation.reference(x) }

    /// The function of the other gates.
    private func inner(_ x: Float) -> Float { layer.recurrentActivation.reference(x) }
}

extension Recurrent.Activation {
    /// The function of one value.
    func reference(_ x: Float) -> Float {
        switch self {
        case .tanh: referenceTanh(x)
        case .relu: referenceReLU(x)
        case .sigmoid: referenceSigmoid(x)
        case .hardsigmoid: referenceHardsigmoid(x)
        case .hardsigmoid02: referenceHardtanh(Float(0.5).addingProduct(x, 0.2), minVal: 0, maxVal: 1)
        case .linear: x
        }
    }
}
