// SPDX-License-Identifier: Apache-2.0

/// Recurrent nodes that make up one layer of a spec, stacked on one another.
struct RecurrentGroup {
    /// The elements, from input to output.
    var members: [Int]

    var first: Int { members[0] }
    var last: Int { members[members.count - 1] }
}

extension ElementGraph {
    /// Joins nodes of the same kind that take one another's output, where nothing else takes it.
    ///
    /// - Parameter results: states that are results as they are, each of whole nodes.
    func recurrentGroups(results: [[StateRow]]) -> [RecurrentGroup] {
        let uses = uses()
        var groups: [RecurrentGroup] = []
        for id in order where elements[id].recurrent != nil {
            let input = elements[id].inputs.first
            if let index = groups.firstIndex(where: { .element($0.last) == input }),
                uses[.element(groups[index].last)] == 1,
                fits(groups[index].last, id, results)
            {
                groups[index].members.append(id)
            } else {
                groups.append(RecurrentGroup(members: [id]))
            }
        }
        return groups
    }

    private func fits(_ first: Int, _ second: Int, _ results: [[StateRow]]) -> Bool {
        guard let a = elements[first].recurrent, let b = elements[second].recurrent else { return false }
        guard a.cell == b.cell, a.hiddenSize == b.hiddenSize, a.isBidirectional == b.isBidirectional,
            (a.bias == nil) == (b.bias == nil), a.initialH.continues(b.initialH), a.initialC.continues(b.initialC),
            a.activations?.0 == b.activations?.0, a.activations?.1 == b.activations?.1
        else { return false }
        return results.allSatisfy { rows in
            rows.contains { $0.element == first } == rows.contains { $0.element == second }
        }
    }
}

extension InitialState {
    /// Whether the next layer's state is of the same kind, and its rows follow this one's.
    fileprivate func continues(_ next: InitialState) -> Bool {
        switch (self, next) {
        case (.zero, .zero), (.constant, .constant), (.zero, .constant), (.constant, .zero): return true
        case (.given(let a, let rows), .given(let b, let others)):
            guard a == b else { return false }
            let (plain, other) = (plainRows(rows), plainRows(others))
            guard let plain, let other else { return plain == nil && other == nil }
            return plain.upperBound == other.lowerBound
        case (.given, _), (_, .given), (.value, _), (_, .value): return false
        }
    }
}

/// The rows of a first state that is as nn.LSTM has it, (layers * directions, batch, units); nil for a part along
/// other axes, or the whole.
func plainRows(_ ranges: [Range<Int>?]) -> Range<Int>? {
    guard ranges.count == 3, let rows = ranges[0], ranges[1] == nil, ranges[2] == nil else { return nil }
    return rows
}
