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
        guard let lstm = layer.operation.lstm, part != .output else {
            return layer.output.text(batchFirst: model.batchFirst)
        }
        return "(\(lstm.stateCount)[, batch], \(size(in: layer)))"
    }
}
