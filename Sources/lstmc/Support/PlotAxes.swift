// SPDX-License-Identifier: Apache-2.0

import LSTMDrawing
import LSTMIR
import LSTMInterpreter

extension PlotBuilder {
    /// The input that the window's steps are of; nil where no input has a time axis.
    var mainRoot: Int? { model.inputs.compactMap { $0.shape.steps?.root }.min() }

    /// All steps of a time axis, in the numbers of the sequence that it is a part of.
    func whole(_ steps: Steps) -> Range<Int> {
        switch steps {
        case .input, .fixed: return 0..<inputs.steps(of: steps)
        case .slice(let inner, let start, let stop):
            let all = whole(inner)
            let part = sliced(all.count, start: start, stop: stop)
            return (all.lowerBound + part.lowerBound)..<(all.lowerBound + part.upperBound)
        // A window is no step of the sequence: windows are counted from 0.
        case .windows: return 0..<inputs.steps(of: steps)
        }
    }

    /// The steps of a time axis that are drawn: of the window's own sequence those in the window.
    func range(of steps: Steps) -> Range<Int> {
        let all = whole(steps)
        return isOfMain(steps) ? all.clamped(to: window) : all
    }

    /// True for steps of the window's own sequence: windows that slide over it are none.
    private func isOfMain(_ steps: Steps) -> Bool {
        switch steps {
        case .input(let root): root == mainRoot
        case .slice(let inner, _, _): isOfMain(inner)
        case .fixed, .windows: false
        }
    }

    /// The time axes, the window's own first.
    func timeAxes(of sources: [Source]) -> [Steps] {
        var axes: [Steps] = []
        for steps in sources.compactMap({ shape(of: $0).steps }) where !axes.contains(steps) { axes.append(steps) }
        let isMain = { (steps: Steps) in steps == self.mainRoot.map { Steps.input($0) } }
        return axes.filter(isMain) + axes.filter { !isMain($0) }
    }

    func axis(_ steps: Steps) -> Plot.Axis {
        let range = range(of: steps)
        guard let pieces, isOfMain(steps) else { return .steps(range) }
        return .text(Array(pieces[range]), first: range.lowerBound)
    }

    /// Whose steps these are.
    func name(of steps: Steps, _ sources: [Source]) -> String {
        switch steps {
        case .input(let root): return model.inputs[root].name
        case .fixed, .slice, .windows: return sources.first { shape(of: $0).steps == steps }.map { name(of: $0) } ?? ""
        }
    }
}

extension Operation {
    /// Whether each value of the last axis stays in its place: only then are names of the result's values names of what
    /// the layer takes.
    var keepsLastAxis: Bool {
        switch self {
        case .layerNorm, .pointwise, .prelu, .softmax, .l2Normalize, .dropout, .combine, .scale, .flip, .steps,
            .batchNorm:
            true
        case .windowPool(let pool): pool.over == .time
        case .pad(let pad): pad.over == .time
        case .recurrent, .embedding, .linear, .last, .pool, .concat, .slice, .select, .repeat, .argmax, .reshape,
            .transpose, .conv1d:
            false
        }
    }

    /// Whether what it gives is between 0 and 1.
    var isWithinOne: Bool {
        switch self {
        case .softmax(let softmax): !softmax.isLog
        case .pointwise(.sigmoid), .pointwise(.hardsigmoid): true
        case .pointwise, .recurrent, .embedding, .linear, .layerNorm, .prelu, .l2Normalize, .dropout, .last, .pool,
            .combine,
            .concat, .slice, .scale, .select, .steps, .flip, .repeat, .argmax, .reshape, .transpose, .batchNorm,
            .conv1d, .windowPool, .pad:
            false
        }
    }
}
