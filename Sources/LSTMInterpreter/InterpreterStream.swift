// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

/// One sequence, one step at a time, the state carried inside: the same bits as a whole run. A step allocates nothing.
public final class InterpreterStream {
    /// A layer in plain pointers: counting references would cost more than a small layer's step.
    private struct Step {
        /// nil for every other kind.
        var lstm: PackedLSTM.UnretainedStep?
        var h, c: UnsafeMutablePointer<Float>?
        /// What the layer gives.
        var y: UnsafeMutablePointer<Float>
    }

    private let interpreted: InterpretedModel
    private let steps: [Step]
    /// What the steps point into.
    private let memory: [AlignedFloats]
    private let workspace: AlignedFloats

    /// nil where the model cannot stream: it has a bidirectional layer, `mean` or `max`.
    public init?(_ interpreted: InterpretedModel) {
        guard interpreted.model.canStream else { return nil }
        self.interpreted = interpreted
        var memory: [AlignedFloats] = []
        var workspaceCount = 0
        func floats(_ count: Int, first: [Float]? = nil) -> UnsafeMutablePointer<Float> {
            let floats = AlignedFloats(count: count)
            if let first { floats.pointer.update(from: first, count: count) }
            memory.append(floats)
            return floats.pointer
        }
        steps = zip(interpreted.model.layers, interpreted.layers).map { layer, packed in
            guard case .lstm(let lstm, let first) = packed else {
                return Step(y: floats(layer.output.size ?? 0))
            }
            workspaceCount = Swift.max(workspaceCount, lstm.stepWorkspaceCount)
            let h = floats(lstm.sizes.hCount, first: first?.h)
            let c = floats(lstm.sizes.cCount, first: first?.c)
            return Step(
                lstm: lstm.unretainedStep, h: h, c: c, y: UnsafeMutablePointer(mutating: lstm.output(ofState: h)))
        }
        self.memory = memory
        workspace = AlignedFloats(count: workspaceCount)
    }

    /// What the last layer gives at this step.
    ///
    /// - Parameters:
    ///   - x: the step's features, where the model reads features.
    ///   - id: the step's token, where it reads tokens; in 0..<tokens.
    public func step(_ x: UnsafePointer<Float>, id: Int32 = 0) -> UnsafePointer<Float> {
        var from = x
        for index in steps.indices {
            let step = steps[index]
            if let lstm = step.lstm, let h = step.h, let c = step.c {
                lstm.run(from, h: h, c: c, workspace: workspace.pointer)
            } else {
                runLayer(index, from: from, id: id, into: step.y)
            }
            from = UnsafePointer(step.y)
        }
        return from
    }

    private func runLayer(
        _ index: Int, from x: UnsafePointer<Float>, id: Int32, into y: UnsafeMutablePointer<Float>
    ) {
        let size = interpreted.model.layers[index].input.size ?? 0
        switch interpreted.layers[index] {
        case .lstm: break  // a step of its own
        case .embedding(let embedding): withUnsafePointer(to: id) { embedding.run($0, count: 1, into: y) }
        case .last: y.update(from: x, count: size)
        case .mean, .max: break  // canStream has excluded them
        case .vector(let layer): layer.run(x, rows: 1, size: size, into: y)
        }
    }
}
