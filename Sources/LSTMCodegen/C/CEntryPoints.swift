// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// What a generated type is for C: the functions, and what they need.
struct CEntryPoints {
    let plan: TypePlan
    let names: CNames

    init?(_ plan: TypePlan) {
        guard let names = CNames(plan) else { return nil }
        (self.plan, self.names) = (plan, names)
    }

    /// In the order of the header.
    var functions: [CFunction] {
        let streaming = plan.canStream ? [stateSize, start(isGiven: false)] + given(start) + [read, step] : []
        return files + streaming + [workspaceSize] + madeSteps + [run(isGiven: false)] + given(run)
    }

    /// A second form, for models whose first states the caller may give.
    private func given(_ function: (Bool) -> CFunction) -> [CFunction] {
        plan.started.isEmpty ? [] : [function(true)]
    }

    // MARK: What functions take

    /// The model, where its weights are in a file.
    var modelParameters: [CParameter] {
        if plan.weights != nil { return [] }
        return [
            CParameter(
                name: "model", cType: "const \(names.prefix)_model *", local: "weights",
                swiftType: "Swift.OpaquePointer?")
        ]
    }

    /// The time axes that the caller gives, each with what C calls it.
    var givenAxes: [(axis: TypePlan.AxisPlace, steps: String, lengths: String)] {
        plan.axes.filter { !$0.inputs.isEmpty }.enumerated().map { ($1, names.steps[$0], names.lengths[$0]) }
    }

    /// Steps and sequences.
    var sizeParameters: [CParameter] {
        givenAxes.map { .count($0.steps, $0.axis.stepsName, "the steps of the longest sequence\(of($0.axis)).") }
            + [.count("batch", "batch", "the number of sequences.")]
    }

    /// Whose steps they are, where there are several axes.
    func of(_ axis: TypePlan.AxisPlace) -> String {
        givenAxes.count > 1 ? " of \(names.inputs[axis.inputs[0]])" : ""
    }

    func lengths(of axis: TypePlan.AxisPlace, _ name: String, _ text: String) -> CParameter {
        .read(name, axis.lengthsName ?? "", integers: true, text)
    }

    /// Parts of states, by layer.
    func stateParameters(
        _ places: [TypePlan.RecurrentPlace], _ called: [[String]], batch: String,
        _ make: (String, String, String) -> CParameter
    ) -> [CParameter] {
        zip(places, called).flatMap { place, called in
            zip(place.parts, called).enumerated().map { slot, part in
                let states = place.recurrent.stateSlots[slot]
                return make(part.1, "_" + part.0.pointer, "(\(states.states)\(batch), \(states.size)) floats")
            }
        }
    }

    func initialParameters(batch: String) -> [CParameter] {
        let stored = plan.started.contains { $0.recurrent.initialState != nil }
        return stateParameters(plan.started, names.initial, batch: batch) { name, local, shape in
            .read(name, local, "\(shape); NULL for \(stored ? "the checkpoint's, or zero where it has none" : "zero").")
        }
    }

    /// `let model`: what runs.
    func printModel(_ printer: inout CodePrinter) {
        printer.print(plan.weights == nil ? "let _model = try cModel(weights)" : "let _model = Self()")
    }

    /// Makes sure of addresses.
    func printGuard(_ locals: [String], _ printer: inout CodePrinter) {
        if locals.isEmpty { return }
        printer.print("guard \(locals.map { "let \($0)" }.joined(separator: ", ")) else { throw .null }")
    }

    // MARK: Streams

    /// The bytes of a state: whole lines of 64.
    var stateBytes: Int { wholeLines(max(plan.stateCount + plan.scratchCount, 1)) * 4 }

    private var stateSize: CFunction {
        CFunction(
            "\(names.prefix)_state_size", "cStateSize", .size, [],
            ["\(names.macro("STATE_SIZE")), for languages that have no macros."]
        ) { $0.print("\(stateBytes)") }
    }

    private func start(isGiven: Bool) -> CFunction {
        let begun = plan.recurrents.filter { !$0.recurrent.initialSlots.isEmpty }.map(\.specName)
        let stored = plan.recurrents.contains { $0.recurrent.initialState != nil }
        var text = "Begins a stream: the state is \(stored ? "the checkpoint's" : "zero")."
        if isGiven { text = "Begins a stream with a state that is given." }
        if !begun.isEmpty { text += " The inputs give the first state of \(begun.joined(separator: ", "))." }
        let parameters = isGiven ? initialParameters(batch: "") : []
        return CFunction(
            "\(names.prefix)_state_init\(isGiven ? "_from" : "")", isGiven ? "cStartFrom" : "cStart", .status,
            modelParameters + [.memory("state", stateText)] + parameters,
            [text]
        ) { printer in
            if !isGiven, !plan.started.isEmpty {
                let nothing = plan.started.flatMap(\.parts).map { _ in "nil" }
                return printer.list("try cStartFrom", modelParameters.map(\.local) + ["state"] + nothing)
            }
            // Embedded weights are unpacked here, so that no step does it.
            printModel(&printer)
            printer.print("let memory = try LSTMRuntime.CMemory(state).floats")
            printer.print("memory.update(repeating: 0, count: \(stateBytes / 4))")
            for place in plan.recurrents { printStart(of: place, "memory", batch: "1", &printer) }
            printer.print("Swift.withExtendedLifetime(_model.layers) {}")
        }
    }

    private var stateText: String {
        "\(names.macro("STATE_SIZE")) bytes at a multiple of \(names.macro("ALIGNMENT")). A copy of them is a stream of its own."
    }

    /// Fills the first state of a layer; in a whole run, at the addresses that have its parts' names.
    func printStart(
        of place: TypePlan.RecurrentPlace, _ memory: String?, batch: String, _ printer: inout CodePrinter
    ) {
        for (slot, part) in place.parts.enumerated() {
            let isGiven = plan.started.contains { $0.index == place.index }
            if memory != nil, !isGiven, place.recurrent.initialState == nil { continue }
            let states = place.recurrent.stateSlots[slot]
            var arguments = [memory.map { sum($0, part.offset) } ?? part.pointer]
            arguments.append("from: " + (isGiven ? "_\(part.pointer)" : "nil"))
            if place.recurrent.initialState != nil {
                arguments.append("or: _model.layers.\(place.initial).\(part.letter)")
            }
            arguments += ["states: \(states.states)", "size: \(states.size)", "batch: \(batch)"]
            printer.list("LSTMRuntime.CMemory.start", arguments)
        }
    }

    private var read: CFunction {
        let parts = stateParameters(plan.recurrents, names.states, batch: "") { name, local, shape in
            .written(name, local, "room for \(shape), or NULL.")
        }
        let state = CParameter(
            name: "state", cType: "const void *", local: "state", swiftType: "Swift.UnsafeRawPointer?")
        return CFunction(
            "\(names.prefix)_state_read", "cRead", .status, [state] + parts,
            [
                parts.isEmpty
                    ? "Checks a state, which has nothing to read." : "Copies what the recurrent layers remember."
            ]
        ) { printer in
            let memory = plan.recurrents.isEmpty ? "_" : "let memory"
            printer.print(
                "\(memory) = try LSTMRuntime.CMemory(Swift.UnsafeMutableRawPointer(mutating: state)).floats")
            for place in plan.recurrents {
                for (slot, part) in place.parts.enumerated() {
                    let count = place.recurrent.stateSlots[slot].count
                    printer.print("_\(part.pointer)?.update(from: \(sum("memory", part.offset)), count: \(count))")
                }
            }
        }
    }

    private var step: CFunction {
        let stepped = plan.results.indices.filter { plan.results[$0].isStepped }
        let hasOne = plan.inputs.count == 1
        let taken = zip(plan.inputs, names.inputs).map { input, name -> CParameter in
            let name = hasOne ? "in" : name
            let text = input.shape([]) + (input.range([]) ?? "") + (input.hasTime ? "." : ", the same for all steps.")
            if input.isTokens {
                return CParameter(
                    name: name, cType: "int32_t", local: input.pointer, swiftType: "Swift.Int32", text: text)
            }
            return .read(name, input.pointer, text)
        }
        let written = stepped.map { index -> CParameter in
            let result = plan.results[index]
            return .written(
                names.results[index], result.name, integers: result.isInteger, "room for \(result.stepShape).")
        }
        let framed = plan.framedInputs.filter { !$0.isTokens }
        var text = "Runs one step of a stream; allocates nothing and takes no lock."
        if plan.delayed != nil {
            text +=
                " Returns \(names.macro("NO_RESULT")) for the first \(names.macro("DELAY")) steps of a stream, whose results are of no use."
        }
        let pairs = plan.inPlacePairs.map { pair in
            let result = plan.results.firstIndex { $0.name == pair.result.name } ?? 0
            let input = plan.inputs.firstIndex { $0.specName == pair.input.specName } ?? 0
            return "that of \(hasOne ? "in" : names.inputs[input]) may be \(names.results[result])'s"
        }
        text +=
            pairs.isEmpty
            ? " No result shares memory with an input or another result."
            : " No result shares memory with an input or another result, but \(pairs.joined(separator: ", "))."
        return CFunction(
            "\(names.prefix)_step", "cStep", .status,
            modelParameters + [.memory("state", "what the stream remembers; carried on.")] + taken + written, [text]
        ) { printer in
            printGuard(
                plan.inputs.filter { !$0.isTokens }.map(\.pointer) + stepped.map { plan.results[$0].name }, &printer)
            for input in plan.inputs {
                guard let count = input.input.tokens else { continue }
                printer.print("try LSTMRuntime.CStatus.check(\(input.pointer), tokens: \(count))")
            }
            printModel(&printer)
            printer.print("let memory = try LSTMRuntime.CMemory(state).floats")
            if let delayed = plan.delayed { printer.print("let \(delayed.seen) = \(delayed.count(to: delayed.delay))") }
            var offset = plan.stateCount + plan.stepScratchCount
            for input in framed {
                printer.print("let \(input.copy) = \(sum("memory", offset))")
                printer.print("\(input.copy).update(from: \(input.pointer), count: \(input.count))")
                offset += input.count
            }
            let heads = plan.inputs.filter(\.isTokens).map {
                "LSTMRuntime.withInputPointer(\($0.pointer)) { \($0.pointer) in"
            }
            printer.closures(heads) { printer in
                let given = plan.inputs.map { input in
                    input.argument(framed.contains { $0.specName == input.specName } ? input.copy : input.pointer)
                }
                printer.list(
                    "_model.advance",
                    given + ["memory: memory"] + stepped.map { "\(plan.results[$0].name): \(plan.results[$0].name)" })
            }
            if let delayed = plan.delayed {
                printer.print("if \(delayed.seen) < \(delayed.delay) { throw .noResult }")
            }
        }
    }
}
