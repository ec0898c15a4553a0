// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMIR

/// Parameters drawn from a seed, uniform in ±1/sqrt(n) as PyTorch draws them, and variances around 1.5: for benchmarks of
/// specs without weights.
public struct RandomParameters: ParameterSource, Sendable {
    private let model: Model
    private let seed: UInt64

    public init(for model: Model, seed: UInt64 = 1) {
        self.model = model
        self.seed = seed
    }

    public func source(of parameter: Parameter) -> any FloatSource {
        let layer = model.layers[parameter.layer]
        let width = layer.operation.described.initialWidth
        // A stream of its own for each tensor, so that none depends on the order they are read in.
        let stream = parameter.key.utf8.reduce(seed &+ UInt64(parameter.layer) &* 0x100_0003) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
        }
        let middle: Float = parameter.isPositive ? 1.5 : 0
        let floats = RandomFloats(
            shape: parameter.shape, bound: 1 / Float(width).squareRoot(), middle: middle, stream: stream)
        return floats.kept(for: parameter)
    }
}

/// Element i is a function of the stream and i alone, so that any part can be read at any time.
struct RandomFloats: FloatSource, Sendable {
    let shape: [Int]
    let bound: Float
    var middle: Float = 0
    let stream: UInt64

    func read(from start: Int, into floats: UnsafeMutableBufferPointer<Float>) {
        for index in floats.indices {
            // SplitMix64's output function of its state after `start + index` steps.
            var z = stream &+ UInt64(truncatingIfNeeded: start + index + 1) &* 0x9E37_79B9_7F4A_7C15
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            floats[index] = middle + (Float(z >> 40) * 0x1p-23 - 1) * bound
        }
    }
}
