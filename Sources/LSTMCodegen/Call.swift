// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// One call in a generated function.
struct Call {
    let callee: String
    let arguments: [String]

    init(_ callee: String, _ arguments: [String]) {
        self.callee = callee
        self.arguments = arguments
    }
}

/// Where a layer's call stands: what it is given, by name.
struct Site {
    var mode: Route.Mode
    /// The packed layer.
    var layer: String
    var x: String
    var y: String
    /// The number of vectors at x.
    var rows: String
    /// The size of a vector at y.
    var size: Int
    var layout: String
    /// An lstm's state.
    var h = ""
    var c = ""
}

extension Layer.Operation {
    /// What runs the layer.
    func call(at site: Site) -> Call {
        switch self {
        case .lstm(let lstm): lstm.call(at: site)
        case .embedding(let embedding): embedding.call(at: site)
        case .linear(let linear): linear.call(at: site)
        case .layerNorm(let norm): norm.call(at: site)
        case .relu: site.activation("relu")
        case .tanh: site.activation("tanh")
        case .sigmoid: site.activation("sigmoid")
        case .gelu(.none): site.activation("gelu")
        case .gelu(.tanh): site.activation("geluTanh")
        case .softmax: site.rowwise("softmax")
        case .logSoftmax: site.rowwise("logSoftmax")
        case .dropout: site.copy
        case .last: site.last
        case .mean: site.pooling("mean")
        case .max: site.pooling("max")
        case .l2Normalize(let eps): site.l2Normalize(eps: eps)
        }
    }

    /// True where the result may be written over the input.
    var runsInPlace: Bool {
        switch self {
        case .layerNorm, .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .l2Normalize: true
        case .lstm, .embedding, .linear, .dropout, .last, .mean, .max: false
        }
    }

    /// The packed type and the arguments after its parameters; nil for a layer that packs nothing.
    var packing: Call? {
        switch self {
        case .lstm(let lstm): lstm.packing
        case .embedding(let embedding): embedding.packing
        case .linear(let linear): linear.packing
        case .layerNorm(let norm): norm.packing
        case .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .dropout, .last, .mean, .max, .l2Normalize: nil
        }
    }
}
