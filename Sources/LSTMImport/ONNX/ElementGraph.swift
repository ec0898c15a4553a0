// SPDX-License-Identifier: Apache-2.0

/// The elements that a file became, while passes put what an exporter wrote as several nodes together again.
struct ElementGraph {
    var elements: [GraphElement]
    /// The elements' identifiers, each after what it takes.
    private(set) var order: [Int]
    /// What the file's outputs are, which keeps elements alive.
    private(set) var outputs: [GraphSource]

    init(_ elements: [GraphElement], outputs: [GraphSource]) {
        (self.elements, self.outputs) = (elements, outputs)
        order = Array(elements.indices)
        removeUnused()
    }

    subscript(_ id: Int) -> GraphElement {
        get { elements[id] }
        set { elements[id] = newValue }
    }

    func element(_ source: GraphSource?) -> GraphElement? { source?.element.map { elements[$0] } }

    /// What an element takes, as a value or as a first state.
    static func taken(_ element: GraphElement) -> [GraphSource] {
        var sources = element.inputs
        if let node = element.recurrent {
            for case .value(let source) in [node.initialH, node.initialC] { sources.append(source) }
        }
        return sources
    }

    /// How often each value is taken.
    func uses() -> [GraphSource: Int] {
        var uses: [GraphSource: Int] = [:]
        for id in order { for source in Self.taken(elements[id]) { uses[source, default: 0] += 1 } }
        for source in outputs { uses[source, default: 0] += 1 }
        return uses
    }

    /// Lets everything that takes one value take another.
    mutating func replace(_ old: GraphSource, by new: GraphSource) {
        for id in order {
            elements[id].inputs = elements[id].inputs.map { $0 == old ? new : $0 }
            guard case .recurrent(var node) = elements[id].operation else { continue }
            if case .value(old) = node.initialH { node.initialH = .value(new) }
            if case .value(old) = node.initialC { node.initialC = .value(new) }
            elements[id].operation = .recurrent(node)
        }
        outputs = outputs.map { $0 == old ? new : $0 }
    }

    /// A new element right before another.
    mutating func insert(_ operation: ElementOperation, _ inputs: [GraphSource], before id: Int) -> GraphSource {
        var element = elements[id]
        let source = element
        element = GraphElement(
            id: elements.count, operation: operation, inputs: inputs, place: source.place, name: nil,
            outer: source.outer, sizes: source.sizes)
        elements.append(element)
        order.insert(element.id, at: order.firstIndex(of: id) ?? order.count)
        return .element(element.id)
    }

    /// Keeps what the outputs come of.
    mutating func removeUnused() {
        var needed = Set<Int>()
        var left = outputs
        while let source = left.popLast() {
            switch source {
            case .input, .firstState: break
            case .element(let id): if needed.insert(id).inserted { left += Self.taken(elements[id]) }
            case .states(let rows):
                for row in rows where needed.insert(row.element).inserted { left += Self.taken(elements[row.element]) }
            }
        }
        order.removeAll { !needed.contains($0) }
    }

    // MARK: What patterns look for

    /// The one value that an element of this word takes.
    func argument(_ source: GraphSource?, _ word: String) -> GraphSource? {
        guard let element = element(source), element.word == word, element.inputs.count == 1 else { return nil }
        return element.inputs[0]
    }

    func argument(_ source: GraphSource?, step: LayerStep) -> GraphSource? {
        guard let element = element(source), element.step == step, element.inputs.count == 1 else { return nil }
        return element.inputs[0]
    }

    /// A value as another one times a number plus a number.
    func affine(_ source: GraphSource) -> (base: GraphSource, factor: Double, term: Double) {
        var (base, factor, term) = (source, 1.0, 0.0)
        for _ in 0..<8 {
            guard let element = element(base), let scale = element.scale, scale.first.count == 1,
                scale.second.count == 1, let input = element.inputs.first
            else { break }
            let (first, second) = (Double(scale.first[0]), Double(scale.second[0]))
            switch scale.form {
            case .affine: (factor, term) = (factor * first, term + factor * second)
            case .standardize: (factor, term) = (factor / second, term - factor * first / second)
            }
            base = input
        }
        return (base, factor, term)
    }

    /// A value as the product of a number and others, as deep as products go.
    func product(_ source: GraphSource, depth: Int = 0) -> (constant: Double, factors: [GraphSource]) {
        let (base, factor, term) = affine(source)
        if term == 0, base != source {
            let (constant, factors) = product(base, depth: depth + 1)
            return (factor * constant, factors)
        }
        guard depth < 8, let element = element(source), element.word == "multiply" else { return (1, [source]) }
        var result: (constant: Double, factors: [GraphSource]) = (1, [])
        for input in element.inputs {
            let (constant, factors) = product(input, depth: depth + 1)
            result.constant *= constant
            result.factors += factors
        }
        return result.factors.count <= 8 ? result : (1, [source])
    }
}

/// Whether two numbers are the same but for their rounding to float32.
func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-6 * max(abs(a), abs(b)) }
