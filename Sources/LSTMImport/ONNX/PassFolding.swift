// SPDX-License-Identifier: Apache-2.0

extension ElementGraph {
    /// Joins what exporters write as two nodes: a product and a bias, a norm and its weights, two scales.
    mutating func foldScales() {
        var uses = uses()
        for id in order {
            guard let scale = elements[id].scale, let before = element(elements[id].inputs.first),
                uses[.element(before.id)] == 1, let joined = joined(before, scale)
            else { continue }
            elements[before.id].operation = joined
            elements[before.id].name = before.name ?? elements[id].name
            replace(.element(id), by: .element(before.id))
            // What is gone takes nothing any more.
            removeUnused()
            uses = self.uses()
        }
        removeUnused()
    }

    private func joined(_ before: GraphElement, _ scale: ScaleElement) -> ElementOperation? {
        let size = before.sizes.last ?? nil
        switch before.operation {
        case .linear(let weight, nil):
            guard scale.isSum, scale.second.count == size, before.sizes.count == 1 || size == 1 else { return nil }
            return .linear(weight, bias: TensorView(floats: scale.second, shape: [scale.second.count]))
        case .layerNorm(let eps, nil, nil):
            guard scale.isProduct, scale.first.count == size, before.sizes.count == 1 else { return nil }
            return .layerNorm(eps: eps, scale: TensorView(floats: scale.first, shape: [scale.first.count]), bias: nil)
        case .layerNorm(let eps, let weight?, nil):
            guard scale.isSum, scale.second.count == size, before.sizes.count == 1 else { return nil }
            return .layerNorm(
                eps: eps, scale: weight, bias: TensorView(floats: scale.second, shape: [scale.second.count]))
        case .scale(let first):
            if first.isProduct, scale.isSum {
                return .scale(ScaleElement(form: .affine, first: first.first, second: scale.second))
            }
            if first.form == .standardize, first.second == [1], scale.form == .standardize, scale.first == [0] {
                return .scale(ScaleElement(form: .standardize, first: first.first, second: scale.second))
            }
            return nil
        case .recurrent, .embedding, .linear, .layerNorm, .batchNorm, .prelu, .conv, .plain, .join, .slice, .reshape,
            .transpose, .argmax, .pool, .last, .select, .steps, .flip, .repeated, .step:
            return nil
        }
    }

    /// Parts of one value that are joined again in their order: the value, or one part of it.
    mutating func joinParts() {
        for id in order where elements[id].word == "concat" {
            let parts = elements[id].inputs.compactMap { element($0) }
            guard parts.count == elements[id].inputs.count, let whole = parts.first?.inputs.first,
                parts.allSatisfy({ $0.inputs == [whole] }), let last = parts.last,
                case .slice(let start, var end) = parts[0].operation
            else { continue }
            var isRow = true
            for part in parts.dropFirst() {
                guard case .slice(end, let next) = part.operation else {
                    isRow = false
                    break
                }
                end = next
            }
            guard isRow, last.sizes.count == 1 else { continue }
            let size = element(whole)?.sizes.last ?? nil
            if start == 0, size == end {
                replace(.element(id), by: whole)
            } else {
                put(.slice(start, end), [whole], at: id)
            }
        }
        removeUnused()
    }

    /// Quotients of results as products with the reciprocal; sums of sums in one.
    mutating func writeQuotients() {
        for id in order where elements[id].step == .divide {
            let inputs = elements[id].inputs
            let reciprocal = insert(.plain(PlainLayer("reciprocal")), [inputs[1]], before: id)
            if let id = reciprocal.element, let divisor = element(inputs[1]) { elements[id].sizes = divisor.sizes }
            put(.join("multiply"), [inputs[0], reciprocal], at: id)
        }
    }

    /// The last step of a forward node's output is its last state: what lies between works on that alone.
    mutating func findLast() {
        for id in order {
            guard case .select(-1) = elements[id].operation, let input = elements[id].inputs.first else { continue }
            let uses = uses()
            var chain: [Int] = []
            var source = input
            while let element = element(source), element.operation.isPerStep, element.inputs.count == 1,
                uses[source] == 1
            {
                chain.append(element.id)
                source = element.inputs[0]
            }
            guard let node = element(source), let recurrent = node.recurrent, !recurrent.isBidirectional,
                node.time == elements[id].time
            else { continue }
            let state = GraphSource.states([StateRow(kind: .h, element: node.id, direction: 0)])
            guard let first = chain.last else {
                replace(.element(id), by: state)
                continue
            }
            elements[first].inputs = [state]
            for element in chain { elements[element].outer.remove(elements[id].time ?? Atom(id: -1)) }
            replace(.element(id), by: input)
        }
        removeUnused()
    }
}
