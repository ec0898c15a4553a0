// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Model {
    /// When a value of a stream changes.
    enum Pace: Hashable {
        /// One value a sequence, given with it.
        case constant
        /// A value at each step.
        case stepped
        /// One value a sequence, known after its last step; in a stream, what it would be if this step were the last.
        case running
    }

    /// The time axis whose steps a stream takes: that of the first input that has one.
    var clock: Steps? { inputs.lazy.compactMap(\.shape.steps).first }

    /// How a stream goes through the layers.
    struct Paces {
        /// By layer.
        var paces: [Pace]
        /// By layer: the steps of a stream that have passed before it gives its first value, since a window needs so many.
        var delays: [Int]
        /// What is in the way; nil where the model streams.
        var obstacle: StreamObstacle?

        func delay(of value: Value) -> Int { value.layer.map { delays[$0] } ?? 0 }

        /// The steps that have passed before a layer first runs.
        func delay(before layer: Layer) -> Int { layer.inputs.map(delay).max() ?? 0 }

        func isConstant(_ value: Value, _ model: Model) -> Bool {
            switch value {
            case .input(let index): !model.inputs[index].shape.hasTime
            case .output(let layer): paces[layer] == .constant
            case .state: false
            }
        }
    }

    func paces() -> Paces {
        let clock = clock
        let count = layers.count
        var flow = Paces(
            paces: [Pace](repeating: .stepped, count: count), delays: [Int](repeating: 0, count: count), obstacle: nil)
        for (index, layer) in layers.enumerated() {
            let starts = layer.operation.initialSlots.count
            let isWhole = layer.operation.described.timing == .wholeSequences
            // A stream has its first state before its first step.
            if isWhole || !layer.inputs.suffix(starts).allSatisfy({ flow.isConstant($0, self) }) {
                flow.obstacle = .wholeSequences(index)
                return flow
            }
            var given: Set<Pace> = []
            for (value, shape) in zip(layer.inputs, layer.inputShapes).dropLast(starts) {
                switch value {
                case .input:
                    // Steps of another sequence come at other times.
                    if let steps = shape.steps, steps != clock {
                        flow.obstacle = .wholeSequences(index)
                        return flow
                    }
                    given.insert(shape.hasTime ? .stepped : .constant)
                case .output(let source): given.insert(flow.paces[source])
                case .state: given.insert(.running)
                }
            }
            let (sum, overflow) = flow.delay(before: layer).addingReportingOverflow(layer.operation.described.delay)
            // What is known after the last step alone cannot meet what each step gives. A state counts its steps in a float.
            if given.isSuperset(of: [.stepped, .running]) || overflow || sum > Limits.window {
                flow.obstacle = .wholeSequences(index)
                return flow
            }
            flow.delays[index] = sum
            flow.paces[index] = given.contains(.stepped) ? .stepped : given.contains(.running) ? .running : .constant
        }
        let results = results.filter { $0.part == .output }.map(\.layer).filter { flow.paces[$0] != .constant }
        if let first = results.first, let other = results.first(where: { flow.delays[$0] != flow.delays[first] }) {
            flow.obstacle = .apart(first, other)
        }
        return flow
    }

    /// Why the model cannot take one step at a time; nil where it can.
    public var streamObstacle: StreamObstacle? { paces().obstacle }

    /// True where the model can take one step at a time.
    public var canStream: Bool { streamObstacle == nil && clock != nil }

    /// What is in the way of a stream, in words; nil where the model streams.
    public var streamObstacleWords: String? {
        streamObstacle.map { obstacle in
            switch obstacle {
            case .wholeSequences(let layer): "layer \(quoted(layers[layer].name)) needs the whole sequence"
            case .apart(let first, let other):
                "the results \(quoted(layers[first].name)) and \(quoted(layers[other].name)) begin at different steps"
            }
        }
    }
}

/// Why a model cannot take one step at a time.
public enum StreamObstacle: Hashable, Sendable {
    /// The layer of this index needs the whole sequence.
    case wholeSequences(Int)
    /// Results of these two layers begin at different steps of a stream.
    case apart(Int, Int)

    /// The index of the layer that is in the way.
    public var layer: Int {
        switch self {
        case .wholeSequences(let layer), .apart(_, let layer): layer
        }
    }
}
