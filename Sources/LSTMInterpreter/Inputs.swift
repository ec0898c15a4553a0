// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// What a model is run on, checked against it: sizes agree, token ids and lengths are in range.
public struct Inputs: Sendable {
    /// The values of one input.
    public typealias Values = InputValues
    /// A first state.
    public typealias State = StateValues

    /// In the order of `Model.inputs`, with the axes that the model says. Sequences that padding stood before begin at step 0.
    public private(set) var values: [Values]
    /// The steps of the longest sequence, by the input that the time axis is called after.
    let stepsByRoot: [Int: Int]
    /// nil where the sequences have no batch axis.
    public let batch: Int?
    /// One for each row, by the input that the time axis is called after; absent where every row has all steps.
    let lengthsByRoot: [Int: [Int]]
    /// The paddings that stood before each row, by input.
    let shifts: [Int: [Int]]
    /// By the index of the recurrent layer in `Model.layers`.
    public private(set) var initialStates: [Int: State]

    /// One input alone, for a model that has one.
    ///
    /// - Parameter batch: nil for one sequence without a batch axis.
    /// - Throws: `InputMistakes` with every mistake there is.
    public init(
        _ x: Values, steps: Int, batch: Int?, lengths: [Int]? = nil, initialStates: [Int: State] = [:],
        for model: Model
    ) throws(InputMistakes) {
        try self.init(
            [x], steps: [steps], batch: batch, lengths: lengths.map { [0: $0] } ?? [:], initialStates: initialStates,
            for: model)
    }

    /// Checks everything against `model`.
    ///
    /// - Parameters:
    ///   - values: in the order of `Model.inputs`.
    ///   - steps: of each input; not looked at where it has one value a sequence.
    ///   - batch: nil for sequences without a batch axis.
    ///   - lengths: by input; of inputs that share their steps, one is enough.
    /// - Throws: `InputMistakes` with every mistake there is.
    public init(
        _ values: [Values], steps: [Int], batch: Int?, lengths: [Int: [Int]] = [:], initialStates: [Int: State] = [:],
        for model: Model
    ) throws(InputMistakes) {
        try self.init(
            InputCheck(model, values, steps: steps, batch: batch, lengths: lengths), batch: batch,
            initialStates: initialStates)
    }

    /// Inputs whose values stand elsewhere, and are the caller's to check: their sizes, and that token ids are in range.
    ///
    /// A model with padding takes none, unless it is given the lengths.
    ///
    /// - Throws: `InputMistakes` with every mistake there is.
    package init(
        elsewhere steps: [Int], batch: Int?, lengths: [Int: [Int]], initialStates: [Int: State], for model: Model
    ) throws(InputMistakes) {
        try self.init(
            InputCheck(model, nil, steps: steps, batch: batch, lengths: lengths), batch: batch,
            initialStates: initialStates)
    }

    private init(_ check: InputCheck, batch: Int?, initialStates: [Int: State]) throws(InputMistakes) {
        var check = check
        check.run()
        check.checkStates(initialStates)
        self.batch = batch
        self.initialStates = initialStates
        values = check.values ?? []
        stepsByRoot = check.stepsByRoot
        lengthsByRoot = check.lengthsByRoot
        shifts = check.shifts
        if check.mistakes.isEmpty { check.checkLayers(self) }
        if !check.mistakes.isEmpty { throw InputMistakes(check.mistakes) }
    }

    /// The number of sequences: 1 where there is no batch axis.
    public var rows: Int { batch ?? 1 }

    /// The values of the first input.
    public var x: Values { values[0] }
    /// The steps of the first time axis; 1 where there is none.
    public var steps: Int { stepsByRoot.min { $0.key < $1.key }?.value ?? 1 }
    /// The lengths of the first time axis.
    public var lengths: [Int]? { stepsByRoot.keys.min().flatMap { lengthsByRoot[$0] } }

    /// The same sizes and lengths, and no values.
    package var withoutValues: Inputs {
        var copy = self
        (copy.values, copy.initialStates) = ([], [:])
        return copy
    }

    /// The most floats that a run may hold at once: 8 GiB of them.
    public static let floatLimit = 1 << 31
}

extension InterpretedModel {
    /// The floats that a run over `inputs` holds at once, about; nil where that overflows.
    package func floatsHeld(by inputs: Inputs) -> Int? {
        model.floatsHeld(stepsByRoot: inputs.stepsByRoot, rows: inputs.rows)
    }
}

extension Model {
    /// The floats that a run over `rows` sequences of so many steps holds at once, about; nil where that overflows.
    func floatsHeld(stepsByRoot: [Int: Int], rows: Int) -> Int? {
        func count(_ steps: Steps?) -> Int {
            guard let steps else { return 1 }
            return steps.root.map { steps.count(ofRoot: stepsByRoot[$0] ?? 1) } ?? steps.count(ofRoot: 1)
        }
        let given = layers.map { checkedProduct(count($0.output.steps), rows, $0.output.count) }
        // Both directions of a recurrent layer have their gates of all steps, and two neighbours among its stacked layers their output.
        let work = layers.map { layer -> Int? in
            let width = checkedSum([checkedProduct(8, layer.operation.recurrent?.hiddenSize ?? 0), layer.output.count])
            let held = width.flatMap { checkedProduct(count(layer.output.steps), rows, 2, $0) }
            guard case .conv1d(let conv) = layer.operation else { return held }
            return checkedSum([held, conv.workspace(steps: count(layer.input.steps))])
        }
        let states = checkedProduct(cost.stateFloats, rows)
        return checkedSum([checkedSum(given), work.contains(nil) ? nil : work.compactMap(\.self).max(), states])
    }

    /// The same for a model whose inputs all have so many steps.
    public func floatsHeld(steps: Int, rows: Int) -> Int? {
        let roots = inputs.compactMap { $0.shape.steps?.root }
        return floatsHeld(stepsByRoot: Dictionary(roots.map { ($0, steps) }) { first, _ in first }, rows: rows)
    }
}
