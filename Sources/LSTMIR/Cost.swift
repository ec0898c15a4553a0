// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// What a layer or a model costs, all of it counts.
public struct Cost: Hashable, Sendable {
    /// Elements of all tensors read from the checkpoint, as PyTorch counts them (both biases of an lstm).
    public let parameters: Int
    /// Bytes of these parameters as float32.
    public let weightBytes: Int
    /// Multiply-adds of the matrix products for one step of one sequence.
    public let macsPerStep: Int
    /// Floats carried from one step to the next for one sequence: h and c of every lstm.
    public let stateFloats: Int
}

extension Cost {
    /// nil where a count does not fit in an Int.
    init?(parameters: Int?, macsPerStep: Int?, stateFloats: Int? = 0) {
        guard let parameters, let macsPerStep, let stateFloats, let bytes = checkedProduct(parameters, 4) else {
            return nil
        }
        self.init(
            parameters: parameters, weightBytes: bytes, macsPerStep: macsPerStep, stateFloats: stateFloats)
    }

    /// nil where a sum does not fit in an Int.
    init?(summing costs: [Cost]) {
        self.init(
            parameters: checkedSum(costs.map(\.parameters)), macsPerStep: checkedSum(costs.map(\.macsPerStep)),
            stateFloats: checkedSum(costs.map(\.stateFloats)))
    }
}

extension Layer {
    /// Lowering has checked that the counts fit, so the zero is never seen.
    public var cost: Cost {
        operation.described.cost ?? Cost(parameters: 0, weightBytes: 0, macsPerStep: 0, stateFloats: 0)
    }
}

extension WeightsEntry.Precision {
    /// The bytes of a tensor of `shape`.
    package func byteCount(of shape: [Int]) -> Int {
        let count = shape.reduce(1, *)
        switch self {
        case .float32: return 4 * count
        case .float16, .bfloat16: return 2 * count
        // A scale for each row.
        case .int8: return count + 4 * (shape.first ?? 1)
        }
    }
}

extension Model {
    /// Bytes of all parameters as they are kept.
    public var weightBytes: Int { parameters.reduce(0) { $0 + $1.byteCount } }

    /// Bytes of one layer's parameters as they are kept.
    public func weightBytes(ofLayer index: Int) -> Int {
        parameters.reduce(0) { $0 + ($1.layer == index ? $1.byteCount : 0) }
    }

    /// The sum over all layers.
    public var cost: Cost {
        Cost(summing: layers.map(\.cost)) ?? Cost(parameters: 0, weightBytes: 0, macsPerStep: 0, stateFloats: 0)
    }
}
