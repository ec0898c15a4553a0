// SPDX-License-Identifier: Apache-2.0

/// Finds the state_dict, a dictionary of names to tensors, in what a .pt file holds.
struct StateDictionarySearch {
    private let graph: PickleGraph
    private var visited: Set<PickleReference> = []
    private var found: [(path: [String], items: [PickleItem])] = []
    /// Where the first pickled torch.nn.Module is; empty for the file itself.
    private var modulePath: [String]?

    init(graph: PickleGraph) {
        self.graph = graph
    }

    /// The items under `key`; without one, those of the only state_dict there is.
    ///
    /// Throws where that is not one.
    func find(key: String?) throws(CheckpointMistake) -> [PickleItem] {
        if let key { return try items(under: key) }
        var search = self
        search.visit(graph.root, path: [])
        let topItems = graph.items(of: graph.root) ?? []
        switch search.found.count {
        case 1: return search.found[0].items
        case 0:
            // A dictionary that has tensors among other things, and no state_dict within.
            if topItems.contains(where: isNamedTensor) { return topItems }
            if let path = search.modulePath { throw .wholeModule(key: path.isEmpty ? nil : text(path)) }
            throw .noStateDictionary(keys: names(topItems))
        default: throw .severalStateDictionaries(keys: search.found.prefix(100).map { text($0.path) })
        }
    }

    private func items(under key: String) throws(CheckpointMistake) -> [PickleItem] {
        let topItems = graph.items(of: graph.root) ?? []
        guard let value = value(at: key[...], in: topItems) else {
            throw .missingKey(key, present: names(topItems))
        }
        if isModule(value) { throw .wholeModule(key: key) }
        let items = graph.items(of: value) ?? []
        guard items.contains(where: isNamedTensor) else { throw .keyWithoutTensors(key, found: names(items)) }
        return items
    }

    /// The value at a path: a name, or names joined with dots, any of which can have dots itself.
    private func value(at path: Substring, in items: [PickleItem]) -> PickleReference? {
        func value(named name: Substring) -> PickleReference? {
            // As in Python, the last value of a name is its value.
            items.last { graph.string($0.key).map { $0 == name } ?? false }?.value
        }
        if let found = value(named: path) { return found }
        for dot in path.indices where path[dot] == "." {
            guard let inner = value(named: path[..<dot]).flatMap(graph.items),
                let found = self.value(at: path[path.index(after: dot)...], in: inner)
            else { continue }
            return found
        }
        return nil
    }

    /// A path as `weights.key` takes it; names longer than any that is meant are cut, since paths multiply them.
    private func text(_ path: [String]) -> String {
        path.map { String($0.unicodeScalars.prefix(200)) }.joined(separator: ".")
    }

    private mutating func visit(_ reference: PickleReference, path: [String]) {
        guard path.count < CheckpointLimits.dictionaryDepth, visited.insert(reference).inserted else { return }
        if modulePath == nil && isModule(reference) { modulePath = path }
        guard let items = graph.items(of: reference) else { return }
        if isStateDictionary(items) {
            found.append((path, items))
            return
        }
        for item in items {
            guard let name = graph.string(item.key) else { continue }
            visit(item.value, path: path + [name])
        }
    }

    /// Names to tensors only, one of them of floats: a generator's state is a dictionary of byte tensors.
    private func isStateDictionary(_ items: [PickleItem]) -> Bool {
        var hasFloats = false
        for item in items {
            guard let name = graph.string(item.key) else { return false }
            switch graph[item.value] {
            case .tensor(let tensor): hasFloats = hasFloats || tensor.type.isFloat
            case .malformedTensor: break
            default: guard name.hasSuffix("_extra_state") else { return false }
            }
        }
        return hasFloats
    }

    private func isNamedTensor(_ item: PickleItem) -> Bool {
        switch graph[item.value] {
        case .tensor, .malformedTensor: graph.string(item.key) != nil
        default: false
        }
    }

    /// An instance with the attributes of torch.nn.Module, which come early among its own; many objects can share one
    /// long list of attributes, so that it is never looked through to its end.
    private func isModule(_ reference: PickleReference) -> Bool {
        guard case .object(let object) = graph[reference], let state = object.state,
            let attributes = graph.items(of: state)
        else { return false }
        return attributes.prefix(100).contains { graph.string($0.key) == "_parameters" }
    }

    private func names(_ items: [PickleItem]) -> [String] {
        items.compactMap { graph.string($0.key) }
    }
}
