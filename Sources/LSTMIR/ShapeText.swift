// SPDX-License-Identifier: Apache-2.0

extension Shape {
    /// The axes as PyTorch's documentation writes them: `(time, batch, 20)`; a batch that may be absent in brackets.
    public func text(batchFirst: Bool) -> String {
        let inner = sizes.map { ", \($0)" }.joined()
        guard let steps else { return sizes.isEmpty ? "([batch])" : "([batch,] \(inner.dropFirst(2)))" }
        return batchFirst ? "([batch,] \(steps.text)\(inner))" : "(\(steps.text)[, batch]\(inner))"
    }
}

extension Steps {
    /// The axis's name: `time`, a number where it is fixed, `steps` where it is a part of a sequence.
    public var text: String {
        switch self {
        case .input: "time"
        case .fixed(let count): "\(count)"
        case .slice, .windows: "steps"
        }
    }
}

extension Model.Result {
    /// The axes of this result in `model`.
    public func shapeText(in model: Model) -> String {
        let layer = model.layers[self.layer]
        guard case .state(let index) = part else { return layer.output.text(batchFirst: model.batchFirst) }
        let slot = layer.operation.stateSlots[index]
        return "(\(slot.states)[, batch], \(slot.size))"
    }
}
