// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension TypePlan {
    var initialParameter: [String] {
        started.isEmpty ? [] : ["initial: \(started.count == 1 ? started[0].stateType : "Initial")? = nil"]
    }

    /// The last parameter of a call on whole sequences.
    var threadsParameter: [String] { ["threads: Swift.Int = 1"] }

    private var resultType: String { results.count == 1 ? "[\(results[0].element)]" : "Results" }

    var arrayParameters: [String] { inputs.map { $0.parameter($0.array, "[\($0.element)]") } }

    /// The axes whose sequences may have lengths of their own.
    private var givenAxes: [AxisPlace] { axes.filter { !$0.inputs.isEmpty } }

    /// The lengths as arguments of the call on a batch.
    var lengthsArguments: [String] { givenAxes.map { "\($0.lengthsLabel): \($0.lengthsName ?? "")" } }

    var lengthsParameters: [String] {
        givenAxes.map { axis in
            let name = axis.lengthsName ?? ""
            return (axis.lengthsLabel == name ? name : "\(axis.lengthsLabel) \(name)") + ": [Swift.Int]? = nil"
        }
    }

    /// The two calls: one sequence, and a batch of them.
    func printEntryPoints(_ printer: inout CodePrinter) {
        let initial = started.isEmpty ? [] : ["initial: initial"]
        printer.print()
        documentOne(&printer)
        printer.function(
            "\(access)func callAsFunction", arrayParameters + initialParameter + threadsParameter,
            " throws(InputError) -> \(resultType)"
        ) { printer in
            printer.list(
                "try self", inputs.map { $0.argument($0.array) } + ["batch: 1"] + initial + ["threads: threads"])
        }
        printer.print()
        documentBatch(&printer)
        printer.function(
            "\(access)func callAsFunction",
            arrayParameters + ["batch: Swift.Int"] + lengthsParameters + initialParameter + threadsParameter,
            " throws(InputError) -> \(resultType)"
        ) { printer in
            printInputChecks(&printer)
            for place in recurrents { printFirstState(of: place, &printer) }
            printBatchRun(&printer)
        }
    }

    // MARK: Documentation

    private func documentOne(_ printer: inout CodePrinter) {
        var comment = DocComment("Runs one sequence from its start to its end.")
        comment.parameters = parametersOfOne + [threadsDescription]
        comment.returns = results.map { "`\($0.member)`, \($0.oneShape)" }.joined(separator: "; ") + "."
        comment.throwing = refusals(hasLengths: false, hasThreads: true)
        comment.print(&printer)
    }

    private func documentBatch(_ printer: inout CodePrinter) {
        var comment = DocComment("Runs a batch of sequences.")
        comment.parameters = parametersOfBatch
        comment.returns = results.map { "`\($0.member)`, \($0.batchShape(model))" }.joined(separator: "; ") + "."
        comment.throwing = refusals(hasLengths: !givenAxes.isEmpty, hasThreads: true)
        comment.print(&printer)
    }

    /// What the arguments of a call on one sequence are.
    var parametersOfOne: [(name: String, text: String)] {
        inputs.map { ($0.array, description(of: $0, $0.hasTime ? ["time"] : [])) } + initialDescription(batch: nil)
    }

    /// What the arguments of a call on a batch are.
    var parametersOfBatch: [(name: String, text: String)] {
        let order = model.batchFirst ? ["batch", "time"] : ["time", "batch"]
        let lengths = givenAxes.map { axis in
            (
                name: axis.lengthsName ?? "",
                text:
                    "the steps of each sequence\(givenAxes.count > 1 ? " of `\(inputs[axis.inputs[0]].array)`" : ""), 1 to "
                    + "time; all have the same number by default. What stands past a sequence's length plays no part, and "
                    + "results are zero there."
            )
        }
        return inputs.map { ($0.array, description(of: $0, $0.hasTime ? order : ["batch"])) }
            + [("batch", "the number of sequences.")] + lengths + initialDescription(batch: "batch")
            + [threadsDescription]
    }

    private var threadsDescription: (name: String, text: String) {
        ("threads", "at most so many share the work; the bits are the same.")
    }

    private func description(of input: InputPlace, _ axes: [String]) -> String {
        let text = input.shape(axes) + (input.range(axes).map { "\($0)." } ?? ".")
        guard let padding = input.input.padding else { return text }
        let what = input.isTokens ? "Ids of \(Int(padding))" : "Steps of \(padding) alone"
        return
            "\(text) \(what) before and after a sequence are no part of it: results are zero there. Given lengths win."
    }

    private func initialDescription(batch: String?) -> [(name: String, text: String)] {
        guard let first = started.first else { return [] }
        let shape = started.count == 1 ? first.shapes(batch: batch) : "the layers' first states"
        return [("initial", "\(shape); \(defaultState) by default.")]
    }

    /// When a call throws.
    func refusals(hasLengths: Bool, hasThreads: Bool = false) -> String {
        var things = ["a size"]
        if inputs.contains(where: \.isTokens) { things.append("an id") }
        if hasLengths { things.append("a length") }
        if hasPadding { things.append("where paddings are") }
        if hasThreads { things.append("the number of threads") }
        return refusal(of: things)
    }

    func refusal(of things: [String]) -> String {
        "`InputError` where \(inWords(things, "or")) does not fit; it says what would."
    }

    private var defaultState: String {
        recurrents.contains { $0.recurrent.initialState != nil } ? "the checkpoint's" : "zero"
    }

    // MARK: The body

    /// Checks what is given, and finds the sizes of every time axis.
    private func printInputChecks(_ printer: inout CodePrinter) {
        printer.print("try SequenceBatch.check(threads: threads)")
        if givenAxes.isEmpty { printer.print("try SequenceBatch.check(batch: batch)") }
        for axis in givenAxes { printSizes(of: axis, &printer) }
        for input in inputs where !input.hasTime {
            printer.list(
                "try SequenceBatch.check", [input.array, "\"\(input.specName)\"", input.check, "rows: batch"])
        }
        for call in whole.calls {
            for axis in axes { printPart(axis, of: call, &printer) }
            printSelection(call, &printer)
        }
    }

    /// The sizes of an axis that is given, from the first input that has it.
    private func printSizes(of axis: AxisPlace, _ printer: inout CodePrinter) {
        let sharing = axis.inputs.map { inputs[$0] }
        // The input whose paddings say where sequences end goes first.
        let ordered = sharing.filter { $0.input.padding != nil } + sharing.filter { $0.input.padding == nil }
        guard let first = ordered.first, let lengths = axis.lengthsName else { return }
        var arguments = [first.array]
        if first.label != nil { arguments.append("\"\(first.specName)\"") }
        arguments.append(first.check)
        if let padding = first.paddingText { arguments.append("padding: \(padding)") }
        arguments += ["batch: batch", "lengths: \(lengths)"]
        if axis.lengthsLabel != "lengths" { arguments.append("\"\(axis.lengthsLabel)\"") }
        if first.paddingText != nil { arguments.append("layout: \(layout)") }
        let isUsed = isPadded(axis) || sharing.count > 1 || runAxes.contains { $0.steps == axis.steps }
        printer.list(
            "\(isUsed ? "let \(axis.sequencesName)" : "_") = try "
                + (first.paddingText == nil ? "SequenceBatch" : "PaddedSequences"), arguments)
        for other in ordered.dropFirst() {
            if let padding = other.paddingText {
                printer.list(
                    "try \(axis.sequencesName).check",
                    [other.array, "\"\(other.specName)\"", other.check, "padding: \(padding)"])
            } else {
                printer.list(
                    "try SequenceBatch.check",
                    [other.array, "\"\(other.specName)\"", other.check, "rows: \(axis.count) * batch"])
            }
        }
    }

    /// The sizes of an axis that the call's layer makes.
    private func printPart(_ axis: AxisPlace, of call: Plan.Call, _ printer: inout CodePrinter) {
        let name = exactStringLiteral(model.layers[call.layer].name)
        switch axis.origin {
        case .slice(let whole, call.layer, let start, let stop):
            let bounds = [("start", start), ("stop", stop)].map { "\($0): \($1.map(String.init) ?? "nil")" }
            printer.list(
                "let \(axis.sequencesName) = try \(self.axis(whole).sequencesName).sliced", [name] + bounds)
        case .windows(let whole, call.layer, let extent, let stride):
            printer.list(
                "let \(axis.sequencesName) = try \(self.axis(whole).sequencesName).windows",
                [name, "extent: \(extent)", "stride: \(stride)"])
        case .slice, .windows, .inputs, .fixed: break
        }
    }

    /// Every sequence has the step that the call's layer needs.
    private func printSelection(_ call: Plan.Call, _ printer: inout CodePrinter) {
        guard case .run = call.action, let index = model.layers[call.layer].operation.selectedStep,
            case .steps(let steps)? = call.inputs.first?.rows, axis(steps).lengthsName != nil
        else { return }
        printer.list(
            "try \(axis(steps).sequencesName).check",
            [exactStringLiteral(model.layers[call.layer].name), "hasStep: \(index)"])
    }

    private func printFirstState(of place: RecurrentPlace, _ printer: inout CodePrinter) {
        // Where other values give the first state, this is the memory for it.
        let isGiven = place.recurrent.initialSlots.isEmpty
        var arguments = [!isGiven ? "nil" : started.count == 1 ? "initial" : "initial?.\(place.member)"]
        if isGiven, started.count > 1 { arguments.append("\"\(place.specName)\"") }
        arguments += [
            "states: \(place.recurrent.stateCount)", "stateSize: \(place.recurrent.stateSize)",
        ]
        if place.c != nil { arguments.append("hiddenSize: \(place.recurrent.hiddenSize)") }
        arguments.append("batch: batch")
        if place.recurrent.initialState != nil { arguments.append("stored: layers.\(place.initial)") }
        printer.list("var \(place.name) = try \(place.stateType)", arguments)
    }

    private func printBatchRun(_ printer: inout CodePrinter) {
        for result in steppedResults {
            let rows = result.steps.map { "\(axis($0).count) * batch" } ?? "batch"
            printer.print(
                "var \(result.name) = [\(result.element)](repeating: 0, count: \(product(rows, result.count)))")
        }
        var arguments = inputs.map { $0.argument(moved($0)) }
        arguments += runAxes.map { "\($0.stepsName): \($0.count)" } + ["batch: batch"]
        arguments += runAxes.map { "\($0.lengthsName ?? ""): \($0.sequencesName).lengths" }
        if canShare { arguments.append("threads: threads") }
        for place in recurrents {
            arguments += place.parts.map { "\($0.pointer): &\(place.name).\($0.letter)" }
        }
        arguments += steppedResults.map { "\($0.name): &\($0.name)" }
        printer.list("run", arguments)
        for result in steppedResults {
            guard let steps = result.steps, isPadded(axis(steps)) else { continue }
            printer.print("\(axis(steps).sequencesName).restore(&\(result.name), size: \(result.count))")
        }
        if results.count == 1, let result = results.first { return printer.print("return \(value(of: result))") }
        printer.list("return Results", results.map { "\($0.member): \(value(of: $0))" })
    }

    /// The input with its sequences at the front.
    private func moved(_ input: InputPlace) -> String {
        guard let steps = input.input.shape.steps, isPadded(axis(steps)) else { return input.array }
        return "\(axis(steps).sequencesName).moved(\(input.array), size: \(input.count))"
    }

    /// True where paddings say how long sequences are.
    func isPadded(_ axis: AxisPlace) -> Bool { axis.inputs.contains { inputs[$0].paddingText != nil } }

    private func value(of result: ResultPlace) -> String {
        guard case .state(let slot) = result.result.part else { return result.name }
        return "\(layerNames[result.result.layer]).\(result.layer.operation.stateSlots[slot].name)"
    }

    /// True where some input's paddings say how long sequences are.
    var hasPadding: Bool { inputs.contains { $0.paddingText != nil } }
}

extension TypePlan.InputPlace {
    /// What fills sequences up, as a literal.
    var paddingText: String? { input.padding.map { isTokens ? "\(Int($0))" : "\($0)" } }
}

extension Operation {
    /// A step that each sequence must have.
    var selectedStep: Int? {
        switch self {
        case .select(let select): select.index
        case .pad(let pad): pad.over == .time && pad.least > 1 ? pad.least - 1 : nil
        case .recurrent, .embedding, .linear, .layerNorm, .pointwise, .prelu, .softmax, .l2Normalize, .dropout, .last,
            .pool,
            .combine, .concat, .slice, .scale, .steps, .flip, .repeat, .argmax, .reshape, .transpose, .batchNorm,
            .conv1d, .windowPool:
            nil
        }
    }
}
