// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension CEntryPoints {
    /// No less than the floats that a run reads, writes and keeps: for each step of each sequence, and once.
    ///
    /// Generated code asks of given sizes that so many fit; then no sum of the runtime's is too large.
    var floatBound: (each: Int, once: Int) {
        var (each, once) = (Clamped(16), Clamped(1024))
        func add(_ steps: Steps?, _ count: Int) {
            each = each + (steps.map { factor(of: plan.axis($0)) } ?? Clamped(1)) * Clamped(count)
        }
        for input in plan.inputs { add(input.input.shape.steps, 2 * input.count) }
        for result in plan.results { add(result.steps, result.count) }
        for axis in plan.axes { add(axis.steps, 16) }
        for slot in plan.whole.slots {
            if case .steps(let steps) = slot.rows { add(steps, slot.count) } else { add(nil, slot.count) }
        }
        for call in plan.whole.calls {
            guard case .run = call.action else { continue }
            var steps: Steps?
            if case .steps(let axis)? = call.inputs.first?.rows { steps = axis }
            switch plan.model.layers[call.layer].operation {
            case .recurrent(let recurrent):
                let (hidden, size) = (wholeLines(recurrent.hiddenSize), wholeLines(recurrent.stateSize))
                let states = recurrent.stateCount * (size + hidden)
                add(steps, (recurrent.gates + 4) * hidden + 4 * size + 2 * recurrent.outputSize + 160)
                add(nil, states)
            case .conv1d(let conv):
                let around = max(0, conv.windows.left) + max(0, conv.windows.right) + 1
                add(steps, conv.inChannels * 2)
                once =
                    once + Clamped(around + 64 * conv.windows.size) * Clamped(conv.inChannels)
                    + Clamped(64 * (conv.positions + conv.newPositions + around))
                    * Clamped(
                        conv.inChannels * conv.windows.size + conv.outChannels)
            case .embedding, .linear, .layerNorm, .pointwise, .prelu, .softmax, .l2Normalize, .dropout, .last, .pool,
                .combine, .concat, .slice, .scale, .select, .steps, .flip, .repeat, .argmax, .reshape, .transpose,
                .batchNorm, .windowPool, .pad:
                break
            }
        }
        return (each.value, once.value)
    }

    /// How many times as many steps an axis may have as the one that is given.
    private func factor(of axis: TypePlan.AxisPlace) -> Clamped {
        switch axis.origin {
        case .inputs: Clamped(1)
        case .slice(let whole, _, _, _): factor(of: plan.axis(whole))
        case .windows(let whole, _, let extent, _): factor(of: plan.axis(whole)) + Clamped(max(0, 1 - extent))
        case .fixed(let count): Clamped(count)
        }
    }
}

/// A count that ends where a literal does on machines of 32 bits.
private struct Clamped {
    let value: Int

    private static let most = Int(Int32.max) / 4

    init(_ value: Int) { self.value = min(max(value, 0), Self.most) }

    static func + (a: Self, b: Self) -> Self { Self(a.value + b.value) }

    static func * (a: Self, b: Self) -> Self {
        let (product, overflow) = a.value.multipliedReportingOverflow(by: b.value)
        return Self(overflow ? most : product)
    }
}
