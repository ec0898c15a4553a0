// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

/// The memory of a run over a fixed number of steps and rows: made once, used for any number of runs of that size.
public final class InterpreterSession {
    private let interpreted: InterpretedModel
    private let steps: Int
    private let batch: Int
    private let layout: LSTMRuntime.SequenceLayout
    /// What each layer gives; layers that work in place share their predecessor's.
    private var flows: [AlignedFloats] = []
    /// Of the lstm layers: h, then c.
    private var states: [Int: (h: AlignedFloats, c: AlignedFloats)] = [:]
    private let workspace: AlignedFloats
    /// The share of a run's work that is done before each layer; 1 after the last.
    private let done: [Double]

    public init(_ interpreted: InterpretedModel, steps: Int, batch: Int) {
        self.interpreted = interpreted
        self.steps = steps
        self.batch = batch
        layout = interpreted.model.batchFirst ? .batchFirst : .timeFirst
        var workspaceCount = 0
        let kept = Set(interpreted.model.results.map(\.layer))
        for (index, layer) in interpreted.model.layers.enumerated() {
            if interpreted.layers[index].worksInPlace, index > 0, !kept.contains(index - 1) {
                flows.append(flows[index - 1])
            } else {
                let rows = layer.output.hasTime ? steps * batch : batch
                flows.append(AlignedFloats(count: rows * (layer.output.size ?? 0)))
            }
            if case .lstm(let packed, _) = interpreted.layers[index] {
                workspaceCount = Swift.max(workspaceCount, packed.workspaceCount(steps: steps, batch: batch))
                states[index] = (
                    AlignedFloats(count: batch * packed.sizes.hCount), AlignedFloats(count: batch * packed.sizes.cCount)
                )
            }
        }
        workspace = AlignedFloats(count: workspaceCount)
        // A layer without multiply-adds takes a moment too.
        let costs = interpreted.model.layers.map { Double($0.cost.macsPerStep) + 1 }
        let total = costs.reduce(0, +)
        done = [0] + costs.indices.map { costs[...$0].reduce(0, +) / total }
    }

    /// Runs the model; `inputs` has this session's numbers of steps and rows.
    ///
    /// - Parameters:
    ///   - progress: called after each layer, and within an lstm, with the share of the work that is done.
    ///   - observe: shown what each layer gives, row-major, before the next one may overwrite it; it changes no bit of
    ///     the results.
    public func run(
        _ inputs: Inputs, progress: ((Double) -> Void)? = nil,
        observe: ((_ layer: Int, _ values: UnsafeBufferPointer<Float>) -> Void)? = nil
    ) {
        let lengths = inputs.lengths.map { $0.map { Int32($0) } }
        lengths.withOptionalPointer { lengths in
            switch inputs.x {
            case .features(let values):
                values.withUnsafeBufferPointer { x in
                    runLayers(inputs, x: x.baseAddress, ids: nil, lengths, progress, observe)
                }
            case .tokens(let ids):
                ids.withUnsafeBufferPointer { ids in
                    runLayers(inputs, x: nil, ids: ids.baseAddress, lengths, progress, observe)
                }
            }
        }
    }

    private func runLayers(
        _ inputs: Inputs, x: UnsafePointer<Float>?, ids: UnsafePointer<Int32>?, _ lengths: UnsafePointer<Int32>?,
        _ progress: ((Double) -> Void)?, _ observe: ((Int, UnsafeBufferPointer<Float>) -> Void)?
    ) {
        for index in flows.indices {
            let from = index == 0 ? x : UnsafePointer(flows[index - 1].pointer)
            let (before, share) = (done[index], done[index + 1] - done[index])
            let within = progress.map { report in LSTMProgress { report(before + share * $0) } }
            runLayer(index, from: from, ids: ids, lengths: lengths, inputs, within)
            observe?(index, UnsafeBufferPointer(start: flows[index].pointer, count: flows[index].count))
            progress?(done[index + 1])
        }
    }

    private func runLayer(
        _ index: Int, from x: UnsafePointer<Float>?, ids: UnsafePointer<Int32>?, lengths: UnsafePointer<Int32>?,
        _ inputs: Inputs, _ progress: LSTMProgress?
    ) {
        let layer = interpreted.model.layers[index]
        let y = flows[index].pointer
        let rows = layer.output.hasTime ? steps * batch : batch
        let size = layer.input.size ?? 0
        // Without features there are token ids: x is not read then.
        let x = x ?? UnsafePointer(y)
        switch interpreted.layers[index] {
        case .embedding(let embedding): if let ids { embedding.run(ids, count: rows, into: y) }
        case .lstm(let lstm, let firstState):
            guard let state = states[index] else { return }
            let given = inputs.initialStates[index]
            begin(state.h, with: given?.h, or: firstState?.h, states: lstm.sizes.numLayers * lstm.sizes.directions)
            begin(state.c, with: given?.c, or: firstState?.c, states: lstm.sizes.numLayers * lstm.sizes.directions)
            lstm.run(
                x, steps: steps, batch: batch, layout: layout, lengths: lengths, h: state.h.pointer, c: state.c.pointer,
                into: y, workspace: workspace.pointer, progress: progress)
        case .last(let lstm):
            guard case .lstm(let packed, _) = interpreted.layers[lstm], let state = states[lstm] else { return }
            packed.last(ofState: state.h.pointer, batch: batch, into: y)
        case .mean: Pooling.mean(x, steps: steps, batch: batch, size: size, layout: layout, lengths: lengths, into: y)
        case .max: Pooling.max(x, steps: steps, batch: batch, size: size, layout: layout, lengths: lengths, into: y)
        case .vector(let layer): layer.run(x, rows: rows, size: size, into: y)
        }
        if let lengths, layer.output.hasTime, let size = layer.output.size {
            zeroPadding(y, steps: steps, batch: batch, size: size, layout: layout, lengths: lengths)
        }
    }

    /// The state given to the run, else the checkpoint's for every row, else zero.
    private func begin(_ memory: AlignedFloats, with given: [Float]?, or first: [Float]?, states: Int) {
        let values = UnsafeMutableBufferPointer(start: memory.pointer, count: memory.count)
        if let given {
            _ = values.update(fromContentsOf: given)
        } else if let first {
            // (num_layers * directions, size) for one row becomes (num_layers * directions, batch, size).
            let size = first.count / states
            for index in 0..<(states * batch) {
                for element in 0..<size { values[index * size + element] = first[index / batch * size + element] }
            }
        } else {
            values.update(repeating: 0)
        }
    }

    /// A result of the last run, row-major.
    public func values(of result: Model.Result) -> [Float] {
        let memory: AlignedFloats? =
            switch result.part {
            case .output: flows[result.layer]
            case .hN: states[result.layer]?.h
            case .cN: states[result.layer]?.c
            }
        guard let memory else { return [] }
        return Array(UnsafeBufferPointer(start: memory.pointer, count: memory.count))
    }
}

extension [Int32]? {
    /// The elements' address, nil where there are none.
    fileprivate func withOptionalPointer(_ body: (UnsafePointer<Int32>?) -> Void) {
        guard let self else { return body(nil) }
        self.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
