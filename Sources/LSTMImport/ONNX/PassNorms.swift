// SPDX-License-Identifier: Apache-2.0

extension ElementGraph {
    /// layer_norm, l2_normalize and softmax where an exporter wrote their steps.
    mutating func findNorms() {
        for id in order {
            guard let ratio = ratio(.element(id)) else { continue }
            if let (x, eps) = standardised(ratio) {
                put(.layerNorm(eps: eps, scale: nil, bias: nil), [x], at: id)
            } else if let (x, eps) = normalised(ratio) {
                let settings = [SpecEntry.Setting("eps", .number(eps))]
                put(.plain(PlainLayer("l2_normalize", settings, usualName: "normalize")), [x], at: id)
            } else if let x = exponentials(ratio) {
                put(.plain(PlainLayer("softmax")), [x], at: id)
            }
        }
        removeUnused()
    }

    mutating func put(_ operation: ElementOperation, _ inputs: [GraphSource], at id: Int) {
        elements[id].operation = operation
        elements[id].inputs = inputs
    }

    /// a / b, also where it is written as a product with the reciprocal.
    private func ratio(_ source: GraphSource) -> (GraphSource, GraphSource)? {
        guard let element = element(source) else { return nil }
        if element.step == .divide { return (element.inputs[0], element.inputs[1]) }
        guard element.word == "multiply", element.inputs.count == 2 else { return nil }
        for (a, b) in [(0, 1), (1, 0)] {
            if let divisor = argument(element.inputs[b], "reciprocal") { return (element.inputs[a], divisor) }
        }
        return nil
    }

    /// (x - mean) / sqrt(mean of its squares + eps).
    private func standardised(_ ratio: (GraphSource, GraphSource)) -> (GraphSource, Double)? {
        guard let difference = element(ratio.0), difference.word == "subtract",
            argument(difference.inputs[1], step: .mean) == difference.inputs[0],
            let inside = argument(ratio.1, "sqrt")
        else { return nil }
        let (base, factor, term) = affine(inside)
        guard factor == 1, term > 0,
            argument(argument(base, step: .mean), "square") == ratio.0
                || squareOfItself(argument(base, step: .mean), ratio.0)
        else { return nil }
        return (difference.inputs[0], shortest(term))
    }

    private func squareOfItself(_ source: GraphSource?, _ factor: GraphSource) -> Bool {
        guard let element = element(source), element.word == "multiply" else { return false }
        return element.inputs == [factor, factor]
    }

    /// x / max(|x|, eps).
    private func normalised(_ ratio: (GraphSource, GraphSource)) -> (GraphSource, Double)? {
        var length = ratio.1
        var least = 0.0
        if let (inside, bound) = bounded(length) { (length, least) = (inside, bound) }
        if argument(length, step: .norm) == ratio.0 { return (ratio.0, shortest(least)) }
        guard var sum = argument(length, "sqrt") else { return nil }
        if let (inside, bound) = bounded(sum) {
            sum = inside
            least = max(least, bound.squareRoot())
        }
        let square = argument(sum, step: .sum)
        guard argument(square, "square") == ratio.0 || squareOfItself(square, ratio.0) else { return nil }
        return (ratio.0, shortest(least))
    }

    /// A value that is at least a number.
    private func bounded(_ source: GraphSource) -> (GraphSource, Double)? {
        guard let element = element(source), case .plain(let layer) = element.operation, layer.word == "hardtanh",
            layer.settings.count == 2, let least = layer.settings[0].value.double, least >= 0,
            layer.settings[1].value == .float(.greatestFiniteMagnitude)
        else { return argument(source, "relu").map { ($0, 0) } }
        return (element.inputs[0], least)
    }

    /// exp(x) / sum(exp(x)), with the largest taken away first or not.
    private func exponentials(_ ratio: (GraphSource, GraphSource)) -> GraphSource? {
        guard let x = argument(ratio.0, "exp"), argument(ratio.1, step: .sum) == ratio.0 else { return nil }
        guard let difference = element(x), difference.word == "subtract",
            argument(difference.inputs[1], step: .largest) == difference.inputs[0]
        else { return x }
        return difference.inputs[0]
    }
}
