// SPDX-License-Identifier: Apache-2.0

extension Model {
    /// Why the model cannot take one step at a time, as the layer that needs the whole sequence; nil where it can.
    public var layerAgainstStreaming: Layer? {
        layers.first { layer in
            switch layer.operation {
            case .lstm(let lstm): lstm.bidirectional
            case .mean, .max: true
            case .embedding, .linear, .layerNorm, .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .dropout, .last,
                .l2Normalize:
                false
            }
        }
    }

    /// True where the model can take one step at a time: no bidirectional lstm, no `mean`, no `max`.
    public var canStream: Bool { layerAgainstStreaming == nil }
}
