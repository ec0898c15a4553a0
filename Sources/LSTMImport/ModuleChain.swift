// SPDX-License-Identifier: Apache-2.0

/// The modules in the order in which a model runs them, as far as their sizes say.
struct ModuleChain {
    var modules: [RecognisedModule]
    /// How the order was found, where sizes alone allow several.
    var doubt: Doubt?

    enum Doubt {
        /// Taken as the file has them.
        case fileOrder
        /// Taken by what is usual and by their names; these are the modules that could stand elsewhere.
        case guessed([String])
    }
}

/// Puts the modules one after another so that each takes what the one before it gives; nil where that cannot be.
///
/// A size is a place and a module a way from one to another, so that a model is a walk over every way once: Hierholzer's
/// algorithm, in time that grows with the number of modules and not with that of their orders.
func chain(_ modules: [RecognisedModule], hasModuleOrder: Bool) -> ModuleChain? {
    let ranked = hasModuleOrder ? modules : modules.inCustomaryOrder
    guard let first = walk(ranked, preferringLast: false), let last = walk(ranked, preferringLast: true) else {
        return nil
    }
    var chain = ModuleChain(modules: first.map { ranked[$0] })
    // The first and the last of all orders are the same one.
    if first == last { return chain }
    if hasModuleOrder, fits(modules) {
        chain.modules = modules
        chain.doubt = .fileOrder
    } else {
        chain.doubt = .guessed(zip(first, last).filter { $0 != $1 }.map { ranked[$0.0].tensors.shownPath })
    }
    return chain
}

private func fits(_ modules: [RecognisedModule]) -> Bool {
    zip(modules, modules.dropFirst()).allSatisfy { $0.outputSize == $1.inputSize }
}

/// The modules' indices in an order that fits, the earliest one that can be (or the latest); nil where none does.
private func walk(_ modules: [RecognisedModule], preferringLast: Bool) -> [Int]? {
    // Token ids are a place of their own, which no module leads to.
    let order = preferringLast ? Array(modules.indices.reversed()) : Array(modules.indices)
    var ways: [Int: [Int]] = [:]
    var balance: [Int: Int] = [:]
    for index in order.reversed() {
        ways[modules[index].inputSize ?? -1, default: []].append(index)
    }
    for module in modules {
        balance[module.inputSize ?? -1, default: 0] += 1
        balance[module.outputSize, default: 0] -= 1
    }
    let starts = balance.filter { $0.value > 0 }
    guard let earliest = order.first, starts.count <= 1, starts.first?.value ?? 1 == 1 else { return nil }
    let start = starts.first?.key ?? modules[earliest].inputSize ?? -1

    var stack: [(place: Int, by: Int?)] = [(start, nil)]
    var walk: [Int] = []
    while let (place, by) = stack.last {
        if let next = ways[place]?.popLast() {
            stack.append((modules[next].outputSize, next))
        } else {
            stack.removeLast()
            if let by { walk.append(by) }
        }
    }
    walk.reverse()
    return walk.count == modules.count ? walk : nil
}

extension [RecognisedModule] {
    /// By what models usually do first, and then by name; modules that are numbered stay together, by their numbers.
    fileprivate var inCustomaryOrder: [RecognisedModule] {
        var firsts: [Substring: (number: Int, rank: Int)] = [:]
        for module in self {
            guard let number = module.number, number < firsts[module.parent]?.number ?? .max else { continue }
            firsts[module.parent] = (number, module.customaryRank)
        }
        return map { module in
            let rank = module.number.flatMap { _ in firsts[module.parent]?.rank } ?? module.customaryRank
            return (module: module, rank: rank, name: paddingNumbers(module.path))
        }
        .sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }.map(\.module)
    }
}

extension RecognisedModule {
    /// Its place in a torch.nn.Sequential.
    fileprivate var number: Int? { Int(tensors.lastComponent) }

    fileprivate var parent: Substring { path.dropLast(tensors.lastComponent.count) }

    fileprivate var customaryRank: Int {
        switch kind {
        case .embedding: 0
        case .lstm: 1
        case .layerNorm: 2
        case .linear, .matrix: 3
        }
    }
}

/// The name with its numbers filled up with zeros, so that `layer.10` sorts after `layer.9`.
private func paddingNumbers(_ name: String) -> String {
    var text = ""
    var digits = ""
    func padded() -> String { digits.isEmpty ? "" : String(repeating: "0", count: max(0, 12 - digits.count)) + digits }
    for scalar in name.unicodeScalars.prefix(400) {
        if ("0"..."9").contains(scalar) {
            digits.unicodeScalars.append(scalar)
        } else {
            text += padded()
            digits = ""
            text.unicodeScalars.append(scalar)
        }
    }
    return text + padded()
}
