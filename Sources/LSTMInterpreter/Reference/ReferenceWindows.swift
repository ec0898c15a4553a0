// SPDX-License-Identifier: Apache-2.0
//
// The twins of what slides along an axis. `elements` are the vectors along it: one sequence's own steps, or the positions of
// one step.

import LSTMIR

/// fma(d, scale, fma(d, rest, bias)), d = fl(x - mean): scale = weight / sqrt(variance + eps) in double, as two floats.
func referenceBatchNorm(_ norm: BatchNorm, _ parameters: [String: [Float]], _ x: [Float]) -> [Float] {
    x.enumerated().map { index, value in
        let channel = index / norm.positions
        let (mean, variance) = (parameters["running_mean"]?[channel] ?? 0, parameters["running_var"]?[channel] ?? 1)
        let scale =
            Double(parameters["weight"]?[channel] ?? 1) / (Double(variance) + Double(norm.eps)).squareRoot()
        let rest = Float(scale - Double(Float(scale)))
        let difference = value - mean
        return (parameters["bias"]?[channel] ?? 0).addingProduct(difference, rest).addingProduct(
            difference, Float(scale))
    }
}

/// bias + part(W, window), the terms of a window element by element, and channel by channel within each.
func referenceConv1d(
    _ conv: Conv1d, _ parameters: [String: [Float]], _ elements: [[Float]], _ product: ReferenceProducts
) -> [[Float]] {
    let (windows, weight) = (conv.windows, parameters["weight"] ?? [])
    let (channels, outputs) = (conv.inChannels / conv.groups, conv.outChannels / conv.groups)
    let zero = [Float](repeating: 0, count: conv.inChannels)
    var padded = [[Float]](repeating: zero, count: windows.left)
    padded += elements
    padded += [[Float]](repeating: zero, count: windows.right)
    // Each group's outputs, each of (kernel_size, channels).
    let matrices = (0..<conv.groups).map { group in
        var matrix: [Float] = []
        for output in (group * outputs)..<((group + 1) * outputs) {
            for element in 0..<windows.size {
                for channel in 0..<channels {
                    matrix.append(weight[(output * channels + channel) * windows.size + element])
                }
            }
        }
        return matrix
    }
    return (0..<windows.count(of: elements.count)).map { window in
        var y: [Float] = []
        for (group, matrix) in matrices.enumerated() {
            var x: [Float] = []
            for element in 0..<windows.size {
                let vector = padded[window * windows.stride + element * windows.dilation]
                x += vector[(group * channels)..<((group + 1) * channels)]
            }
            y += product(matrix, x)
        }
        guard let bias = parameters["bias"] else { return y }
        return zip(bias, y).map { $0 + $1 }
    }
}

/// The largest of each window, or the sum of its elements in order divided by the kernel's size.
func referencePool(_ pool: WindowPool, _ elements: [[Float]]) -> [[Float]] {
    let windows = pool.windows
    return (0..<windows.count(of: elements.count)).map { window in
        let first = window * windows.stride - windows.left
        let own = elements[max(first, 0)..<min(first + windows.size, elements.count)]
        switch pool.function {
        case .max: return own.dropFirst().reduce(own.first ?? []) { zip($0, $1).map(referenceMaximum) }
        case .average: return referenceSumOverTime(Array(own)).map { $0 / Float(windows.size) }
        }
    }
}

/// Elements before and after.
func referencePad(_ pad: Pad, _ elements: [[Float]]) -> [[Float]] {
    (-pad.left..<(elements.count + pad.right)).map { place in
        if elements.indices.contains(place) { return elements[place] }
        switch pad.mode {
        case .zeros: return [Float](repeating: 0, count: elements[0].count)
        case .reflect: return elements[place < 0 ? -place : 2 * (elements.count - 1) - place]
        case .replicate: return place < 0 ? elements[0] : elements[elements.count - 1]
        }
    }
}

extension ReferenceFlow {
    /// `body` along time, or along the positions of each step, whose values are (channels, positions).
    func slid(_ axis: WindowAxis, channels: Int, _ body: ([[Float]]) -> [[Float]]) -> ReferenceFlow {
        // Without a time axis there is one step.
        if axis == .time { return ReferenceFlow(vectors: body(vectors), hasTime: hasTime) }
        return map { step in
            let positions = step.count / channels
            let elements = (0..<positions).map { position in
                (0..<channels).map { step[$0 * positions + position] }
            }
            let slid = body(elements)
            var y: [Float] = []
            for channel in 0..<(slid.first?.count ?? 0) {
                for element in slid { y.append(element[channel]) }
            }
            return y
        }
    }
}
