// SPDX-License-Identifier: Apache-2.0

/// The graph with the LSTM cells that are written as products, sums and gates as LSTM nodes of one step.
///
/// tf2onnx writes an LSTM that is unrolled so, and torch.export an nn.LSTMCell. A cell is only taken for one where its
/// states come of graph inputs through nodes that move values, and where it is certain which product is the recurrent one.
func withCells(_ graph: ONNXGraph) -> ONNXGraph { CellFinder(graph).rewritten(graph) }

private struct CellFinder {
    private var producers: [String: ONNXNode] = [:]
    private var constants: Set<String> = []
    private var shapes: [String: [Int]] = [:]
    private var inputs: Set<String>

    init(_ graph: ONNXGraph) {
        inputs = Set(graph.inputs.map(\.name)).subtracting(graph.initializers.keys)
        collect(graph)
    }

    private mutating func collect(_ graph: ONNXGraph) {
        constants.formUnion(graph.initializers.keys)
        for (name, tensor) in graph.initializers { shapes[name] = tensor.shape }
        for node in graph.nodes {
            for output in node.outputs where !output.isEmpty { producers[output] = node }
            if node.operation == "Constant" { constants.formUnion(node.outputs) }
            for inner in node.attributes.values.compactMap(\.graph) { collect(inner) }
        }
    }

    func rewritten(_ graph: ONNXGraph) -> ONNXGraph {
        var result = graph
        var cells: [String: Cell] = [:]
        for node in graph.nodes {
            if let cell = cell(node), cells[cell.c.outputs[0]] == nil { cells[cell.c.outputs[0]] = cell }
        }
        let hidden = Set(cells.values.map(\.h))
        // Both of a cell's outputs must be of this graph, and in its order.
        let own = Set(graph.nodes.flatMap(\.outputs))
        var nodes: [ONNXNode] = []
        for node in graph.nodes {
            var node = node
            for (name, attribute) in node.attributes {
                if let inner = attribute.graph { node.attributes[name]?.graph = rewritten(inner) }
            }
            if let output = node.outputs.first, hidden.contains(output), own.contains(output) { continue }
            if let cell = node.outputs.first.flatMap({ cells[$0] }) {
                nodes += cell.nodes
            } else {
                nodes.append(node)
            }
        }
        guard !cells.isEmpty || nodes.contains(where: { $0.operation == "If" }) else { return graph }
        result.nodes = cells.isEmpty ? nodes : needed(nodes, graph.outputs.map(\.name))
        return result
    }

    /// Without the nodes that nothing needs any more: the products and gates of cells.
    private func needed(_ nodes: [ONNXNode], _ outputs: [String]) -> [ONNXNode] {
        var names = Set(outputs)
        var kept: [ONNXNode] = []
        for node in nodes.reversed() where node.outputs.contains(where: names.contains) {
            names.formUnion(node.allInputs)
            kept.append(node)
        }
        return kept.reversed()
    }

    // MARK: What a cell is

    /// The cell whose h a node gives: sigmoid(o) * tanh(c), with c = sigmoid(f) * c0 + sigmoid(i) * tanh(g).
    private func cell(_ node: ONNXNode) -> Cell? {
        guard let (output, squashed) = pair(node, "Mul", { gate($0, "Sigmoid") != nil && $1?.operation == "Tanh" }),
            let o = gate(output, "Sigmoid"), let sum = producers[squashed]?.input(0).flatMap({ producers[$0] }),
            let (kept, new) = pair(sum, "Add", { isGated($0) && isCandidate($1) }),
            let (forget, c0) = producers[kept].flatMap({ pair($0, "Mul", { n, _ in gate(n, "Sigmoid") != nil }) }),
            let (input, candidate) = producers[new].flatMap({
                pair($0, "Mul", { gate($0, "Sigmoid") != nil && $1?.operation == "Tanh" })
            }),
            let f = gate(forget, "Sigmoid"), let i = gate(input, "Sigmoid"), let g = gate(candidate, "Tanh"),
            Set([i.index, f.index, g.index, o.index]).count == 4, i.split.outputs == f.split.outputs,
            i.split.outputs == g.split.outputs, i.split.outputs == o.split.outputs, stateInput(c0) != nil,
            let whole = i.split.input(0), let terms = terms(whole), terms.products.count == 2, terms.biases.count <= 2
        else { return nil }
        guard let place = recurrentProduct(terms.products, stateInput(c0)) else { return nil }
        let (recurrent, x) = (terms.products[place], terms.products[1 - place])
        var biases = terms.biases
        // A product's own bias stays with it; others go where there is none.
        if biases.count == 2, biases[1].product == x.matrix { biases.swapAt(0, 1) }
        return Cell(
            h: node.outputs[0], c: sum, x: x, recurrent: recurrent, biases: biases.map(\.name), h0: recurrent.x,
            c0: c0, order: [i.index, o.index, f.index, g.index])
    }

    private func isGated(_ name: String) -> Bool {
        guard let node = producers[name] else { return false }
        return pair(node, "Mul", { one, other in gate(one, "Sigmoid") != nil && other?.operation != "Tanh" }) != nil
    }

    private func isCandidate(_ node: ONNXNode?) -> Bool {
        guard let node else { return false }
        return pair(node, "Mul", { gate($0, "Sigmoid") != nil && $1?.operation == "Tanh" }) != nil
    }

    /// The two inputs of a node in the order in which `test` holds for the first's name and the second's producer.
    private func pair(
        _ node: ONNXNode, _ operation: String, _ test: (String, ONNXNode?) -> Bool
    ) -> (String, String)? {
        guard node.operation == operation, node.domain.isEmpty, node.inputs.count == 2 else { return nil }
        let (a, b) = (node.inputs[0], node.inputs[1])
        if test(a, producers[b]) { return (a, b) }
        return test(b, producers[a]) ? (b, a) : nil
    }

    /// A function of one of the four parts that a Split gives. They are equal where the recurrent product has a quarter of
    /// its columns as rows, which the LSTM node's shapes demand: no part is larger than h, and all together are four of it.
    private func gate(_ name: String, _ function: String) -> (split: ONNXNode, index: Int)? {
        guard let node = producers[name], node.operation == function, let part = node.input(0),
            let split = producers[part], split.operation == "Split", split.outputs.count == 4,
            split.input(1).map(constants.contains) ?? true, [1, -1].contains(split.attributes["axis"]?.integer ?? 0),
            let index = split.outputs.firstIndex(of: part)
        else { return nil }
        return (split, index)
    }

    /// Which of two products is that of h: the only one whose factor is a part of a graph input; of two such, the one in
    /// c's input, or the one that alone has h's size. Nil where none of these tells them apart.
    private func recurrentProduct(_ products: [Product], _ cell: String?) -> Int? {
        let inputs = products.map { stateInput($0.x) }
        let hasH = products.map { product in
            guard let shape = shapes[product.matrix], shape.count == 2 else { return true }
            let (size, gates) = product.isTransposed ? (shape[1], shape[0]) : (shape[0], shape[1])
            return gates % 4 == 0 && size == gates / 4
        }
        for tests in [inputs.map { $0 != nil }, inputs.map { $0 != nil && $0 == cell }, hasH] {
            if tests.count(where: { $0 }) == 1, let place = tests.firstIndex(of: true) {
                return hasH[place] && inputs[place] != nil ? place : nil
            }
        }
        return nil
    }

    /// The graph input that a value is, or is a part of; nil where anything is computed.
    private func stateInput(_ name: String) -> String? {
        var name = name
        // As deep as files go that only take a state apart.
        for _ in 0..<64 {
            if inputs.contains(name) { return name }
            guard let node = producers[name], ONNXNode.movers.contains(node.operation), let next = node.input(0) else {
                return nil
            }
            name = next
        }
        return nil
    }

    // MARK: What the gates are made of

    struct Product {
        var x: String
        var matrix: String
        /// Whether the matrix is (gates, input), PyTorch's order.
        var isTransposed: Bool
    }

    /// The products and biases whose sum a value is; nil where anything else is in it.
    private func terms(_ name: String) -> (products: [Product], biases: [(name: String, product: String)])? {
        var products: [Product] = []
        var biases: [(name: String, product: String)] = []
        var left = [name]
        while let name = left.popLast() {
            if constants.contains(name) {
                biases.append((name, ""))
                continue
            }
            guard let node = producers[name], node.domain.isEmpty, products.count + biases.count <= 4 else {
                return nil
            }
            switch node.operation {
            case "Add" where node.inputs.count == 2: left += node.inputs
            case "MatMul" where node.inputs.count == 2 && constants.contains(node.inputs[1]):
                products.append(Product(x: node.inputs[0], matrix: node.inputs[1], isTransposed: false))
            case "Gemm" where node.inputs.count >= 2 && constants.contains(node.inputs[1]) && isPlain(node):
                let isTransposed = node.attributes["transB"]?.integer == 1
                products.append(Product(x: node.inputs[0], matrix: node.inputs[1], isTransposed: isTransposed))
                if let bias = node.input(2) {
                    guard constants.contains(bias) else { return nil }
                    biases.append((bias, node.inputs[1]))
                }
            case _: return nil
            }
        }
        return (products, biases)
    }

    private func isPlain(_ node: ONNXNode) -> Bool {
        node.attributes["transA"]?.integer ?? 0 == 0 && node.attributes["alpha"]?.float ?? 1 == 1
            && node.attributes["beta"]?.float ?? 1 == 1
    }
}

/// A cell as it was found.
private struct Cell {
    /// What it gives: the name of h, and the node of c.
    let h: String
    let c: ONNXNode
    let x: CellFinder.Product
    let recurrent: CellFinder.Product
    /// None, one, or the one of x and the other.
    let biases: [String]
    let h0: String
    let c0: String
    /// Of ONNX's gates i, o, f and c, the places among the parts.
    let order: [Int]

    /// An LSTM node of one step, with the nodes that bring its weights into ONNX's order.
    var nodes: [ONNXNode] {
        let prefix = "\(c.outputs[0]) as LSTM: "
        var nodes: [ONNXNode] = []
        func add(_ operation: String, _ inputs: [String], _ outputs: [String], _ settings: [String: ONNXAttribute]) {
            var node = ONNXNode()
            (node.name, node.scope, node.offset) = (c.name, c.scope, c.offset)
            (node.operation, node.inputs, node.attributes) = (operation, inputs, settings)
            node.outputs = outputs
            nodes.append(node)
        }
        func integers(_ values: [Int]) -> ONNXAttribute {
            var attribute = ONNXAttribute()
            attribute.integers = values
            return attribute
        }
        func integer(_ value: Int) -> ONNXAttribute {
            var attribute = ONNXAttribute()
            attribute.integer = value
            return attribute
        }
        let first = ["axes": integers([0])]
        /// Parts along the first axis in ONNX's order.
        func ordered(_ name: String, _ result: String) {
            let parts = (0..<4).map { "\(result) part \($0)" }
            add("Split", [name], parts, ["axis": integer(0)])
            add("Concat", order.map { parts[$0] }, [result], ["axis": integer(0)])
        }
        for (product, name) in [(x, "W"), (recurrent, "R")] {
            var matrix = product.matrix
            if !product.isTransposed {
                add("Transpose", [matrix], [prefix + name + " turned"], ["perm": integers([1, 0])])
                matrix = prefix + name + " turned"
            }
            ordered(matrix, prefix + name + " flat")
            add("Unsqueeze", [prefix + name + " flat"], [prefix + name], first)
        }
        if let bias = biases.first {
            ordered(bias, prefix + "b")
            if biases.count > 1 {
                ordered(biases[1], prefix + "rb")
            } else {
                add("Sub", [prefix + "b", prefix + "b"], [prefix + "rb"], [:])
            }
            add("Concat", [prefix + "b", prefix + "rb"], [prefix + "B flat"], ["axis": integer(0)])
            add("Unsqueeze", [prefix + "B flat"], [prefix + "B"], first)
        }
        for (name, state) in [(x.x, "x"), (h0, "h"), (c0, "c")] {
            add("Unsqueeze", [name], [prefix + state], first)
        }
        let bias = biases.isEmpty ? "" : prefix + "B"
        add(
            "LSTM", [prefix + "x", prefix + "W", prefix + "R", bias, "", prefix + "h", prefix + "c"],
            [prefix + "Y", prefix + "Y_h", prefix + "Y_c"], [:])
        add("Squeeze", [prefix + "Y_h"], [h], first)
        add("Squeeze", [prefix + "Y_c"], [c.outputs[0]], first)
        return nodes
    }
}
