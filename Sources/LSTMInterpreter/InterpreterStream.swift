// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

/// One sequence, one step at a time, the state carried inside: the same bits as a whole run. A step allocates nothing.
public final class InterpreterStream {
    private let interpreted: InterpretedModel
    private let flows: [AlignedFloats]
    private var states: [(h: AlignedFloats, c: AlignedFloats)?]
    private let workspace: AlignedFloats

    /// nil where the model cannot stream: it has a bidirectional layer, `mean` or `max`.
    public init?(_ interpreted: InterpretedModel) {
        guard interpreted.model.canStream else { return nil }
        self.interpreted = interpreted
        flows = interpreted.model.layers.map { AlignedFloats(count: $0.output.size ?? 0) }
        var workspaceCount = 0
        states = interpreted.layers.map { layer in
            guard case .lstm(let lstm, let first) = layer else { return nil }
            workspaceCount = Swift.max(workspaceCount, lstm.stepWorkspaceCount)
            let state = (h: AlignedFloats(count: lstm.sizes.hCount), c: AlignedFloats(count: lstm.sizes.cCount))
            if let first {
                state.h.pointer.update(from: first.h, count: state.h.count)
                state.c.pointer.update(from: first.c, count: state.c.count)
            }
            return state
        }
        workspace = AlignedFloats(count: workspaceCount)
    }

    /// What the last layer gives at this step.
    ///
    /// - Parameters:
    ///   - x: the step's features, where the model reads features.
    ///   - id: the step's token, where it reads tokens; in 0..<tokens.
    public func step(_ x: UnsafePointer<Float>, id: Int32 = 0) -> UnsafePointer<Float> {
        var from = x
        for index in interpreted.layers.indices {
            runLayer(index, from: from, id: id)
            from = UnsafePointer(flows[index].pointer)
        }
        return from
    }

    private func runLayer(_ index: Int, from x: UnsafePointer<Float>, id: Int32) {
        let y = flows[index].pointer
        let size = flows[index].count
        switch interpreted.layers[index] {
        case .lstm(let lstm, _):
            guard let state = states[index] else { return }
            lstm.step(x, h: state.h.pointer, c: state.c.pointer, workspace: workspace.pointer)
            y.update(from: lstm.output(ofState: state.h.pointer), count: size)
        case .embedding(let embedding): withUnsafePointer(to: id) { embedding.run($0, count: 1, into: y) }
        case .linear(let linear): linear.run(x, rows: 1, into: y)
        case .layerNorm(let norm): norm.run(x, rows: 1, into: y)
        case .relu: Elementwise.relu(x, count: size, into: y)
        case .tanh: Elementwise.tanh(x, count: size, into: y)
        case .sigmoid: Elementwise.sigmoid(x, count: size, into: y)
        case .softmax: Rowwise.softmax(x, rows: 1, size: size, into: y)
        case .logSoftmax: Rowwise.logSoftmax(x, rows: 1, size: size, into: y)
        case .dropout, .last: y.update(from: x, count: size)
        case .mean, .max: break  // canStream has excluded them
        case .l2Normalize(let eps): Rowwise.l2Normalize(x, rows: 1, size: size, eps: eps, into: y)
        }
    }
}
