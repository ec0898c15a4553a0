// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// How far the nodes have come that are a gelu: Div, Erf, Add, Mul, Mul before operator set 20, and in its other form Pow (or
/// two Mul), Mul, Add, Mul, Tanh, Add, Mul, Mul. Exporters differ in the order of the factors, so they are multiplied here.
enum GELUStep: Hashable {
    /// A factor times x to the power of 1, 2 or 3.
    case power(Double, Int)
    /// Factors of x and of its cube.
    case cubic(Double, Double)
    /// erf(x / sqrt(2)), or the hyperbolic tangent of the other form.
    case curve(GELUApproximation)
    /// A factor times 1 + curve.
    case gate(GELUApproximation, Double)
    /// A factor times x (1 + curve): the layer, once the factor is 0.5.
    case product(GELUApproximation, Double)

    func scaled(by factor: Double) -> GELUStep? {
        switch self {
        case .power(let own, let power): .power(own * factor, power)
        case .cubic(let first, let third): .cubic(first * factor, third * factor)
        case .curve: nil
        case .gate(let form, let own): .gate(form, own * factor)
        case .product(let form, let own): .product(form, own * factor)
        }
    }

    func times(_ other: GELUStep) -> GELUStep? {
        switch (self, other) {
        case (.power(let a, let m), .power(let b, let n)) where m + n <= 3: .power(a * b, m + n)
        case (.power(let a, 1), .gate(let form, let b)), (.gate(let form, let b), .power(let a, 1)):
            .product(form, a * b)
        default: nil
        }
    }
}

extension GraphWalk {
    mutating func visitGELU(_ node: ONNXNode) throws(ONNXMistake) {
        let word = node.attributes["approximate"]?.text ?? GELUApproximation.none.rawValue
        guard let form = GELUApproximation(rawValue: word) else {
            throw .node(node.place, .attribute("approximate", word))
        }
        try visitActivation(node, .gelu(form))
    }

    /// An element's result, or a step that began with it; nil for everything else.
    private mutating func operand(
        _ value: GraphValue, _ node: ONNXNode
    ) throws(ONNXMistake) -> (id: Int, step: GELUStep, axes: [GraphAxis])? {
        guard case .signal(var signal) = value else { return nil }
        if case .states = signal.content { signal = try taken(signal, by: node) }
        return switch signal.content {
        case .result(let id): (id, .power(1, 1), signal.axes)
        case .step(let id, .gelu(let step)): (id, step, signal.axes)
        case .input, .inputRows, .states, .step: nil
        }
    }

    private mutating func setStep(_ node: ONNXNode, _ id: Int, _ step: GELUStep, _ axes: [GraphAxis])
        throws(ONNXMistake)
    {
        guard case .product(let form, let factor) = step, isNear(factor, 0.5) else {
            return set(node, .signal(GraphSignal(content: .step(id, .gelu(step)), axes: axes)))
        }
        var signal = try taken(GraphSignal(content: .result(id), axes: axes), by: node)
        signal.content = .result(
            try append(.plain(.gelu(form)), node, name: moduleName(node, weights: []), features: chain.last?.features))
        set(node, .signal(signal))
    }

    /// Mul; false where it is no step of a gelu.
    mutating func visitGELUProduct(_ node: ONNXNode, _ a: GraphValue, _ b: GraphValue) throws(ONNXMistake) -> Bool {
        for (value, factor) in [(a, b), (b, a)] {
            guard let factor = scalar(factor), !awaitsScale(value) else { continue }
            guard let (id, step, axes) = try operand(value, node), let next = step.scaled(by: factor) else {
                return false
            }
            try setStep(node, id, next, axes)
            return true
        }
        guard case .signal = a, case .signal = b, let first = try operand(a, node), let second = try operand(b, node),
            first.id == second.id, first.axes == second.axes, let next = first.step.times(second.step)
        else { return false }
        try setStep(node, first.id, next, first.axes)
        return true
    }

    /// True for a layer_norm of one feature that still lacks its weight, which is one number too.
    private func awaitsScale(_ value: GraphValue) -> Bool {
        guard case .signal(let signal) = value, case .result(let id) = signal.content, let last = chain.last,
            last.id == id, last.features == 1, case .layerNorm(_, nil, _) = last.operation
        else { return false }
        return true
    }

    /// Add; false where it is no step of a gelu.
    mutating func visitGELUSum(_ node: ONNXNode, _ a: GraphValue, _ b: GraphValue) throws(ONNXMistake) -> Bool {
        guard isGELUStep(a) || isGELUStep(b) else { return false }
        for (value, other) in [(a, b), (b, a)] {
            guard let (id, step, axes) = try operand(value, node) else { continue }
            if case .curve(let form) = step, scalar(other) == 1 {
                try setStep(node, id, .gate(form, 1), axes)
                return true
            }
            if case .power(let first, 1) = step, let cube = try operand(other, node), cube.id == id, cube.axes == axes,
                case .power(let third, 3) = cube.step
            {
                try setStep(node, id, .cubic(first, third), axes)
                return true
            }
        }
        return false
    }

    private func isGELUStep(_ value: GraphValue) -> Bool {
        if case .signal(let signal) = value, case .step(_, .gelu) = signal.content { true } else { false }
    }

    /// Div by a number; false where it is none.
    mutating func visitGELUQuotient(_ node: ONNXNode) throws(ONNXMistake) -> Bool {
        guard let divisor = scalar(try value(node, 1)), divisor != 0,
            let (id, step, axes) = try operand(try value(node, 0), node), let next = step.scaled(by: 1 / divisor)
        else { return false }
        try setStep(node, id, next, axes)
        return true
    }

    /// Pow; false where it is no step of a gelu.
    mutating func visitGELUPower(_ node: ONNXNode) throws(ONNXMistake) -> Bool {
        guard let exponent = scalar(try value(node, 1)), exponent == 2 || exponent == 3,
            let (id, step, axes) = try operand(try value(node, 0), node), step == .power(1, 1)
        else { return false }
        try setStep(node, id, .power(1, Int(exponent)), axes)
        return true
    }

    mutating func visitErf(_ node: ONNXNode) throws(ONNXMistake) {
        guard let (id, step, axes) = try operand(try value(node, 0), node), case .power(let factor, 1) = step,
            isNear(factor, 0.5.squareRoot())
        else { throw .node(node.place, .arithmetic) }
        try setStep(node, id, .curve(.none), axes)
    }

    /// A layer, or the tangent inside a gelu.
    mutating func visitTanh(_ node: ONNXNode) throws(ONNXMistake) {
        let input = try value(node, 0)
        guard isGELUStep(input) else { return try visitActivation(node, .tanh) }
        guard let (id, step, axes) = try operand(input, node), case .cubic(let first, let third) = step,
            isNear(first, (2 / Double.pi).squareRoot()), isNear(third, 0.044715 * first)
        else { throw .node(node.place, .arithmetic) }
        try setStep(node, id, .curve(.tanh), axes)
    }
}

/// Equal as far as a float32, and one rounding of it, says.
private func isNear(_ found: Double, _ expected: Double) -> Bool { abs(found - expected) <= 1e-6 * expected }
