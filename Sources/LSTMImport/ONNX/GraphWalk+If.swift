// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// An If whose condition the file itself decides: the nodes of the branch that is taken.
    mutating func visitIf(_ node: ONNXNode) throws(ONNXMistake) {
        let condition: GraphSize
        switch try value(node, 0) {
        case .signal: throw .node(node.place, .condition("it depends on the model's input"))
        case let value:
            guard let list = try? sizes(value, node), list.count == 1 else {
                throw .node(node.place, .condition("how it is computed cannot be followed"))
            }
            condition = list[0]
        }
        guard let isTrue = condition.known else {
            throw .node(node.place, .condition("it depends on sizes that the file leaves open"))
        }
        guard let branch = node.attributes[isTrue != 0 ? "then_branch" : "else_branch"]?.graph,
            branch.outputs.count == node.outputs.count
        else { throw .node(node.place, .missingInput(1)) }
        for (name, tensor) in branch.initializers {
            guard values[name] == nil, initializers.updateValue(tensor, forKey: name) == nil else {
                throw .duplicateValue(name, offset: tensor.offset)
            }
        }
        for inner in branch.nodes {
            for output in inner.outputs where !output.isEmpty && values[output] != nil {
                throw .duplicateValue(output, offset: inner.offset)
            }
            try take(inner)
        }
        for (index, output) in branch.outputs.enumerated() {
            if let value = try? value(named: output.name, for: node) {
                set(node, value, output: index)
            } else {
                set(node, .missing, output: index)
            }
        }
    }
}
