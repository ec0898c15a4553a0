// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

/// Seeded inputs for a model: floats in ±1, or token ids.
public func randomInputs(
    for model: Model, steps: Int, batch: Int, seed: UInt64 = 2
) throws(InputMistakes) -> Inputs {
    let values = model.inputs.indices.map { index in
        randomValues(model.inputs[index], index, steps: steps, batch: batch, seed: seed)
    }
    let all = model.inputs.map { _ in steps }
    // Drawn values may be the padding: given lengths win.
    let lengths = model.inputs.enumerated().filter { $1.padding != nil }.map {
        ($0.offset, [Int](repeating: steps, count: batch))
    }
    return try Inputs(
        values, steps: all, batch: batch, lengths: Dictionary(lengths) { first, _ in first }, for: model)
}

/// Three seeded sequences of different lengths for every time axis: what stands past an end is seen, too.
///
/// Inputs that meet share their lengths. Those of inputs with a padding are given by paddings, in front of a sequence and
/// behind it. Where layers ask for more steps than the shortest sequence has, all have as many more.
///
/// - Throws: `InputMistakes` where sequences of no length would do.
public func randomSequences(for model: Model, seed: UInt64 = 2) throws(InputMistakes) -> Inputs {
    var (more, round) = (0, 0)
    while true {
        do {
            return try RandomSequences(model: model, more: more, seed: seed).inputs()
        } catch {
            let missing = error.mistakes.map { mistake in
                if case .tooFewSteps(_, _, let steps, let needed) = mistake { needed - steps } else { 0 }
            }
            guard missing.allSatisfy({ $0 > 0 }), let most = missing.max(), round < RandomSequences.rounds else {
                throw error
            }
            // A part of a sequence may go on missing steps for a while, and for ever: ever larger strides end soon.
            more += most << round
            round += 1
            let floats = model.floatsHeldByRandomSequences(more: more) ?? .max
            guard floats <= RandomSequences.floatLimit else { throw error }
        }
    }
}

extension Model {
    /// What `floatsHeld` says of the sequences that `randomSequences` draws, each with `more` steps.
    package func floatsHeldByRandomSequences(more: Int = 0) -> Int? {
        floatsHeld(steps: RandomSequences.steps + more, rows: RandomSequences.rows)
    }
}

private func randomValues(
    _ input: Model.Input, _ index: Int, steps: Int, batch: Int, seed: UInt64
) -> InputValues {
    let steps = input.shape.hasTime ? steps : 1
    let stream = seed &+ UInt64(index) &* 0x9E37_79B9
    switch input.kind {
    case .features:
        return .features(RandomFloats(shape: [steps, batch, input.shape.count], bound: 1, stream: stream).floats())
    case .tokens(let count):
        let source = RandomFloats(shape: [steps, batch], bound: 1, stream: stream)
        // In Double and Int: a Float of a large count is another number.
        return .tokens(
            source.floats().map { value in
                Int32(clamping: min(count - 1, Int((Double(value) + 1) / 2 * Double(count))))
            })
    }
}

/// The three sequences, all `more` steps longer than they would be.
private struct RandomSequences {
    static let rows = 3
    /// Of the longest.
    static let steps = 16
    static let rounds = 14
    /// 1 GiB of them.
    static let floatLimit = 1 << 28

    let model: Model
    let more: Int
    let seed: UInt64

    /// The inputs that time axes are called after.
    private var roots: [Int] { Set(model.inputs.compactMap { $0.shape.steps?.root }).sorted() }

    /// The rows' lengths, of each axis in turn: 16, 9 and 1; then 1, 13 and 7; and so on.
    private func lengths(of root: Int) -> [Int] {
        let place = roots.firstIndex(of: root) ?? 0
        let longest = max(Self.steps - 3 * place, 4)
        let lengths = [longest, longest * 9 / 16, 1].map { $0 + more }
        return (0..<Self.rows).map { lengths[($0 + Self.rows - place % Self.rows) % Self.rows] }
    }

    func inputs() throws(InputMistakes) -> Inputs {
        var values: [InputValues] = []
        var steps: [Int] = []
        for (index, input) in model.inputs.enumerated() {
            let count = input.shape.steps?.root.flatMap { lengths(of: $0).max() } ?? 1
            steps.append(count)
            values.append(randomValues(input, index, steps: count, batch: Self.rows, seed: seed))
        }
        var given: [Int: [Int]] = [:]
        for root in roots {
            let padded = model.inputs.indices.filter { isPadded($0) && model.inputs[$0].shape.steps?.root == root }
            if padded.isEmpty { given[root] = lengths(of: root) }
            for index in padded { pad(&values[index], index, steps: steps[index], lengths: lengths(of: root)) }
        }
        return try Inputs(values, steps: steps, batch: Self.rows, lengths: given, for: model)
    }

    /// Whether the input has a padding, and values beside it.
    private func isPadded(_ index: Int) -> Bool {
        let input = model.inputs[index]
        return input.padding != nil && input.tokens != 1
    }

    private func pad(_ values: inout InputValues, _ index: Int, steps: Int, lengths: [Int]) {
        let input = model.inputs[index]
        guard let padding = input.padding else { return }
        let places = places(steps: steps, lengths: lengths)
        switch values {
        case .tokens(var ids):
            let (id, count) = (Int32(padding), Int32(clamping: input.tokens ?? .max))
            for (place, isOwn) in places {
                if !isOwn { ids[place] = id } else if ids[place] == id { ids[place] = (id + 1) % count }
            }
            values = .tokens(ids)
        case .features(var floats):
            let size = input.shape.count
            for (place, isOwn) in places {
                let range = (place * size)..<((place + 1) * size)
                if !isOwn {
                    for index in range { floats[index] = padding }
                } else if floats[range].allSatisfy({ $0 == padding }) {
                    floats[range.lowerBound] = padding == 0 ? 0.5 : 0
                }
            }
            values = .features(floats)
        }
    }

    /// Where each row's steps are in memory, and which are the sequence's own: the second stands in the middle.
    private func places(steps: Int, lengths: [Int]) -> [(place: Int, isOwn: Bool)] {
        (0..<Self.rows).flatMap { row in
            let first = row == 1 ? (steps - lengths[row]) / 2 : 0
            return (0..<steps).map { step in
                let place = model.batchFirst ? row * steps + step : step * Self.rows + row
                return (place, (first..<(first + lengths[row])).contains(step))
            }
        }
    }
}
