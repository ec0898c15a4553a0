// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// torch.nn.LSTM over one sequence: all stacked layers, both directions, projections.
///
/// - Parameters:
///   - x: a vector of input_size for each step.
///   - h: num_layers * directions vectors of the state size, in the order of h_0.
///   - c: as many vectors of hidden_size.
/// - Returns: the last layer's output at each step, and the state after the last one.
func referenceLSTM(
    _ lstm: LSTM, _ parameters: [String: [Float]], _ x: [[Float]], h: [[Float]], c: [[Float]]
) -> (output: [[Float]], h: [[Float]], c: [[Float]]) {
    var output = x
    var h = h
    var c = c
    for layer in 0..<lstm.numLayers {
        var ways: [[[Float]]] = []
        for direction in 0..<lstm.directions {
            let isReverse = direction == 1
            let state = layer * lstm.directions + direction
            let cell = ReferenceCell(lstm, parameters, suffix: LSTM.suffix(layer: layer, reverse: isReverse))
            // The reverse direction reads the sequence from its last step to its first, and its outputs stand at the
            // steps they were made from.
            var way: [[Float]] = []
            for step in isReverse ? output.reversed() : output {
                (h[state], c[state]) = cell.step(step, h: h[state], c: c[state])
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
    private let hiddenSize: Int
    /// (4 * hidden_size, input), rows i f g o.
    private let weightIH: [Float]
    /// (4 * hidden_size, state size).
    private let weightHH: [Float]
    /// bias_ih + bias_hh, or zero.
    private let bias: [Float]
    /// (proj_size, hidden_size), nil without a projection.
    private let weightHR: [Float]?

    init(_ lstm: LSTM, _ parameters: [String: [Float]], suffix: String) {
        hiddenSize = lstm.hiddenSize
        weightIH = parameters["weight_ih" + suffix] ?? []
        weightHH = parameters["weight_hh" + suffix] ?? []
        weightHR = parameters["weight_hr" + suffix]
        if let biasIH = parameters["bias_ih" + suffix], let biasHH = parameters["bias_hh" + suffix] {
            bias = zip(biasIH, biasHH).map { $0 + $1 }
        } else {
            bias = [Float](repeating: 0, count: 4 * lstm.hiddenSize)
        }
    }

    /// https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html, in our order of additions.
    func step(_ x: [Float], h: [Float], c: [Float]) -> (h: [Float], c: [Float]) {
        let fromInput = referenceProduct(weightIH, x)
        let fromHidden = referenceProduct(weightHH, h)
        let gates = bias.indices.map { (bias[$0] + fromInput[$0]) + fromHidden[$0] }
        var nextC: [Float] = []
        var cellOutput: [Float] = []
        for unit in 0..<hiddenSize {
            let i = referenceSigmoid(gates[unit])
            let f = referenceSigmoid(gates[hiddenSize + unit])
            let g = referenceTanh(gates[2 * hiddenSize + unit])
            let o = referenceSigmoid(gates[3 * hiddenSize + unit])
            nextC.append((i * g).addingProduct(f, c[unit]))
            cellOutput.append(o * referenceTanh(nextC[unit]))
        }
        return (weightHR.map { referenceProduct($0, cellOutput) } ?? cellOutput, nextC)
    }
}
