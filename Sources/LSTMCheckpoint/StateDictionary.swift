// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// Finds the state_dict, a dictionary of names to tensors, in what a .pt file holds.
struct StateDictionarySearch {
    /// A state_dict and what it leaves out.
    struct Found {
        var items: [PickleItem]
        /// Paths of tensors outside it; empty where the key was given.
        var elsewhere: [String] = []
        /// What the items are references into, where that is more than the file's own pickle.
        var graph: PickleGraph?
    }

    private let graph: PickleGraph
    private var visited: Set<PickleReference> = []
    private var found: [(path: [String], items: [PickleItem])] = []
    /// Dictionaries that have tensors of floats beside other things.
    private var mixed: [(path: [String], items: [PickleItem])] = []
    /// Tensors in these.
    private var loose: [[String]] = []
    /// Where the first pickled torch.nn.Module is; empty for the file itself.
    private var modulePath: [String]?
    private static let looseLimit = 100

    init(graph: PickleGraph) {
        self.graph = graph
    }

    /// The items under `key`; without one, those of the only state_dict there is.
    ///
    /// Throws where that is not one.
    func find(key: String?) throws(CheckpointMistake) -> Found {
        if let key { return Found(items: try items(under: key)) }
        var search = self
        search.visit(graph.root, path: [])
        return try search.choice()
    }

    private func choice() throws(CheckpointMistake) -> Found {
        let topItems = graph.items(of: graph.root) ?? []
        switch found.count {
        case 1: return Found(items: found[0].items, elsewhere: loose.map(text))
        case 0:
            // A dictionary that has tensors among other things, and no state_dict within.
            if topItems.contains(where: isNamedTensor) {
                return Found(items: topItems, elsewhere: loose.filter { $0.count > 1 }.map(text))
            }
            if let path = modulePath { throw .wholeModule(key: path.isEmpty ? nil : text(path)) }
            guard let only = mixed.first else { throw .noStateDictionary(keys: names(topItems)) }
            guard mixed.count == 1 else { throw several(mixed) }
            let depth = only.path.count + 1
            return Found(
                items: only.items,
                elsewhere: loose.filter { $0.count != depth || !$0.starts(with: only.path) }.map(text))
        default: throw several(found)
        }
    }

    private func several(_ dictionaries: [(path: [String], items: [PickleItem])]) -> CheckpointMistake {
        .severalStateDictionaries(keys: dictionaries.prefix(100).map { text($0.path) })
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
        if items.contains(where: { isNamedTensor($0) && isFloatTensor($0.value) }) { mixed.append((path, items)) }
        for item in items {
            guard let name = graph.string(item.key) else { continue }
            if loose.count < Self.looseLimit, isFloatTensor(item.value) || graph.form(of: item.value)?.isArray == true {
                loose.append(path + [name])
            }
            visit(item.value, path: path + [name])
        }
    }

    private func isFloatTensor(_ reference: PickleReference) -> Bool {
        if case .tensor(let tensor) = graph[reference] { tensor.type.isFloat } else { false }
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
