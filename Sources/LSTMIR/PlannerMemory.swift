// SPDX-License-Identifier: Apache-2.0

/// Where values live.
extension Planner {
    func value(of node: Node) -> Value {
        switch node {
        case .layer(let index): .output(index)
        case .gather(let layer, let slot): .state(layer: layer, slot: slot)
        }
    }

    func rows(of value: Value) -> Plan.Rows {
        switch mode {
        case .step, .streams: return .sequences
        case .whole: return model.shape(of: value).steps.map { .steps($0) } ?? .sequences
        case .chunk:
            let pace: Model.Pace =
                switch value {
                case .input(let index): model.inputs[index].shape.hasTime ? .stepped : .constant
                case .output(let index): flow.paces[index]
                case .state: .running
                }
            return pace == .constant ? .sequences : clock.map { .steps($0) } ?? .sequences
        }
    }

    /// The position at which a value is first written: a joined layer runs with its lstm.
    func birth(of position: Int) -> Int {
        guard case .layer(let index) = nodes[position], let lstm = joined.first(where: { $0.value == index })?.key
        else {
            return position
        }
        return nodes.firstIndex(of: .layer(lstm)) ?? position
    }

    mutating func placeValues() {
        for index in model.inputs.indices { places[.input(index)] = .input(index) }
        for index in model.layers.indices {
            for slot in model.layers[index].operation.stateSlots.indices where mode == .step {
                places[.state(layer: index, slot: slot)] = .state(layer: index, slot: slot)
            }
        }
        // The nodes whose result is written over one of their values: each over one alone.
        var overwritten: Set<Int> = []
        for position in nodes.indices.reversed() {
            let node = nodes[position]
            let value = value(of: node)
            let last = readers[value]?.max()
            if mode.isOneStep, case .layer(let index) = node, model.layers[index].operation.kind.isRecurrent {
                places[value] = .outputInState(layer: index)
            } else if let number = kept.firstIndex(of: value), case .layer = node {
                places[value] = .kept(number)
            } else if let last, !overwritten.contains(last), let place = placeToShare(value, with: last) {
                places[value] = place
                overwritten.insert(last)
                extend(place, from: birth(of: position))
            } else if let last {
                places[value] = .scratch(scratch.count)
                lives.append(birth(of: position)...last)
                scratch.append(
                    Plan.Scratch(
                        layer: layerNaming(node), rows: rows(of: value), count: model.shape(of: value).count, slot: 0))
            }
        }
        // The one that is written first comes first.
        scratch.reverse()
        lives.reverse()
        for (value, place) in places {
            if case .scratch(let number) = place { places[value] = .scratch(scratch.count - 1 - number) }
        }
    }

    func layerNaming(_ node: Node) -> Int {
        switch node {
        case .layer(let index): index
        case .gather(let layer, _): layer
        }
    }

    /// Where the last reader writes, where it may write over this value.
    func placeToShare(_ value: Value, with reader: Int) -> Plan.Place? {
        guard case .layer(let index) = nodes[reader], let place = places[.output(index)] else { return nil }
        if case .outputInState = place { return nil }
        let layer = model.layers[index]
        let read = values[nodes[reader]] ?? []
        let positions = read.indices.filter { read[$0] == value }
        let mayOverwrite =
            isIdentity(index)
            || positions.allSatisfy {
                layer.operation.described.overwritableInputs.contains($0)
                    && layer.inputShapes[$0].sizes == layer.output.sizes
            }
        return mayOverwrite && rows(of: value) == rows(of: .output(index)) ? place : nil
    }

    mutating func extend(_ place: Plan.Place, from position: Int) {
        guard case .scratch(let number) = place else { return }
        lives[number] = min(position, lives[number].lowerBound)...lives[number].upperBound
    }
}
