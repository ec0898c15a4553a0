// SPDX-License-Identifier: Apache-2.0

extension ElementGraph {
    /// gelu, silu, mish, hardswish, softplus and others, where an exporter wrote their steps.
    mutating func findActivations() {
        for id in order {
            guard let (layer, x) = gated(id) ?? cut(id) ?? chosen(id) ?? softsign(id) else { continue }
            put(.plain(layer), [x], at: id)
        }
        removeUnused()
    }

    /// x times a function of x.
    private func gated(_ id: Int) -> (PlainLayer, GraphSource)? {
        guard elements[id].word == "multiply" || elements[id].scale != nil else { return nil }
        let (constant, factors) = product(.element(id))
        guard factors.count == 2 else { return nil }
        for (x, gate) in [(factors[0], factors[1]), (factors[1], factors[0])] {
            if let layer = gate2(constant, gate, x) { return (layer, x) }
        }
        return nil
    }

    private func gate2(_ constant: Double, _ gate: GraphSource, _ x: GraphSource) -> PlainLayer? {
        if constant == 1 {
            if argument(gate, "sigmoid") == x { return PlainLayer("silu") }
            if argument(gate, "hardsigmoid") == x { return PlainLayer("hardswish") }
            if argument(argument(gate, "tanh"), "softplus") == x { return PlainLayer("mish") }
        }
        if isClose(constant, 1 / 6), isShiftedRelu6(gate, x) { return PlainLayer("hardswish") }
        let (base, factor, term) = affine(gate)
        guard isClose(constant * factor, 0.5), isClose(constant * term, 0.5) else { return nil }
        if let inside = argument(base, step: .erf) {
            let (scale, rest) = product(inside)
            return rest == [x] && isClose(scale, 0.5.squareRoot()) ? PlainLayer("gelu") : nil
        }
        guard let inside = argument(base, "tanh"), isCubic(inside, x) else { return nil }
        return PlainLayer("gelu", [.init("approximate", .text("tanh"))])
    }

    /// sqrt(2 / pi) (x + 0.044715 x^3), as it is or with x taken out.
    private func isCubic(_ source: GraphSource, _ x: GraphSource) -> Bool {
        let (scale, factors) = product(source)
        guard isClose(scale, 0.797_884_560_802_865) else { return false }
        if factors.count == 1, let sum = element(factors[0]), sum.word == "add", sum.inputs.count == 2 {
            for (one, other) in [(0, 1), (1, 0)] where sum.inputs[one] == x {
                let (constant, cube) = product(sum.inputs[other])
                let squares = cube.map { argument($0, "square") == x ? 2 : $0 == x ? 1 : 4 }
                if isClose(constant, 0.044715), squares.reduce(0, +) == 3 { return true }
            }
            return false
        }
        guard factors.count == 2, let other = factors.first(where: { $0 != x }), factors.contains(x) else {
            return false
        }
        let (base, factor, term) = affine(other)
        let (constant, square) = product(base)
        let isSquare = square == [x, x] || (square.count == 1 && argument(square[0], "square") == x)
        return isSquare && isClose(constant * factor, 0.044715) && term == 1
    }

    /// max(0, min(6, x + 3)).
    private func isShiftedRelu6(_ source: GraphSource, _ x: GraphSource) -> Bool {
        guard let inside = argument(source, "relu6") else { return false }
        let (base, factor, term) = affine(inside)
        return base == x && factor == 1 && term == 3
    }

    /// A hardsigmoid as a relu6 over 6, or as a bounded line.
    private func cut(_ id: Int) -> (PlainLayer, GraphSource)? {
        if elements[id].scale != nil {
            let (base, factor, term) = affine(.element(id))
            guard isClose(factor, 1 / 6), term == 0, let inside = argument(base, "relu6") else { return nil }
            let (x, slope, shift) = affine(inside)
            return slope == 1 && shift == 3 ? (PlainLayer("hardsigmoid"), x) : nil
        }
        guard case .plain(let layer) = elements[id].operation, layer.word == "hardtanh",
            layer.settings.map(\.value.double) == [0, 1], let input = elements[id].inputs.first
        else { return nil }
        let (x, factor, term) = affine(input)
        return isClose(factor, 1 / 6) && isClose(term, 0.5) ? (PlainLayer("hardsigmoid"), x) : nil
    }

    /// One of two functions of x by what x is.
    private func chosen(_ id: Int) -> (PlainLayer, GraphSource)? {
        guard elements[id].step == .choose, elements[id].inputs.count == 3,
            let condition = element(elements[id].inputs[0]), let step = condition.step,
            step == .greater || step == .less, let shifted = element(condition.inputs[0]), let scale = shifted.scale,
            scale.first.count == 1, scale.second == [1], let compared = shifted.inputs.first
        else { return nil }
        let bound = Double(scale.first[0])
        let inputs = elements[id].inputs
        let (above, below) = step == .greater ? (inputs[1], inputs[2]) : (inputs[2], inputs[1])
        let (slope, compares) = product(compared)
        guard compares == [above], slope > 0 else { return nil }
        // softplus: x above, log(1 + exp(beta x)) / beta below
        let (factor, inside) = product(below)
        if inside.count == 1, let argument = argument(inside[0], "softplus"), product(argument) == (slope, [above]),
            isClose(factor * slope, 1), bound > 0
        {
            var settings: [SpecEntry.Setting] = []
            if slope != 1 { settings.append(.init("beta", .float(Float(slope)))) }
            if bound != 20 { settings.append(.init("threshold", .float(Float(bound)))) }
            return (PlainLayer("softplus", settings), above)
        }
        guard bound == 0, slope == 1 else { return nil }
        if inside == [above] {
            return (
                PlainLayer("leaky_relu", [.init("negative_slope", .float(Float(factor)))], usualName: "leakyRelu"),
                above
            )
        }
        let (base, scaleBelow, term) = affine(below)
        if argument(base, "exp") == above, isClose(scaleBelow, -term), scaleBelow > 0 {
            return (PlainLayer("elu", scaleBelow == 1 ? [] : [.init("alpha", .float(Float(scaleBelow)))]), above)
        }
        return nil
    }

    /// x / (1 + |x|).
    private func softsign(_ id: Int) -> (PlainLayer, GraphSource)? {
        guard elements[id].step == .divide, elements[id].inputs.count == 2 else { return nil }
        let (base, factor, term) = affine(elements[id].inputs[1])
        let x = elements[id].inputs[0]
        return factor == 1 && term == 1 && argument(base, "abs") == x ? (PlainLayer("softsign"), x) : nil
    }
}
