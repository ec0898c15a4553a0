// SPDX-License-Identifier: Apache-2.0

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

    /// The layers' paces, or the first layer that cannot run one step at a time.
    func paces() -> (paces: [Pace], obstacle: Layer?) {
        let clock = clock
        var paces = [Pace](repeating: .stepped, count: layers.count)
        for (index, layer) in layers.enumerated() {
            // A stream has its first state before its first step.
            let isWhole = layer.operation.described.timing == .wholeSequences
            if isWhole || !layer.operation.stateSlots.isEmpty && !layer.operation.takesFirstState {
                return (paces, layer)
            }
            var given: Set<Pace> = []
            for (value, shape) in zip(layer.inputs, layer.inputShapes) {
                switch value {
                case .input:
                    // Steps of another sequence come at other times.
                    if let steps = shape.steps, steps != clock { return (paces, layer) }
                    given.insert(shape.hasTime ? .stepped : .constant)
                case .output(let source): given.insert(paces[source])
                case .state: given.insert(.running)
                }
            }
            // What is known after the last step alone cannot meet what each step gives.
            if given.contains(.stepped), given.contains(.running) { return (paces, layer) }
            paces[index] = given.contains(.stepped) ? .stepped : given.contains(.running) ? .running : .constant
        }
        return (paces, nil)
    }

    /// Why the model cannot take one step at a time, as the layer that is in the way; nil where it can.
    public var layerAgainstStreaming: Layer? { paces().obstacle }

    /// True where the model can take one step at a time.
    public var canStream: Bool { layerAgainstStreaming == nil && clock != nil }
}
