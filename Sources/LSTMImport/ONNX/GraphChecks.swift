// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// Gives the outer axes that no recurrent node has named their roles, by what the others are.
    mutating func settleRoles(_ used: Set<Int>) {
        let hasBatch = inputs.values.contains { $0.outer.contains { atoms.role($0) == .batch } }
        for index in used.sorted() {
            guard let axes = inputs[index] else { continue }
            let open = axes.outer.filter { atoms.role($0) == nil }
            let roles = axes.outer.compactMap { atoms.role($0) }
            switch (open.count, roles.first) {
            case (1, .batch): _ = atoms.bind(open[0], .time)
            case (1, .time): _ = atoms.bind(open[0], .batch)
            case (1, nil): _ = atoms.bind(open[0], hasBatch ? .batch : .time)
            case (2, nil) where axes.outer.count == 2:
                let isBatchFirst = batchFirst ?? true
                _ = atoms.bind(open[0], isBatchFirst ? .batch : .time)
                _ = atoms.bind(open[1], isBatchFirst ? .time : .batch)
            case (0, _): break
            case (_, _):
                let wide = open.filter { atoms.size($0) != 1 }
                if !wide.isEmpty { report(.inputAxes(model.graph.inputs[index].name, .axes(wide.count))) }
            }
        }
    }

    /// What only shows once every axis has its role: that what works over time has time, and that values which meet
    /// have the same axes.
    mutating func check(_ graph: ElementGraph) {
        for id in graph.order {
            let element = graph[id]
            if let time = element.time, atoms.role(time) != .time {
                report(.node(element.place, .axis("(" + (atoms.role(time)?.rawValue ?? "an unknown axis") + ")")))
            }
            guard element.inputs.count > 1 else { continue }
            let axes = element.inputs.map { source in outerRoots(source, graph).filter { atoms.size($0) != 1 } }
            let batches = axes.map { $0.contains { atoms.role($0) == .batch } }
            let hasOne = axes.map { !$0.contains { atoms.role($0) == .batch } }
            let fixed = element.inputs.map { outerRoots($0, graph).contains { atoms.role($0) == .batch } }
            if batches.contains(true), hasOne.contains(true), fixed.contains(false) {
                report(.node(element.place, .broadcast("over the batch")))
            }
            let times = Set(axes.flatMap { $0.filter { atoms.role($0) == .time } })
            if times.count > 1 { report(.node(element.place, .timesMeet)) }
        }
    }

    private func outerRoots(_ source: GraphSource, _ graph: ElementGraph) -> Set<Atom> {
        switch source {
        case .element(let id): Set(graph[id].outer.map(atoms.root))
        case .input, .firstState, .states: Set(outer(source).map(atoms.root))
        }
    }

    /// The elements with every axis under the name of all that it was found to be.
    var settledElements: [GraphElement] {
        elements.map { element in
            var element = element
            element.outer = Set(element.outer.map(atoms.root))
            element.time = element.time.map(atoms.root)
            return element
        }
    }
}
