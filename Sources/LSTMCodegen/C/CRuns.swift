// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

// Whole sequences in the caller's memory.
extension CEntryPoints {
    var workspaceSize: CFunction {
        CFunction(
            "\(names.prefix)_workspace_size", "cWorkspaceSize", .size,
            modelParameters
                + sizeParameters.map { parameter in
                    var parameter = parameter
                    parameter.text = nil
                    return parameter
                },
            [
                "The bytes of workspace that \(names.prefix)_run needs for so many steps and sequences, or fewer; 0 where one of "
                    + "them is 0, or an address cannot reach so much."
            ]
        ) { printer in
            printer.print("do throws(LSTMRuntime.CStatus) {")
            printer.indent { printer in
                printSizeChecks(&printer)
                // The layers say how much they need.
                if plan.hasRunMemory { printModel(&printer) }
                for axis in plan.axes {
                    guard let count = bound(on: axis) else { continue }
                    printer.print("let \(axis.stepsName) = Swift.max(\(count), 1)")
                }
                let sum = workspaceParts.joined(separator: " + ")
                printer.print("return 4 * (\(sum.isEmpty ? "16" : sum))")
            }
            printer.print("} catch { return 0 }")
        }
    }

    /// The most steps that an axis has which a layer makes; nil for the others.
    private func bound(on axis: TypePlan.AxisPlace) -> String? {
        switch axis.origin {
        case .inputs, .fixed: nil
        case .slice(let whole, _, _, _): plan.axis(whole).stepsName
        case .windows(let whole, _, let extent, let stride):
            "LSTMRuntime.Windows.count(\(plan.axis(whole).stepsName), extent: \(extent), stride: \(stride))"
        }
    }

    /// The floats of workspace, as source says them, in the order in which a run takes them.
    private var workspaceParts: [String] {
        func room(_ count: String) -> String { "LSTMRuntime.CMemory.room(\(count))" }
        var parts: [String] = []
        for (axis, _, _) in givenAxes where plan.isPadded(axis) { parts.append("2 * \(room("batch"))") }
        let made = plan.axes.filter { bound(on: $0) != nil }.count
        if made > 0 { parts.append(product(room("batch"), made)) }
        for place in plan.recurrents {
            for slot in place.parts.indices where result(at: place.index, slot) == nil {
                parts.append(room(product("batch", place.recurrent.stateSlots[slot].count)))
            }
        }
        for input in plan.inputs {
            guard let steps = input.input.shape.steps, plan.isPadded(plan.axis(steps)) else { continue }
            parts.append(room(product("\(plan.axis(steps).stepsName) * batch", input.count)))
        }
        if plan.hasRunMemory {
            let steps = plan.runAxes.map { "\($0.stepsName): \($0.stepsName)" }
            let counts = steps + ["batch: batch"] + threads
            parts.append("_model.runMemory(\(counts.joined(separator: ", ")))")
        }
        return parts
    }

    /// The result that a slot of a layer's state is.
    private func result(at layer: Int, _ slot: Int) -> TypePlan.ResultPlace? {
        plan.results.first { $0.result.layer == layer && $0.result.part == .state(slot) }
    }

    /// From here on no product of sizes is too large.
    private func printSizeChecks(_ printer: inout CodePrinter) {
        let bound = floatBound
        for axis in givenAxes.map(\.axis.stepsName).isEmpty ? ["1"] : givenAxes.map(\.axis.stepsName) {
            printer.list(
                "try LSTMRuntime.CStatus.check",
                ["steps: \(axis)", "batch: batch", "floats: \(bound.each)", "and: \(bound.once)"])
        }
    }

    // MARK: Steps that layers make

    /// For each result whose steps are others than an input's: how many.
    var madeSteps: [CFunction] {
        plan.results.indices.compactMap { index in
            guard let steps = plan.results[index].steps, let root = root(of: plan.axis(steps)) else { return nil }
            let axis = plan.axis(steps)
            return CFunction(
                "\(names.prefix)_\(names.results[index])_steps", "cStepsOf\(index)", .size,
                [
                    .count(root.steps, root.axis.stepsName), .count("batch", "batch"),
                    lengths(of: root.axis, root.lengths, "one for each sequence; NULL where all have \(root.steps)."),
                ],
                [
                    "The steps that \(names.results[index]) has; 0 where a sequence has none, or a size or a length is not right."
                ]
            ) { printer in
                printer.print("if \(root.axis.stepsName) < 1 || batch < 1 { return 0 }")
                printer.print("return \(most(axis, root.axis))")
            }
        }
    }

    /// The given axis that a made one follows from; nil for a given or a fixed one.
    private func root(
        of axis: TypePlan.AxisPlace
    ) -> (axis: TypePlan.AxisPlace, steps: String, lengths: String)? {
        switch axis.origin {
        case .inputs, .fixed: return nil
        case .slice(let whole, _, _, _), .windows(let whole, _, _, _):
            return root(of: plan.axis(whole)) ?? givenAxes.first { $0.axis.steps == whole }
        }
    }

    /// What layers make of so many steps.
    private func made(_ axis: TypePlan.AxisPlace, of steps: String, all: Bool) -> String {
        func inner(_ whole: Steps) -> String { all ? made(plan.axis(whole), of: steps, all: true) : steps }
        switch axis.origin {
        case .inputs, .fixed: return steps
        case .slice(let whole, _, let start, let stop):
            let bounds = [start, stop].map { $0.map(String.init) ?? "nil" }
            return "LSTMRuntime.Sequences.sliced(\(inner(whole)), start: \(bounds[0]), stop: \(bounds[1]))"
        case .windows(let whole, _, let extent, let stride):
            return "LSTMRuntime.Windows.count(\(inner(whole)), extent: \(extent), stride: \(stride))"
        }
    }

    /// The steps of an axis, of the sequence with most of them: as a run finds them, axis by axis.
    private func most(_ axis: TypePlan.AxisPlace, _ root: TypePlan.AxisPlace) -> String {
        switch axis.origin {
        case .inputs, .fixed: return axis.stepsName
        case .slice(let whole, _, _, _), .windows(let whole, _, _, _):
            let before = made(axis, of: most(plan.axis(whole), root), all: false)
            return "LSTMRuntime.CSequences.most(\(before), steps: \(root.stepsName), batch: batch, "
                + "lengths: \(root.lengthsName ?? "nil")) { \(made(axis, of: "$0", all: true)) }"
        }
    }

    // MARK: Running

    func run(isGiven: Bool) -> CFunction {
        let axes = givenAxes
        let inputs = zip(plan.inputs, names.inputs).map { input, name in
            CParameter.read(name, input.pointer, integers: input.isTokens, text(of: input))
        }
        let lengths = axes.map { axis, steps, name in
            self.lengths(
                of: axis, name,
                "the steps of each sequence\(of(axis)), 1 to \(steps); NULL where all have \(steps). What stands past a sequence's "
                    + "end plays no part, and results are zero there.")
        }
        let results = zip(plan.results, names.results).map { result, name in
            CParameter.written(name, result.name, integers: result.isInteger, "room for \(shape(of: result, name)).")
        }
        let summary =
            "Runs a batch of sequences from their start to their end\(isGiven ? ", from states that are given" : "")."
        return CFunction(
            "\(names.prefix)_run\(isGiven ? "_from" : "")", isGiven ? "cRunFrom" : "cRun", .status,
            modelParameters + inputs + sizeParameters + lengths
                + (isGiven ? initialParameters(batch: ", batch") : []) + results
                + [
                    .memory(
                        "workspace",
                        "\(names.prefix)_workspace_size bytes at a multiple of \(names.macro("ALIGNMENT")), of any value."
                    )
                ],
            [summary + " Allocates nothing. No result shares memory with an input, another result or the workspace."]
        ) { printer in
            if !isGiven, !plan.started.isEmpty {
                var arguments = (modelParameters + inputs + sizeParameters + lengths).map(\.local)
                arguments += plan.started.flatMap(\.parts).map { _ in "nil" }
                return printer.list("try cRunFrom", arguments + results.map(\.local) + ["workspace"])
            }
            printGuard(inputs.map(\.local) + results.map(\.local), &printer)
            printModel(&printer)
            let memory = takesWorkspace ? "var memory" : plan.hasRunMemory ? "let memory" : "_"
            printer.print("\(memory) = try LSTMRuntime.CMemory(workspace)")
            printSizeChecks(&printer)
            printInputs(&printer)
            for place in plan.recurrents {
                for (slot, part) in place.parts.enumerated() {
                    let count = product("batch", place.recurrent.stateSlots[slot].count)
                    let place = result(at: place.index, slot)?.name ?? "memory.next(\(count))"
                    if place != part.pointer { printer.print("let \(part.pointer) = \(place)") }
                }
                printStart(of: place, nil, batch: "batch", &printer)
            }
            printCall(&printer)
        }
    }

    /// A call from C has the caller's thread alone.
    private var threads: [String] { plan.canShare ? ["threads: 1"] : [] }

    /// Whether something of the workspace is taken before the layers run.
    private var takesWorkspace: Bool { workspaceParts.count > (plan.hasRunMemory ? 1 : 0) }

    private func text(of input: TypePlan.InputPlace) -> String {
        let steps = input.input.shape.steps.flatMap { steps in givenAxes.first { $0.axis.steps == steps }?.steps }
        let order = steps.map { plan.model.batchFirst ? ["batch", $0] : [$0, "batch"] } ?? ["batch"]
        let text = input.shape(order) + (input.range(order) ?? "") + "."
        guard let padding = input.input.padding else { return text }
        let what = input.isTokens ? "Ids of \(Int(padding))" : "Steps of \(padding) alone"
        return "\(text) \(what) before and after a sequence are no part of it; given lengths win."
    }

    /// A result's shape, with C's names.
    private func shape(of result: TypePlan.ResultPlace, _ name: String) -> String {
        if !result.isStepped { return result.batchShape(plan.model) + " floats" }
        let kind = result.isInteger ? " integers" : " floats"
        let sizes = result.layer.output.sizes.map(String.init)
        guard let steps = result.steps else { return tuple(["batch"] + sizes) + kind }
        let axis = plan.axis(steps)
        let count: String
        switch axis.origin {
        case .inputs: count = givenAxes.first { $0.axis.steps == steps }?.steps ?? "steps"
        case .fixed(let fixed): count = "\(fixed)"
        case .slice, .windows: count = "\(names.prefix)_\(name)_steps"
        }
        return tuple((plan.model.batchFirst ? ["batch", count] : [count, "batch"]) + sizes) + kind
    }

    /// Checks what is given, and finds the sizes of every time axis.
    private func printInputs(_ printer: inout CodePrinter) {
        for input in plan.inputs {
            guard let tokens = input.input.tokens else { continue }
            let steps = input.input.shape.steps.map { "\(plan.axis($0).stepsName) * " } ?? ""
            printer.print(
                "try LSTMRuntime.CStatus.check(\(input.pointer), count: \(steps)batch, tokens: \(tokens))")
        }
        for axis in givenAxes.map(\.axis) { printAxis(axis, &printer) }
        for call in plan.whole.calls {
            for axis in plan.axes {
                let arguments: (whole: Steps, function: String, list: [String])
                switch axis.origin {
                case .slice(let whole, call.layer, let start, let stop):
                    let bounds = [("start", start), ("stop", stop)].map { "\($0): \($1.map(String.init) ?? "nil")" }
                    arguments = (whole, "sliced", bounds)
                case .windows(let whole, call.layer, let extent, let stride):
                    arguments = (whole, "windows", ["extent: \(extent)", "stride: \(stride)"])
                case .slice, .windows, .inputs, .fixed: continue
                }
                printer.list(
                    "let \(axis.sequencesName) = try \(plan.axis(arguments.whole).sequencesName).\(arguments.function)",
                    arguments.list + ["batch: batch", "&memory"])
            }
            guard case .run = call.action, let index = plan.model.layers[call.layer].operation.selectedStep,
                case .steps(let steps)? = call.inputs.first?.rows, plan.axis(steps).lengthsName != nil
            else { continue }
            printer.print("try \(plan.axis(steps).sequencesName).check(hasStep: \(index), batch: batch)")
        }
    }

    private func printAxis(_ axis: TypePlan.AxisPlace, _ printer: inout CodePrinter) {
        let given =
            "LSTMRuntime.CSequences(steps: \(axis.stepsName), batch: batch, lengths: \(axis.lengthsName ?? "nil"))"
        let padded = axis.inputs.map { plan.inputs[$0] }.filter { $0.paddingText != nil }
        guard let first = padded.first else {
            let isUsed = plan.runAxes.contains { $0.steps == axis.steps }
            return printer.print("\(isUsed ? "let \(axis.sequencesName)" : "_") = try \(given)")
        }
        printer.closures([
            "let \(axis.sequencesName) = try LSTMRuntime.CPaddedSequences(try \(given), batch: batch, \(plan.layout), &memory) { step in"
        ]) { $0.print(isPadding(first)) }
        for other in padded.dropFirst() {
            printer.closures(["try \(axis.sequencesName).check { step in"]) { $0.print(isPadding(other)) }
        }
    }

    private func isPadding(_ input: TypePlan.InputPlace) -> String {
        "LSTMRuntime.CPaddedSequences.isPadding(\(input.pointer), step, size: \(input.count), \(input.paddingText ?? "0"))"
    }

    private func printCall(_ printer: inout CodePrinter) {
        var arguments = plan.inputs.map { input -> String in
            guard let steps = input.input.shape.steps, plan.isPadded(plan.axis(steps)) else {
                return input.argument(input.pointer)
            }
            return input.argument(
                "\(plan.axis(steps).sequencesName).moved(\(input.pointer), size: \(input.count), &memory)")
        }
        let axes = plan.runAxes
        arguments += axes.map { "\($0.stepsName): \($0.count)" } + ["batch: batch"]
        arguments += axes.map { "\($0.lengthsName ?? ""): \($0.sequencesName).lengths" } + threads
        arguments += plan.recurrents.flatMap(\.parts).map { "\($0.pointer): \($0.pointer)" }
        arguments += plan.steppedResults.map { "\($0.name): \($0.name)" }
        if plan.hasRunMemory { arguments.append("memory: memory.floats") }
        printer.list("_model.run", arguments)
        for result in plan.steppedResults {
            guard let steps = result.steps, plan.isPadded(plan.axis(steps)) else { continue }
            printer.print("\(plan.axis(steps).sequencesName).restore(\(result.name), size: \(result.count))")
        }
    }
}
