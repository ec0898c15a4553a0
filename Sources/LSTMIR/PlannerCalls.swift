// SPDX-License-Identifier: Apache-2.0

/// The calls, and the memory that their values share.
extension Planner {
    /// - Parameter sizes: the axes that a reader sees, where they are not the value's own.
    func operand(_ value: Value, at place: Plan.Place? = nil, sizes: [Int]? = nil) -> Plan.Operand? {
        guard let place = place ?? places[value] else { return nil }
        return Plan.Operand(place: place, rows: rows(of: value), sizes: sizes ?? model.shape(of: value).sizes)
    }

    mutating func makeCalls() {
        for node in nodes where !isJoined(node) {
            switch node {
            case .gather(let layer, let slot):
                calls.append(
                    Plan.Call(
                        action: .gather(slot: slot), layer: layer, inputs: [],
                        output: operand(.state(layer: layer, slot: slot)), joined: nil, delay: 0,
                        isStart: false))
            case .layer(let index):
                let sizes = model.layers[index].inputShapes.map(\.sizes)
                let read = zip(values[node] ?? [], sizes).compactMap { value, sizes -> Plan.Operand? in
                    // In whole sequences `last` takes the state itself.
                    if case .state(let layer, let slot) = value, isLast(index), mode == .whole {
                        return operand(value, at: .state(layer: layer, slot: slot))
                    }
                    return operand(value, sizes: sizes)
                }
                let slots = model.layers[index].operation.initialSlots
                for (slot, value) in zip(slots, read.dropFirst()) {
                    calls.append(
                        Plan.Call(
                            action: .begin(slot: slot), layer: index, inputs: [value], output: nil, joined: nil,
                            delay: delay(ofLayer: index), isStart: true))
                }
                let output = outputOperand(of: index)
                if isIdentity(index), read.first?.place == output?.place { continue }
                calls.append(
                    Plan.Call(
                        action: isIdentity(index) ? .copy : .run, layer: index,
                        inputs: slots.isEmpty ? read : [read[0]], output: output,
                        joined: joined[index],
                        delay: startSteps[index] ?? delay(ofLayer: index),
                        isStart: startSteps[index] != nil))
            }
        }
    }

    func outputOperand(of index: Int) -> Plan.Operand? {
        if let linear = joined[index] { return operand(.output(linear)) }
        // In a step, who reads the output finds it in the state; a result is written beside it.
        if case .outputInState = places[.output(index)] {
            return kept.firstIndex(of: .output(index)).flatMap { operand(.output(index), at: .kept($0)) }
        }
        return operand(.output(index))
    }

    /// Scratch values that are never there at once take turns.
    mutating func shareMemory() {
        var free: [Int] = []  // by slot: the position of its last read
        for number in scratch.indices.sorted(by: { (lives[$0].lowerBound, $0) < (lives[$1].lowerBound, $1) }) {
            let value = scratch[number]
            let slot = slots.indices.first { slots[$0].rows == value.rows && free[$0] < lives[number].lowerBound }
            if let slot {
                slots[slot].count = max(slots[slot].count, value.count)
                free[slot] = lives[number].upperBound
                scratch[number].slot = slot
            } else {
                scratch[number].slot = slots.count
                slots.append(Plan.Slot(rows: value.rows, count: value.count))
                free.append(lives[number].upperBound)
            }
        }
    }
}
