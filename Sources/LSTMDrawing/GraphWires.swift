// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// How the values of a graph go from layer to layer: straight down the column, or round others in a lane at its side.
///
/// A function of the model alone: the same model always has the same lanes.
struct GraphWires {
    /// A value that skips layers: one lane for all that take it.
    struct Net {
        let value: Value
        /// The layers that it enters from the side, ascending.
        var targets: [Int]
        /// Counted from the column; nil where there is no room for another lane.
        var lane: Int?
    }

    /// More lanes than these no eye can follow: what has none is drawn as its name.
    static let lanes = 24
    /// A layer that takes more values from the side has the others counted.
    static let entries = 16

    /// The inputs from the top down: the one that the first layer takes stands right above it.
    let inputs: [Int]
    /// By the layer: what comes from right above it; nil where nothing does.
    private(set) var direct: [Value?] = []
    /// By the layer: the values that come from the side, in the order it takes them.
    private(set) var entries: [[Value]] = []
    private(set) var nets: [Net] = []
    private var netOfValue: [Value: Int] = [:]
    /// How many lanes there are.
    private(set) var laneCount = 0

    init(_ model: Model) {
        var first = 0
        for case .input(let index) in model.layers.first?.inputs.prefix(1) ?? [] { first = index }
        inputs = model.inputs.indices.filter { $0 != first } + [first]
        for index in model.layers.indices {
            let given = model.given(to: index)
            let direct = given.first { isAbove(index, $0) && !$0.isState } ?? given.first { isAbove(index, $0) }
            self.direct.append(direct)
            var seen: Set<Value> = direct.map { [$0] } ?? []
            let others = given.filter { seen.insert($0).inserted }
            entries.append(others)
            for value in others.prefix(Self.entries) { add(value, to: index) }
        }
        assignLanes()
    }

    func net(of value: Value) -> Net? { netOfValue[value].map { nets[$0] } }

    /// The nets that leave a layer in a lane.
    func exits(ofLayer layer: Int) -> [Int] {
        nets.indices.filter { nets[$0].value.layer == layer && nets[$0].lane != nil }
    }

    private func isAbove(_ layer: Int, _ value: Value) -> Bool {
        switch value {
        case .input(let index): layer == 0 && index == inputs.last
        case .output(let source), .state(let source, _): source == layer - 1
        }
    }

    private mutating func add(_ value: Value, to layer: Int) {
        if let net = netOfValue[value] {
            nets[net].targets.append(layer)
        } else {
            netOfValue[value] = nets.count
            nets.append(Net(value: value, targets: [layer]))
        }
    }

    /// Where a value leaves, counted down the page: inputs stand above the first layer.
    private func level(of value: Value) -> Int {
        switch value {
        case .input(let index): (inputs.firstIndex(of: index) ?? 0) - inputs.count
        case .output(let layer), .state(let layer, _): layer
        }
    }

    /// The shortest ways run nearest to the column; two in one lane never meet.
    private mutating func assignLanes() {
        let ends = nets.map { (level(of: $0.value), $0.targets.last ?? 0) }
        let order = nets.indices.sorted { (ends[$0].1 - ends[$0].0, $0) < (ends[$1].1 - ends[$1].0, $1) }
        var taken: [[(Int, Int)]] = []
        for net in order {
            let (from, to) = ends[net]
            // What leaves a layer leaves it below what enters it.
            let isFree = { (lane: [(Int, Int)]) in lane.allSatisfy { to <= $0.0 || $0.1 <= from } }
            let lane = taken.firstIndex(where: isFree) ?? taken.count
            if lane == Self.lanes { continue }
            if lane == taken.count { taken.append([]) }
            taken[lane].append((from, to))
            nets[net].lane = lane
        }
        laneCount = taken.count
    }
}
