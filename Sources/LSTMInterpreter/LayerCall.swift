// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

/// One call of a plan with the addresses of one run: everything that a layer needs to be run.
struct LayerCall {
    /// A value in memory.
    struct Operand {
        var pointer: UnsafeMutablePointer<Float>
        var rows: Plan.Rows
        /// The axes of one row.
        var sizes: [Int]
        var axis: Axis

        var size: Int { sizes.last ?? 1 }
        var count: Int { sizes.reduce(1, *) }
        var vectors: Int { sizes.dropLast().reduce(1, *) }
    }

    /// Where a call reads: memory that the run owns, or what the caller gives.
    enum Source {
        case memory(UnsafeMutablePointer<Float>)
        case input(Int)
    }

    let operation: Operation
    let packed: PackedLayer
    var inputs: [Operand]
    let output: Operand
    let batch: Int
    let layout: LSTMRuntime.SequenceLayout
    /// The lengths of the first input's axis.
    let lengths: UnsafePointer<Int32>?
    /// As many floats as the layer needs.
    let workspace: UnsafeMutablePointer<Float>
    /// In a stream, the steps before, where the layer keeps them.
    let past: UnsafeMutablePointer<Float>?
    /// At most so many share the work.
    let threads: Int

    /// The rows of a value: one a sequence, or one a step of each.
    private func rows(_ operand: Operand) -> Int { operand.rows.hasTime ? operand.axis.steps * batch : batch }

    private var x: UnsafePointer<Float> { UnsafePointer(inputs[0].pointer) }
    private var y: UnsafeMutablePointer<Float> { output.pointer }
    /// The values of the first input.
    private var count: Int { rows(inputs[0]) * inputs[0].count }
    /// The vectors of the first input's last axis.
    private var vectors: Int { rows(inputs[0]) * inputs[0].vectors }
    private var steps: Int { inputs[0].axis.steps }

    /// Runs any layer but a recurrent one.
    func run() {
        switch operation {
        case .recurrent: break  // has a state, and calls of its own
        case .embedding:
            guard case .embedding(let embedding) = packed else { return }
            let ids = UnsafeRawPointer(x).assumingMemoryBound(to: Int32.self)
            embedding.run(ids, count: rows(inputs[0]), into: y)
        case .linear:
            if case .linear(let linear) = packed { linear.run(x, rows: vectors, into: y, threads: threads) }
        case .layerNorm:
            if case .layerNorm(let norm) = packed { norm.run(x, rows: vectors, into: y) }
        case .scale:
            if case .scale(let scale) = packed { scale.run(x, rows: vectors, into: y) }
        case .prelu:
            if case .prelu(let prelu) = packed { prelu.run(x, rows: count / prelu.size, into: y) }
        case .pointwise(let function): function.run(x, count: count, into: y)
        case .softmax(let softmax):
            let size = inputs[0].size
            if softmax.isLog {
                Rowwise.logSoftmax(x, rows: vectors, size: size, into: y)
            } else {
                Rowwise.softmax(x, rows: vectors, size: size, into: y)
            }
        case .l2Normalize(let normalize):
            Rowwise.l2Normalize(x, rows: vectors, size: inputs[0].size, eps: normalize.eps, into: y)
        case .argmax:
            let integers = UnsafeMutableRawPointer(y).assumingMemoryBound(to: Int32.self)
            Rowwise.argmax(x, rows: vectors, size: inputs[0].size, into: integers)
        case .last: break  // a gather of a state
        case .dropout, .reshape: copy()
        case .pool(let pool): run(pool)
        case .combine(let combine): run(combine)
        case .concat: concatenate()
        case .slice(let slice):
            Columns.copy(
                x + slice.start, rows: vectors, size: slice.count, stride: slice.size, into: y, stride: slice.count)
        case .transpose(let transpose):
            Columns.transpose(
                x, rows: rows(inputs[0]), channels: transpose.channels, positions: transpose.positions, into: y)
        case .select(let select):
            Sequences.select(
                x, index: select.index, steps: steps, batch: batch, size: inputs[0].count, layout: layout,
                lengths: lengths, into: y)
        case .flip:
            Sequences.flip(
                x, steps: steps, batch: batch, size: inputs[0].count, layout: layout, lengths: lengths, into: y)
        case .steps(let range):
            Sequences.slice(
                x, start: range.start, stop: range.stop, steps: steps, batch: batch, size: inputs[0].count,
                layout: layout, lengths: lengths, into: y, steps: output.axis.steps)
        case .batchNorm:
            if case .batchNorm(let norm) = packed { norm.run(x, rows: rows(inputs[0]), into: y) }
        case .conv1d(let conv):
            if case .conv1d(let packed) = packed { run(conv, packed) }
        case .windowPool(let pool): run(pool)
        case .pad(let pad): run(pad)
        case .repeat(let repetition):
            Sequences.repeated(
                x, steps: repetition.steps, batch: batch, size: inputs[0].count, layout: layout, into: y)
        }
    }

    func copy() { if x != UnsafePointer(y) { y.update(from: x, count: count) } }

    private func run(_ conv: Conv1d, _ packed: PackedConv1d) {
        if conv.over == .positions {
            packed.run(x, rows: rows(inputs[0]), positions: conv.positions, into: y, workspace: workspace)
        } else if conv.windows.isPointwise {
            packed.run(x, rows: rows(inputs[0]), into: y, threads: threads)
        } else if let past {
            packed.run(x, steps: 1, past: past, into: y, workspace: workspace)
        } else {
            packed.run(
                x, steps: steps, batch: batch, layout: layout, lengths: lengths, into: y, steps: output.axis.steps,
                workspace: workspace, threads: threads)
        }
    }

    /// Positions inside a step are sequences of their own, one for each channel.
    private func run(_ pool: WindowPool) {
        let (windows, isInside) = (pool.windows, pool.over == .positions)
        let axis = (
            steps: isInside ? pool.positions : steps, batch: isInside ? vectors : batch,
            size: isInside ? 1 : inputs[0].count, layout: isInside ? .batchFirst : layout,
            lengths: isInside ? nil : lengths, newSteps: isInside ? pool.newPositions : output.axis.steps
        )
        switch pool.function {
        case .max:
            LSTMRuntime.Windows.maximum(
                x, kernelSize: windows.size, stride: windows.stride, padding: windows.left, steps: axis.steps,
                batch: axis.batch, size: axis.size, layout: axis.layout, lengths: axis.lengths, into: y,
                steps: axis.newSteps)
        case .average:
            LSTMRuntime.Windows.average(
                x, kernelSize: windows.size, stride: windows.stride, padding: windows.left, steps: axis.steps,
                batch: axis.batch, size: axis.size, layout: axis.layout, lengths: axis.lengths, into: y,
                steps: axis.newSteps)
        }
    }

    private func run(_ pad: Pad) {
        if pad.over == .positions {
            LSTMRuntime.Windows.pad(
                x, left: pad.left, right: pad.right, mode: pad.mode.runtime, steps: pad.positions, batch: vectors,
                size: 1, layout: .batchFirst, into: y, steps: output.size)
        } else {
            LSTMRuntime.Windows.pad(
                x, left: pad.left, right: pad.right, mode: pad.mode.runtime, steps: steps, batch: batch,
                size: inputs[0].count, layout: layout, lengths: lengths, into: y, steps: output.axis.steps)
        }
    }

    private func run(_ pool: Pool) {
        let size = inputs[0].count
        switch pool.function {
        case .mean:
            Pooling.mean(x, steps: steps, batch: batch, size: size, layout: layout, lengths: lengths, into: y)
        case .max: Pooling.max(x, steps: steps, batch: batch, size: size, layout: layout, lengths: lengths, into: y)
        case .sum: Pooling.sum(x, steps: steps, batch: batch, size: size, layout: layout, lengths: lengths, into: y)
        }
    }

    /// The first two, then what there is with each further one.
    private func run(_ combine: Combination) {
        var first = inputs[0]
        for second in inputs.dropFirst() {
            join(combine.function, first, second)
            first = output
        }
    }

    private func join(_ function: Combination.Function, _ a: Operand, _ b: Operand) {
        let isWhole = { (operand: Operand) in operand.rows == output.rows && operand.sizes == output.sizes }
        let (p, q) = (UnsafePointer(a.pointer), UnsafePointer(b.pointer))
        if isWhole(a), isWhole(b) {
            let count = rows(output) * output.count
            switch function {
            case .add: Combine.add(p, q, count: count, into: y)
            case .subtract: Combine.subtract(p, q, count: count, into: y)
            case .multiply: Combine.multiply(p, q, count: count, into: y)
            case .maximum: Combine.maximum(p, q, count: count, into: y)
            }
            return
        }
        // Without time there is one step, which every operand has.
        let hasTime = output.rows.hasTime
        let steps = hasTime ? output.axis.steps : 1
        let first = Combine.Operand(p, size: a.size, hasTime: a.rows.hasTime || !hasTime)
        let second = Combine.Operand(q, size: b.size, hasTime: b.rows.hasTime || !hasTime)
        let (outer, size) = (output.vectors, output.size)
        switch function {
        case .add:
            Combine.add(
                first, second, steps: steps, batch: batch, outer: outer, size: size, layout: layout, into: y)
        case .subtract:
            Combine.subtract(
                first, second, steps: steps, batch: batch, outer: outer, size: size, layout: layout, into: y)
        case .multiply:
            Combine.multiply(
                first, second, steps: steps, batch: batch, outer: outer, size: size, layout: layout, into: y)
        case .maximum:
            Combine.maximum(
                first, second, steps: steps, batch: batch, outer: outer, size: size, layout: layout, into: y)
        }
    }

    private func concatenate() {
        var start = 0
        for input in inputs {
            let x = UnsafePointer(input.pointer)
            if input.rows == output.rows {
                Columns.copy(
                    x, rows: rows(input) * input.vectors, size: input.size, stride: input.size, into: y + start,
                    stride: output.size)
            } else {
                Columns.repeated(
                    x, steps: output.axis.steps, batch: batch, outer: input.vectors, size: input.size, layout: layout,
                    into: y + start, stride: output.size)
            }
            start += input.size
        }
    }
}

extension Pad.Mode {
    fileprivate var runtime: LSTMRuntime.Windows.Padding {
        switch self {
        case .zeros: .zeros
        case .reflect: .reflect
        case .replicate: .replicate
        }
    }
}

extension Pointwise {
    /// `count` values; y may be x.
    func run(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        switch self {
        case .relu: Elementwise.relu(x, count: count, into: y)
        case .tanh: Elementwise.tanh(x, count: count, into: y)
        case .sigmoid: Elementwise.sigmoid(x, count: count, into: y)
        case .gelu(.none): Elementwise.gelu(x, count: count, into: y)
        case .gelu(.tanh): Elementwise.geluTanh(x, count: count, into: y)
        case .leakyReLU(let slope): Elementwise.leakyReLU(x, count: count, negativeSlope: slope, into: y)
        case .elu(let alpha): Elementwise.elu(x, count: count, alpha: alpha, into: y)
        case .selu: Elementwise.selu(x, count: count, into: y)
        case .silu: Elementwise.silu(x, count: count, into: y)
        case .softplus(let beta, let threshold):
            Elementwise.softplus(x, count: count, beta: beta, threshold: threshold, into: y)
        case .softsign: Elementwise.softsign(x, count: count, into: y)
        case .hardtanh(let least, let most):
            Elementwise.hardtanh(x, count: count, minVal: least, maxVal: most, into: y)
        case .relu6: Elementwise.relu6(x, count: count, into: y)
        case .hardsigmoid: Elementwise.hardsigmoid(x, count: count, into: y)
        case .hardswish: Elementwise.hardswish(x, count: count, into: y)
        case .mish: Elementwise.mish(x, count: count, into: y)
        case .abs: Elementwise.abs(x, count: count, into: y)
        case .square: Elementwise.square(x, count: count, into: y)
        case .sqrt: Elementwise.sqrt(x, count: count, into: y)
        case .exp: Elementwise.exp(x, count: count, into: y)
        case .log: Elementwise.log(x, count: count, into: y)
        case .negative: Elementwise.negative(x, count: count, into: y)
        case .reciprocal: Elementwise.reciprocal(x, count: count, into: y)
        }
    }
}
