// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

extension KerasReader {
    static let recurrentKinds: Set<String> = ["LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional"]

    /// Its results: the output, or two of them, and then its states where it returns them.
    mutating func readRecurrent(
        _ layer: KerasLayer, _ value: KerasValue, _ arguments: KerasArguments, _ place: WeightPlace
    ) throws(KerasMistake) -> [KerasValue] {
        guard hasTime(value) else { throw layer.mistake(.needsTime) }
        guard value.sizes.count == 1 else { throw layer.mistake(.needsVector) }
        let initial = try firstValues(layer, arguments)
        readTime(of: value, layer, skipsPadding: true)
        if layer.kind == "Bidirectional" { return try readBidirectional(layer, value, initial, place) }
        let pass = try KerasPass(layer, place, owner: layer)
        let flipped = try turned(value, layer, pass)
        let (output, states) = try run(pass, on: flipped, initial, owner: layer, name: layer.name)
        return [pass.returnsSequences ? output : last(of: output, layer)] + (pass.returnsState ? states : [])
    }

    /// The input as a pass reads it: from its end where it goes backwards.
    private mutating func turned(
        _ value: KerasValue, _ layer: KerasLayer, _ pass: KerasPass
    ) throws(KerasMistake) -> KerasValue {
        guard pass.goesBackwards else { return value }
        // Keras turns the steps round, and leaves the mask as it is.
        guard value.padding == nil || !pass.returnsSequences else { throw layer.mistake(.masksBackwards) }
        return flipped(value, layer)
    }

    private mutating func flipped(_ value: KerasValue, _ layer: KerasLayer) -> KerasValue {
        apply(layer, .entry(SpecEntry("flip")), to: value, name: "flipped")
    }

    private mutating func last(of output: KerasValue, _ layer: KerasLayer) -> KerasValue {
        apply(layer, .last, to: output, name: "last").retimed(nil).masked(nil)
    }

    /// Each cell on what the one before it gives.
    private mutating func run(
        _ pass: KerasPass, on value: KerasValue, _ initial: [KerasValue], owner: KerasLayer, name: String
    ) throws(KerasMistake) -> (output: KerasValue, states: [KerasValue]) {
        var value = value
        var states: [KerasValue] = []
        var left = initial[...]
        guard initial.isEmpty || initial.count == pass.stateCount else {
            throw owner.mistake(.initialStates(initial.count, expected: pass.stateCount))
        }
        for (number, cell) in pass.cells.enumerated() {
            let first = initial.isEmpty ? [] : Array(left.prefix(cell.states.count))
            left = left.dropFirst(first.count)
            let name = pass.cells.count == 1 ? name : "\(name)_\(number + 1)"
            let written = try append(
                owner, [cell], on: &value, try names(of: first, cell, owner), name: name)
            states += cell.states.map { KerasValue("\(written).\($0)_n", [cell.units]) }
            value = value.renamed(written, size: cell.units)
        }
        if pass.isStateful { describeStateful(value.reference) }
        return (value, states)
    }

    private func names(
        of first: [KerasValue], _ cell: KerasCell, _ owner: KerasLayer
    ) throws(KerasMistake) -> FirstValues? {
        guard let h = first.first else { return nil }
        for value in first where value.size != cell.units || value.time != nil || value.sizes.count != 1 {
            throw owner.mistake(.initialShape(cell.units))
        }
        return FirstValues(h: h.reference, c: first.count > 1 ? first[1].reference : nil)
    }

    private mutating func describeStateful(_ name: String) {
        assumptions.append("layer '\(name)' is stateful: here its state is given (h0, c0) and returned (h_n, c_n)")
    }

    /// What `initial_state` names, or what stands behind the input in one list with it.
    private mutating func firstValues(
        _ layer: KerasLayer, _ arguments: KerasArguments
    ) throws(KerasMistake) -> [KerasValue] {
        let call = arguments.call
        var given: [KerasArgument] = []
        if let state = call.argument(1, "initial_state") {
            given = state.items.flatMap(\.items)
        } else if let first = call.positional.first, case .list(let items) = first {
            given = Array(items.dropFirst()).flatMap(\.items)
        }
        guard let values = arguments.values(given) else { throw layer.mistake(.initialValues) }
        return try values.map { value throws(KerasMistake) in try floats(value, layer) }
    }

    // MARK: Both directions

    private mutating func readBidirectional(
        _ layer: KerasLayer, _ value: KerasValue, _ initial: [KerasValue], _ place: WeightPlace
    ) throws(KerasMistake) -> [KerasValue] {
        let inner = try layer.inner("layer")
        let forward = try KerasPass(inner, place.inside(["forward_layer"]), owner: layer)
        var other = inner
        var isOwn = false
        if case .object? = layer.config["backward_layer"] {
            other = try layer.inner("backward_layer")
            isOwn = true
        }
        var backward = try KerasPass(
            other, place.inside(["backward_layer"], legacyStart: forward.weightCount), owner: layer)
        if !isOwn { backward.goesBackwards = !forward.goesBackwards }
        guard backward.goesBackwards != forward.goesBackwards,
            backward.returnsSequences == forward.returnsSequences, backward.returnsState == forward.returnsState
        else { throw layer.mistake(.setting("backward_layer", "unlike the forward one")) }
        let merge: String?
        switch layer.config["merge_mode"] {
        case .null?: merge = nil
        case .string(let word)?: merge = word
        default: merge = "concat"
        }
        guard merge.map({ ["concat", "sum", "mul", "ave"].contains($0) }) ?? true else {
            throw layer.mistake(.setting("merge_mode", merge ?? ""))
        }
        // The forward pass reading from the end is the whole layer on a turned sequence.
        let input = try turned(value, layer, forward)
        let half = initial.count / 2
        guard initial.count.isMultiple(of: 2) else {
            throw layer.mistake(.initialStates(initial.count, expected: 2 * half + 2))
        }
        let firsts = (Array(initial.prefix(half)), Array(initial.dropFirst(half)))
        let parts: KerasDirections
        if forward.cells.count == 1, backward.cells.count == 1, forward.cells[0].isLike(backward.cells[0]) {
            parts = try runTogether(forward, backward, on: input, firsts, owner: layer)
        } else {
            parts = try runApart(forward, backward, on: input, firsts, owner: layer)
        }
        let outputs = try merged(parts, merge, layer)
        return outputs + (forward.returnsState ? parts.states : [])
    }

    /// One layer of a spec that reads both ways.
    private mutating func runTogether(
        _ forward: KerasPass, _ backward: KerasPass, on input: KerasValue, _ initial: ([KerasValue], [KerasValue]),
        owner: KerasLayer
    ) throws(KerasMistake) -> KerasDirections {
        let cell = forward.cells[0]
        var input = input
        var first: FirstValues?
        if !initial.0.isEmpty {
            guard initial.0.count == cell.states.count, initial.1.count == cell.states.count else {
                throw owner.mistake(.initialStates(2 * initial.0.count, expected: 2 * cell.states.count))
            }
            _ = try names(of: initial.0, cell, owner)
            _ = try names(of: initial.1, cell, owner)
            let pairs = zip(initial.0, initial.1).map { one, two in
                append(owner, .entry(SpecEntry("concat")), from: [one, two], name: "first", word: "first")
            }
            first = FirstValues(h: pairs[0], c: pairs.count > 1 ? pairs[1] : nil)
        }
        let name = try append(owner, [cell, backward.cells[0]], on: &input, first, name: owner.name)
        if forward.isStateful { describeStateful(name) }
        let whole = input.renamed(name, size: 2 * cell.units)
        let output = forward.returnsSequences ? whole : last(of: whole, owner)
        var states: [KerasValue] = []
        if forward.returnsState {
            let wide = cell.states.map { KerasValue("\(name).\($0)_n", [2 * cell.units]) }
            for start in [0, cell.units] {
                states += wide.map { sliced($0, start..<(start + cell.units), owner, name: "state") }
            }
        }
        return KerasDirections(whole: output, units: cell.units, forward: nil, backward: nil, states: states)
    }

    /// Two layers of a spec, where the two directions are no pair.
    private mutating func runApart(
        _ forward: KerasPass, _ backward: KerasPass, on input: KerasValue, _ initial: ([KerasValue], [KerasValue]),
        owner: KerasLayer
    ) throws(KerasMistake) -> KerasDirections {
        let (first, states) = try run(forward, on: input, initial.0, owner: owner, name: "\(owner.name)_forward")
        let one = forward.returnsSequences ? first : last(of: first, owner)
        let turned = flipped(input, owner)
        let (second, others) = try run(backward, on: turned, initial.1, owner: owner, name: "\(owner.name)_backward")
        let two = forward.returnsSequences ? flipped(second, owner) : last(of: second, owner)
        return KerasDirections(whole: nil, units: 0, forward: one, backward: two, states: states + others)
    }

    private mutating func merged(
        _ parts: KerasDirections, _ merge: String?, _ layer: KerasLayer
    ) throws(KerasMistake) -> [KerasValue] {
        if merge == "concat", let whole = parts.whole { return [whole] }
        let one: KerasValue
        let two: KerasValue
        if let whole = parts.whole {
            one = sliced(whole, 0..<parts.units, layer, name: "forward")
            two = sliced(whole, parts.units..<(2 * parts.units), layer, name: "backward")
        } else if let forward = parts.forward, let backward = parts.backward {
            (one, two) = (forward, backward)
        } else {
            throw .noInput
        }
        guard let merge else { return [one, two] }
        guard merge == "concat" || one.size == two.size else { throw layer.mistake(.setting("merge_mode", merge)) }
        switch merge {
        case "concat":
            let size = (one.size ?? 0) + (two.size ?? 0)
            let name = append(layer, .entry(SpecEntry("concat")), from: [one, two], name: "both", word: "both")
            return [one.renamed(name, size: size)]
        case "mul":
            let name = append(layer, .entry(SpecEntry("multiply")), from: [one, two], name: "product", word: "product")
            return [one.renamed(name)]
        default:
            let sum = one.renamed(append(layer, .add, from: [one, two], name: "sum", word: "summed"))
            return [merge == "ave" ? scaled(layer, sum, weight: [0.5], bias: [0], name: "average") : sum]
        }
    }

    /// A part of the last axis.
    mutating func sliced(_ value: KerasValue, _ range: Range<Int>, _ layer: KerasLayer, name: String) -> KerasValue {
        var settings: [(String, SpecEntry.Value)] = []
        if range.lowerBound > 0 { settings.append(("start", .integer(range.lowerBound))) }
        if range.upperBound != value.size { settings.append(("stop", .integer(range.upperBound))) }
        let name = append(layer, .entry(SpecEntry("slice", settings)), from: [value], name: name, word: name)
        return value.renamed(name, size: range.count)
    }
}

/// What the two directions of a Bidirectional give: side by side in one value, or apart.
private struct KerasDirections {
    var whole: KerasValue?
    var units: Int
    var forward: KerasValue?
    var backward: KerasValue?
    var states: [KerasValue]
}
