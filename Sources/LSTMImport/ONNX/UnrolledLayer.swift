// SPDX-License-Identifier: Apache-2.0

/// A recurrent layer that an exporter wrote as nodes for each step, as PyTorch's newer one does with nn.RNN.
struct UnrolledLayer {
    /// Products in a row from which on it is one: a branch may share a matrix, and a chain of three hardly does.
    private static let fewestSteps = 3

    /// A matrix that each step multiplies, and how many steps there are.
    let weight: String
    let steps: Int

    /// The longest chain of products with one constant matrix, each of which takes what the one before gives.
    init?(in graph: ONNXGraph) {
        // A constant stays one when its axes are exchanged.
        var constants: [String: String] = [:]
        for name in graph.initializers.keys { constants[name] = name }
        for node in graph.nodes where node.operation == "Transpose" {
            if let matrix = node.input(0).flatMap({ constants[$0] }), let output = node.outputs.first {
                constants[output] = matrix
            }
        }
        func matrix(of node: ONNXNode) -> String? {
            guard node.operation == "MatMul" || node.operation == "Gemm" else { return nil }
            return node.inputs.prefix(2).lazy.compactMap { constants[$0] }.first
        }
        var uses: [String: Int] = [:]
        for node in graph.nodes { if let name = matrix(of: node) { uses[name, default: 0] += 1 } }
        // Of two that are used as often, the same one in each run.
        guard let (name, count) = uses.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), count >= Self.fewestSteps
        else { return nil }
        var depths: [String: Int] = [:]
        var deepest = 0
        for node in graph.nodes {
            let before = node.inputs.reduce(0) { max($0, depths[$1] ?? 0) }
            let depth = before + (matrix(of: node) == name ? 1 : 0)
            if depth > 0 { for output in node.outputs { depths[output] = depth } }
            deepest = max(deepest, depth)
        }
        guard deepest >= Self.fewestSteps else { return nil }
        (weight, steps) = (name, deepest)
    }
}
