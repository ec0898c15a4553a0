// SPDX-License-Identifier: Apache-2.0

extension Shape {
    /// The axes as PyTorch's documentation writes them: `(time, batch, 20)`; a batch that may be absent in brackets.
    public func text(batchFirst: Bool) -> String {
        switch self {
        case .tokens: batchFirst ? "([batch,] time)" : "(time[, batch])"
        case .sequence(let size): batchFirst ? "([batch,] time, \(size))" : "(time[, batch], \(size))"
        case .vector(let size): "([batch,] \(size))"
        }
    }
}

extension Model.Result {
    /// The axes of this result in `model`.
    public func shapeText(in model: Model) -> String {
        let layer = model.layers[self.layer]
        guard case .lstm(let lstm) = layer.operation, part != .output else {
            return layer.output.text(batchFirst: model.batchFirst)
        }
        return "(\(lstm.stateCount)[, batch], \(size(in: layer)))"
    }
}

extension LSTM {
    /// num_layers * directions: the first axis of h_n and c_n.
    public var stateCount: Int { numLayers * directions }
}
