// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// The layers' calls of one function, and where each value between two of them lives.
struct Route {
    enum Mode {
        /// Whole sequences, a batch of them.
        case whole
        /// Some steps of one sequence, the state carried.
        case chunk
        /// One step.
        case step
    }

    /// A value that is nobody's result.
    struct Temporary {
        let name: String
        let size: Int
        /// How many vectors of `size` there are: `rows`, `batch`, `steps`, `1`.
        let rows: String
    }

    let mode: Mode
    private(set) var calls: [Call] = []
    private(set) var temporaries: [Temporary] = []
    /// The linear layer that an lstm's step runs with it, by the lstm's number.
    private(set) var linearAfter: [Int: Int] = [:]
    private let plan: TypePlan
    /// The values' expressions, by layer; none where nobody reads the value.
    private var targets: [Int: String] = [:]

    init(_ plan: TypePlan, _ mode: Mode) {
        self.plan = plan
        self.mode = mode
        let live = plan.needed.filter { !isIdentity($0) || plan.isResult($0) }
        place(live)
        if mode == .step { joinLinears(live) }
        for (position, layer) in live.enumerated() where !linearAfter.values.contains(layer) {
            let previous = position == 0 ? nil : live[position - 1]
            addCall(layer, x: previous.map { targets[$0] ?? "" } ?? "x")
        }
    }

    /// An lstm's step runs the linear layer after it, too, where nobody else reads the lstm's output.
    private mutating func joinLinears(_ live: [Int]) {
        for (layer, next) in zip(live, live.dropFirst()) {
            guard case .lstm(let lstm) = plan.model.layers[layer].operation, !plan.isResult(layer),
                case .linear(let linear) = plan.model.layers[next].operation
            else { continue }
            // Up to 8 units an lstm uses narrower vectors than this machine's widest; so do not many outputs.
            if lstm.hiddenSize > 8 || linear.outFeatures <= 8 { linearAfter[layer] = next }
        }
    }

    /// True for a layer that gives what it takes: dropout, and `last` where each step counts as the last one so far.
    private func isIdentity(_ layer: Int) -> Bool {
        switch plan.model.layers[layer].operation {
        case .dropout: true
        case .last: mode != .whole
        case .lstm, .embedding, .linear, .layerNorm, .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .mean, .max,
            .l2Normalize:
            false
        }
    }

    /// From the last value to the first: a result lives in its array, what a layer can overwrite lives where that layer
    /// writes, and the rest in memory of its own.
    private mutating func place(_ live: [Int]) {
        for (position, layer) in live.enumerated().reversed() {
            let next = position + 1 < live.count ? live[position + 1] : nil
            if mode == .step, let place = plan.lstm(at: layer) {
                targets[layer] = sum(place.h, (place.lstm.numLayers - 1) * place.lstm.stateSize)
            } else if let result = plan.result(of: layer) {
                targets[layer] = result.name
            } else if let next, reads(next) {
                targets[layer] =
                    isIdentity(next) || plan.model.layers[next].operation.runsInPlace
                    ? targets[next] : addTemporary(layer)
            }
        }
        temporaries.reverse()
    }

    /// False for `last`, which takes the state and not the output.
    private func reads(_ layer: Int) -> Bool {
        if mode == .whole, case .last = plan.model.layers[layer].operation { false } else { true }
    }

    private mutating func addTemporary(_ layer: Int) -> String {
        let name = plan.layerNames[layer]
        temporaries.append(
            Temporary(
                name: name, size: plan.model.layers[layer].output.size ?? 0, rows: rows(plan.model.layers[layer].output)
            ))
        return name
    }

    private func rows(_ shape: Shape) -> String {
        switch mode {
        case .whole: shape.hasTime ? "rows" : "batch"
        case .chunk: "steps"
        case .step: "1"
        }
    }

    private mutating func addCall(_ index: Int, x: String) {
        let layer = plan.model.layers[index]
        var site = Site(
            mode: mode, layer: "layers." + plan.layerNames[index], x: x, y: targets[index] ?? "nil",
            rows: rows(isIdentity(index) ? layer.output : layer.input), size: layer.output.size ?? 0,
            layout: plan.model.batchFirst ? ".batchFirst" : ".timeFirst")
        if case .last(let lstm) = layer.operation, let place = plan.lstm(at: lstm) {
            site.layer = "layers." + place.name
            site.h = place.h
        }
        if let place = plan.lstm(at: index) {
            (site.h, site.c) = (place.h, place.c)
            if mode == .step {
                site.layer = "layers." + place.step
                // Who reads the output finds it in the state.
                site.y = linearAfter[index].flatMap { targets[$0] } ?? plan.result(of: index)?.name ?? "nil"
            }
        }
        if isIdentity(index) {
            if site.x != site.y { calls.append(site.copy) }
        } else {
            calls.append(layer.operation.call(at: site))
        }
    }

    /// True where a call or a temporary speaks of `rows`.
    var usesRows: Bool {
        temporaries.contains { $0.rows == "rows" }
            || calls.contains { $0.arguments.contains { $0 == "rows: rows" || $0.hasPrefix("count: rows") } }
    }
}

/// `base`, or `base + offset`.
func sum(_ base: String, _ offset: Int) -> String { offset == 0 ? base : "\(base) + \(offset)" }

/// `rows * size`, and the number alone where there is one row.
func product(_ rows: String, _ size: Int) -> String {
    rows == "1" ? "\(size)" : size == 1 ? rows : "\(rows) * \(size)"
}
