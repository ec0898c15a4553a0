// SPDX-License-Identifier: Apache-2.0

extension StateDictionarySearch.Found {
    /// The parameters and buffers of a TorchScript program: the tensors among its modules' attributes, each under its
    /// path, in the modules' order. Its code is never looked at.
    init(parametersOf graph: PickleGraph) throws(CheckpointMistake) {
        var graph = graph
        var items: [PickleItem] = []
        // Modules that are shared are found under each of their paths, as in a state_dict; the work is counted.
        var left: [(module: PickleReference, path: [String])] = [(graph.root, [])]
        var work = 0
        while let (module, path) = left.popLast() {
            guard case .object(let object) = graph[module], let state = object.state,
                let attributes = graph.items(of: state)
            else { continue }
            var inner: [(PickleReference, [String])] = []
            for item in attributes {
                work += 1 + path.count
                guard work <= CheckpointLimits.scriptWork else { throw .pickle(.tooLarge) }
                guard let name = graph.string(item.key) else { continue }
                switch graph[item.value] {
                case .tensor, .malformedTensor:
                    let key = (path + [name]).joined(separator: ".")
                    items.append((graph.append(.string(key)), item.value))
                case .object where path.count < CheckpointLimits.dictionaryDepth * 2:
                    inner.append((item.value, path + [name]))
                default: break
                }
            }
            left += inner.reversed()
        }
        guard !items.isEmpty else { throw .noParameters }
        self.init(items: items)
        self.graph = graph
    }
}
