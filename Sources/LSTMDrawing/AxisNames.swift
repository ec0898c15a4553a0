// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// What the axes of a model's values are called, short enough for an edge: T steps, B sequences.
struct AxisNames {
    private let batchFirst: Bool
    /// The inputs that time axes begin at, ascending, with their names; each stands for all that share its steps.
    private let roots: [(input: Int, name: String)]

    init(_ model: Model) {
        batchFirst = model.batchFirst
        let found = Set(model.inputs.compactMap { $0.shape.steps?.root })
        roots = found.sorted().map { ($0, model.inputs[$0].name) }
    }

    /// The axes as PyTorch's documentation writes them: `(T, B, 20)`.
    func text(_ shape: Shape) -> String {
        var axes = ["B"]
        if let steps = shape.steps { axes.insert(text(steps), at: batchFirst ? 1 : 0) }
        return "(" + (axes + shape.sizes.map(String.init)).joined(separator: ", ") + ")"
    }

    /// The axes of a state that leaves as a result.
    func text(_ slot: StateSlot) -> String { "(\(slot.states), B, \(slot.size))" }

    /// The axes of one of a model's results.
    func text(_ result: Model.Result, in model: Model) -> String {
        switch result.part {
        case .output: text(model.layers[result.layer].output)
        case .state(let slot): text(model.layers[result.layer].operation.stateSlots[slot])
        }
    }

    /// T where there is one time axis, T1, T2, ... where inputs have their own; a part of one as Python writes it.
    func text(_ steps: Steps) -> String {
        guard let root = steps.root else { return "\(steps.count(ofRoot: 0))" }
        switch steps {
        case .input, .fixed:
            if roots.count <= 1 { return "T" }
            return "T\((roots.firstIndex { $0.input == root } ?? 0) + 1)"
        case .slice(let whole, let start, let stop):
            return text(whole) + "[" + (start.map(String.init) ?? "") + ":" + (stop.map(String.init) ?? "") + "]"
        case .windows(let whole, let extent, let stride):
            // As many as ((T - extent) / stride) + 1, rounded down.
            if stride == 1 { return text(whole) + (extent > 1 ? "-\(extent - 1)" : "+\(1 - extent)") }
            let more = stride - extent
            let steps = more == 0 ? text(whole) : "(" + text(whole) + (more > 0 ? "+\(more)" : "\(more)") + ")"
            return steps + "/\(stride)"
        }
    }

    /// What the letters stand for.
    var legend: String {
        let steps =
            switch roots.count {
            case 0: ""
            case 1: "T steps, "
            default:
                "T1 steps of \(roots[0].name), "
                    + roots.dropFirst().enumerated().map { "T\($0 + 2) of \($1.name), " }.joined()
            }
        return steps + "B sequences; the batch axis may be absent"
    }
}
