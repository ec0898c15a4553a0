// SPDX-License-Identifier: Apache-2.0

/// A tensor's name and shape inside its layer.
struct LocalParameter {
    var key: String
    var shape: [Int]
    /// Other spellings of `key` that are read too.
    var otherKeys: [String] = []
    /// The full tensor name, where it is not the layer's prefix and `key`.
    var fullName: String?
}

extension Layer.Operation {
    /// In PyTorch's order: the order of the module's own state_dict.
    var localParameters: [LocalParameter] {
        switch self {
        case .lstm(let lstm): lstm.localParameters
        case .embedding(let embedding): embedding.localParameters
        case .linear(let linear): linear.localParameters
        case .layerNorm(let norm): norm.localParameters
        case .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .dropout, .last, .mean, .max, .l2Normalize: []
        }
    }
}

extension Layer.Operation {
    /// `localParameters.count`, without a list of them.
    var tensorCount: Int { lstm?.tensorCount ?? localParameters.count }
}

extension Layer {
    /// The tensors of the layer at `index`, under their full names.
    func parameters(at index: Int) -> [Parameter] {
        operation.localParameters.map { local in
            Parameter(
                layer: index, key: local.key, shape: local.shape,
                tensorNames: local.fullName.map { [$0] }
                    ?? ([local.key] + local.otherKeys).map { tensorPrefix + $0 })
        }
    }
}
