// SPDX-License-Identifier: Apache-2.0

/// What a graph output is: what an element of the chain gives, or an LSTM's states.
enum GraphOutput {
    case layer(Int)
    case states(StateUse)
}

/// The last states of some LSTM nodes as one value.
struct StateUse {
    var kind: StateRow.Kind
    var elements: [Int]
}

/// LSTM nodes that make up one `lstm` of as many layers.
struct LSTMGroup {
    /// Positions in the chain, one after another.
    var positions: Range<Int>
    var ids: [Int]
}

extension GraphWalk {
    /// Joins neighbours of the same kind, unless the graph wants a result from between them.
    func lstmGroups(_ positions: [Int], _ outputs: [GraphOutput]) throws(ONNXMistake) -> [LSTMGroup] {
        var groups: [LSTMGroup] = []
        for position in positions {
            let id = chain[position].id
            if let group = groups.last, group.positions.upperBound == position,
                fits(group.positions.upperBound - 1, position, outputs)
            {
                groups[groups.count - 1].positions = group.positions.lowerBound..<(position + 1)
                groups[groups.count - 1].ids.append(id)
            } else {
                groups.append(LSTMGroup(positions: position..<(position + 1), ids: [id]))
            }
        }
        for group in groups { try checkFirstStates(group) }
        return groups
    }

    private func fits(_ first: Int, _ second: Int, _ outputs: [GraphOutput]) -> Bool {
        guard case .lstm(let a) = chain[first].operation, case .lstm(let b) = chain[second].operation else {
            return false
        }
        guard a.hiddenSize == b.hiddenSize, a.isBidirectional == b.isBidirectional,
            (a.bias == nil) == (b.bias == nil), a.initialH.continues(b.initialH), a.initialC.continues(b.initialC)
        else { return false }
        return outputs.allSatisfy { output in
            switch output {
            case .layer(let id): id != chain[first].id
            case .states(let use):
                use.elements.contains(chain[first].id) == use.elements.contains(chain[second].id)
            }
        }
    }

    /// Given states must be all that their input has, h0 and c0 both.
    private func checkFirstStates(_ group: LSTMGroup) throws(ONNXMistake) {
        var (lower, upper): (Int?, Int) = (nil, 0)
        for position in group.positions {
            guard case .lstm(let lstm) = chain[position].operation else { continue }
            let place = chain[position].place
            switch (lstm.initialH, lstm.initialC) {
            case (.given(let h, let rows), .given(let c, let others)):
                guard h != c, rows == others else {
                    throw .node(place, .firstState(model.inputs[h].name, "h0 and c0 must be alike, and two inputs"))
                }
                lower = lower ?? rows.lowerBound
                upper = rows.upperBound
                let isLast = position == group.positions.upperBound - 1
                for input in [h, c] where isLast {
                    let count = model.inputs[input].shape?[0] ?? upper
                    guard lower == 0, upper == count else {
                        throw .node(
                            place,
                            .firstState(model.inputs[input].name, "other LSTMs that are not joined with it share it"))
                    }
                }
            case (.given(let input, _), _), (_, .given(let input, _)):
                throw .node(place, .firstState(model.inputs[input].name, "h0 and c0 come together or not at all"))
            case (.zero, .zero), (.zero, .constant), (.constant, .zero), (.constant, .constant): break
            }
        }
    }

    /// As `appendLast(of:by:)`, for a value that no node takes.
    mutating func appendLast(of rows: [StateRow], at place: ONNXPlace) throws(ONNXMistake) -> Int? {
        var node = ONNXNode()
        (node.name, node.operation, node.offset) = (place.node, place.operation, place.offset)
        return try appendLast(of: rows, by: node)
    }
}

extension InitialState {
    /// Whether the next layer's state is of the same kind, and its rows follow this one's.
    fileprivate func continues(_ next: InitialState) -> Bool {
        switch (self, next) {
        case (.zero, .zero), (.constant, .constant): true
        case (.given(let a, let rows), .given(let b, let others)): a == b && rows.upperBound == others.lowerBound
        default: false
        }
    }
}
