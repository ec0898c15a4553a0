// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// A call of a plan with the names that a generated function has for what it reads and writes.
struct CallSite {
    let type: TypePlan
    let mode: Plan.Mode
    let call: Plan.Call
    /// The names of the scratch values, by number.
    let scratch: [String]

    var layer: Layer { type.model.layers[call.layer] }

    /// The packed layer.
    var packed: String { type.layerNames[call.layer] }

    /// The first value that is read, in memory.
    var x: Pointer { call.inputs.first.map(pointer) ?? Pointer(name: "nil") }

    /// Where the result goes.
    var y: Pointer { call.output.map(pointer) ?? Pointer(name: "nil") }

    /// Where a value is.
    func pointer(_ operand: Plan.Operand) -> Pointer {
        switch operand.place {
        case .input(let index): return Pointer(name: type.inputs[index].pointer)
        case .kept(let number): return Pointer(name: type.results[number].name)
        case .state(let layer, let slot): return type.state(layer, slot: slot)
        case .outputInState(let layer):
            guard let place = type.recurrent(at: layer) else { return Pointer(name: "nil") }
            let before = (place.recurrent.numLayers - 1) * place.recurrent.stateSize
            return mode == .streams ? Pointer(name: place.h, rows: before) : Pointer(name: place.h, offset: before)
        case .scratch(let number): return Pointer(name: scratch[number])
        }
    }

    /// How often a value is there.
    func rows(_ rows: Plan.Rows) -> RowCount { type.rows(rows, mode) }

    /// The vectors of a value along its last axis.
    func vectors(_ label: String, of operand: Plan.Operand?) -> Call.Argument {
        operand.map { .count(label, rows($0.rows), $0.vectors) } ?? .count(label, .one)
    }

    /// All values of a value.
    func values(_ label: String, of operand: Plan.Operand?) -> Call.Argument {
        operand.map { .count(label, rows($0.rows), $0.count) } ?? .count(label, .one)
    }

    /// The name of the layout that sequences have in memory.
    var layout: Call.Argument { .text("layout", type.layout) }

    /// The steps of a time axis, and the sequences; without a time axis, one step of each.
    func sizes(_ rows: Plan.Rows) -> [Call.Argument] {
        switch (mode, rows) {
        case (.whole, .steps(let steps)): [.text("steps", type.axis(steps).stepsName), .text("batch", "batch")]
        case (.whole, .sequences), (.streams, _): [.text("steps", "1"), .text("batch", "batch")]
        case (.chunk, .steps): [.text("steps", "steps"), .text("batch", "1")]
        case (.chunk, .sequences), (.step, _): [.text("steps", "1"), .text("batch", "1")]
        }
    }

    /// The threads that share the work of whole sequences.
    var threads: [Call.Argument] { mode == .whole ? [.text("threads", "threads")] : [] }

    /// The sequences' lengths; nothing where all have the same steps.
    func lengths(_ rows: Plan.Rows) -> [Call.Argument] {
        guard mode == .whole, case .steps(let steps) = rows, let name = type.axis(steps).lengthsName else { return [] }
        return [.text("lengths", name)]
    }
}

extension CallSite {
    /// The calls that it takes, in order.
    var calls: [Call] {
        switch call.action {
        case .gather(let slot): [gather(slot)]
        case .begin(let slot): [begin(slot)]
        case .copy: [copy]
        case .run: layer.operation.calls(at: self)
        }
    }

    /// What a layer without effect does where its result is asked for.
    private var copy: Call {
        Call(.pointer(y, "update"), [.pointer("from", x), values("count", of: call.output)])
    }

    /// The states of a slot side by side, one row a sequence.
    private func gather(_ slot: Int) -> Call {
        let states = layer.operation.stateSlots[slot]
        return Call(
            .type("Columns", "gather"),
            [
                .pointer(type.state(call.layer, slot: slot)), .number("states", states.states), .text("batch", "batch"),
                .number("size", states.size), .pointer("into", y),
            ])
    }
}

extension CallSite {
    /// A slot of the layer's state, from states side by side.
    private func begin(_ slot: Int) -> Call {
        let states = layer.operation.stateSlots[slot]
        return Call(
            .type("Columns", "scatter"),
            [
                .pointer(x), .number("states", states.states), .text("batch", mode == .whole ? "batch" : "1"),
                .number("size", states.size),
                .pointer("into", type.state(call.layer, slot: slot)),
            ])
    }
}

extension Operation {
    /// What runs the layer.
    fileprivate func calls(at site: CallSite) -> [Call] {
        switch self {
        case .recurrent: [site.recurrent]
        case .last: [site.last]
        case .embedding: [site.embedding]
        case .linear: [site.linear]
        case .layerNorm: [site.packedRows]
        case .scale: [site.packedRows]
        case .prelu(let prelu): [site.prelu(prelu)]
        case .l2Normalize(let normalize): [site.l2Normalize(normalize)]
        case .pointwise(let function): [site.pointwise(function)]
        case .softmax(let softmax): [site.softmax(softmax)]
        case .argmax: [site.argmax]
        case .pool(let pool): [site.pool(pool)]
        case .select(let select): [site.select(select)]
        case .combine(let combine): site.combine(combine)
        case .concat: site.concat
        case .slice(let slice): [site.slice(slice)]
        case .transpose(let transpose): [site.transpose(transpose)]
        case .steps(let range): [site.steps(range)]
        case .flip: [site.flip]
        case .repeat: [site.repeated]
        case .batchNorm: [site.batchNorm]
        case .conv1d(let conv): [site.conv1d(conv)]
        case .windowPool(let pool): [site.windowPool(pool)]
        case .pad(let pad): [site.pad(pad)]
        // A plan copies what changes nothing, or leaves it out.
        case .dropout, .reshape: []
        }
    }

    /// True where what it gives is zero past a sequence's length by itself.
    var endsInZeros: Bool {
        switch self {
        case .recurrent, .flip, .steps: true
        case .conv1d(let conv): conv.over == .time && !conv.windows.isPointwise
        case .windowPool(let pool): pool.over == .time && !pool.isIdentity
        case .pad(let pad): pad.over == .time && !pad.isIdentity
        case .last, .embedding, .linear, .layerNorm, .scale, .prelu, .l2Normalize, .pointwise, .softmax, .argmax, .pool,
            .select, .combine, .concat, .slice, .transpose, .repeat, .dropout, .reshape, .batchNorm:
            false
        }
    }
}
