// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension ONNXModel {
    /// Gives the inputs' open sizes, by what the file calls them, and integers that are inputs, by theirs, what the user
    /// says. Throws for a name that is neither.
    mutating func settle(_ settings: [String: Int]) throws(ONNXMistake) {
        var used: Set<String> = []
        for index in graph.inputs.indices {
            let input = graph.inputs[index]
            for (axis, symbol) in input.symbols.enumerated() {
                guard let size = settings[symbol], input.shape?[axis] == nil, 1..<1 << 31 ~= size else { continue }
                graph.inputs[index].shape?[axis] = size
                used.insert(symbol)
            }
            guard let value = settings[input.name], input.isInteger, graph.initializers[input.name] == nil else {
                continue
            }
            self.settings[input.name] = value
            used.insert(input.name)
        }
        guard let name = settings.keys.sorted().first(where: { !used.contains($0) }) else { return }
        throw .setting(name, open: openNames)
    }

    /// What can be set, in the file's order.
    private var openNames: [String] {
        var names: [String] = []
        for input in graph.inputs where graph.initializers[input.name] == nil {
            let symbols = zip(input.symbols, input.shape ?? []).filter { $1 == nil && !$0.isEmpty }.map(\.0)
            for name in symbols + (input.isInteger ? [input.name] : []) where !names.contains(name) {
                names.append(name)
            }
        }
        return names
    }
}

extension ONNXValueInfo {
    /// Whether it is one integer.
    var isInteger: Bool {
        guard let type = elementType, [6, 7].contains(type), let shape else { return false }
        return shape.isEmpty || shape == [1]
    }
}

extension GraphWalk {
    /// What the user gave, as a sentence.
    func settingNotes() -> [String] {
        model.settings.sorted { $0.key < $1.key }.map { name, value in
            "the input \(quoted(name)) is \(value), as --set has it, and no input here"
        }
    }
}
