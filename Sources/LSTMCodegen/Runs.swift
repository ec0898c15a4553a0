// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// A plan's calls in one generated function, with the names of its scratch values.
struct Run {
    let plan: Plan
    let calls: [Call]
    /// The names of the scratch values, by number.
    let scratch: [String]

    init(_ type: TypePlan, _ plan: Plan) {
        self.plan = plan
        let scratch = plan.scratch.indices.map { type.name(ofScratch: $0, plan) }
        self.scratch = scratch
        calls = plan.calls.flatMap { call in
            CallSite(type: type, mode: plan.mode, call: call, scratch: scratch).calls.map { made in
                var made = made
                (made.delay, made.isStart) = (call.delay, call.isStart)
                return made
            }
        }
    }

    /// The scratch values that take turns in a slot, in the order of their numbers.
    private func names(ofSlot slot: Int) -> [String] {
        plan.scratch.indices.filter { plan.scratch[$0].slot == slot }.map { scratch[$0] }
    }

    /// Prints a name for each scratch value, one slot's memory after another; gives the end.
    ///
    /// - Parameter size: the floats of a slot, as source says it.
    func printScratch(
        from start: String, _ printer: inout CodePrinter, then place: (String, Plan.Slot) -> String
    ) -> String {
        var start = start
        for (number, slot) in plan.slots.enumerated() {
            let names = names(ofSlot: number)
            guard let first = names.first else { continue }
            printer.print("let \(first) = \(start)")
            for name in names.dropFirst() { printer.print("let \(name) = \(first)") }
            start = place(first, slot)
        }
        return start
    }
}

extension TypePlan {
    /// The functions that run the layers, one call a line in spec order.
    func printRuns(_ printer: inout CodePrinter) {
        printer.print()
        printer.print("// MARK: - The layers, in the order of the spec")
        printExtension(&printer) { printer in
            let lengths = runAxes.compactMap(\.lengthsName).map { "\($0): Swift.UnsafePointer<Swift.Int32>?" }
            printRun(
                whole, "run",
                runAxes.map { "\($0.stepsName): Swift.Int" } + ["batch: Swift.Int"] + lengths
                    + (canShare ? ["threads: Swift.Int"] : []), &printer)
            guard canStream else { return }
            if chunk == nil || start != nil {
                printer.print()
                printLoop(&printer)
                printAdvance(&printer)
            }
            if let chunk, !chunksAreWhole {
                printer.print()
                printRun(chunk, start == nil ? "chunk" : "proceed", ["steps: Swift.Int"], &printer)
            }
            if chunk != nil, start == nil { printAdvance(&printer) }
            printAdvanceTogether(&printer)
        }
    }

    /// Whether whole sequences have a layer whose work threads can share.
    var canShare: Bool {
        whole.calls.contains { $0.action == .run && model.layers[$0.layer].operation.canShare }
    }

    /// The parameters that are memory: inputs, then `middle`, then the results.
    func memoryParameters(_ middle: [String]) -> [String] {
        let given = inputs.map { $0.parameter($0.pointer, "Swift.UnsafePointer<\($0.element)>") }
        let results = steppedResults.map { "\($0.name): Swift.UnsafeMutablePointer<\($0.element)>" }
        return given + middle + results
    }

    private func printRun(_ plan: Plan, _ name: String, _ sizes: [String], _ printer: inout CodePrinter) {
        let run = Run(self, plan)
        let pasts = plan.mode == .chunk ? pasts.map(\.name) : []
        let states = (recurrents.flatMap { $0.parts.map(\.pointer) } + pasts).map {
            "\($0): Swift.UnsafeMutablePointer<Swift.Float>"
        }
        if plan.mode == .whole, options.hasCHeader, hasRunMemory {
            return printSplitRun(run, name, sizes, states, &printer)
        }
        printer.function("private func \(name)", memoryParameters(sizes + states), "") { printer in
            printRows(of: run, run.calls.flatMap(\.axes), &printer)
            printMemory(of: run, &printer) { printer in printCalls(of: run, &printer) }
        }
    }

    /// Names for how many rows there are, of the axes that are named: those of `calls`, and those of the scratch values.
    private func printRows(of run: Run, _ calls: [Int], _ printer: inout CodePrinter) {
        let named = calls + run.plan.slots.compactMap { rows($0.rows, run.plan.mode).axis }
        for (index, axis) in axes.enumerated() where named.contains(index) {
            printer.print("let \(axis.rowsName) = \(axis.stepsName) * batch")
        }
    }

    private func printCalls(of run: Run, _ printer: inout CodePrinter) {
        for call in run.calls { printer.list(call.calleeText, call.argumentTexts) }
        if run.plan.mode == .whole { printPadding(&printer) }
    }

    /// Whether whole sequences need memory beside what they are given.
    var hasRunMemory: Bool {
        !whole.slots.isEmpty || whole.calls.contains { workspace(of: $0, whole.mode) != nil }
    }

    /// `run` in memory that the caller has, how much that is, and the same in memory of its own.
    private func printSplitRun(
        _ run: Run, _ name: String, _ sizes: [String], _ states: [String], _ printer: inout CodePrinter
    ) {
        let threads = canShare ? ["threads"] : []
        let counts = runAxes.map(\.stepsName) + ["batch"]
        let memoryCounts = counts + threads
        printer.print("/// The floats of memory that `run` needs.")
        let sizeParameters = memoryCounts.map { "\($0): Swift.Int" }
        printer.function("private func runMemory", sizeParameters, " -> Swift.Int") { printer in
            printRows(of: run, [], &printer)
            printer.print("return \(memoryText(run.plan))")
        }
        printer.print()
        printer.function("private func \(name)", memoryParameters(sizes + states), "") { printer in
            let floats = "runMemory(\(memoryCounts.map { "\($0): \($0)" }.joined(separator: ", ")))"
            printer.closures(["LSTMRuntime.withWorkspace(floats: \(floats)) { memory in"]) { printer in
                var arguments = inputs.map { $0.argument($0.pointer) } + counts.map { "\($0): \($0)" }
                arguments += (runAxes.compactMap(\.lengthsName) + threads).map { "\($0): \($0)" }
                arguments += recurrents.flatMap(\.parts).map { "\($0.pointer): \($0.pointer)" }
                arguments += steppedResults.map { "\($0.name): \($0.name)" } + ["memory: memory"]
                printer.list(name, arguments)
            }
        }
        printer.print()
        printer.function(
            "private func \(name)", memoryParameters(sizes + states) + [memoryParameter], ""
        ) { printer in
            printRows(of: run, run.calls.flatMap(\.axes), &printer)
            printPlaces(of: run, &printer)
            printCalls(of: run, &printer)
        }
    }

    /// Memory for the values between layers, and the recurrent layers' workspace, around `body`.
    private func printMemory(of run: Run, _ printer: inout CodePrinter, _ body: (inout CodePrinter) -> Void) {
        let workspaces = workspaces(run.plan)
        let sizes = run.plan.slots.map { size(of: $0, run.plan) }
        guard !workspaces.isEmpty || !sizes.isEmpty else { return body(&printer) }
        if workspaces.count == 1 {
            printer.print("let workspaceCount = \(workspaces[0])")
        } else if !workspaces.isEmpty {
            printer.list("let workspaceCount = Swift.max", workspaces)
        }
        let total = sizes + (workspaces.isEmpty ? [] : ["workspaceCount"])
        let head = "LSTMRuntime.withWorkspace(floats: \(total.joined(separator: " + "))) { memory in"
        printer.closures([head]) { printer in
            printPlaces(of: run, &printer)
            body(&printer)
        }
    }

    /// Names for where the values between layers and the workspace are in `memory`.
    private func printPlaces(of run: Run, _ printer: inout CodePrinter) {
        let end = run.printScratch(from: "memory", &printer) { name, slot in "\(name) + \(size(of: slot, run.plan))" }
        if !workspaces(run.plan).isEmpty { printer.print("let workspace = \(end)") }
    }

    /// The floats of a slot.
    private func size(of slot: Plan.Slot, _ plan: Plan) -> String {
        product(rows(slot.rows, plan.mode).text, slot.count)
    }

    /// The floats of workspace that the calls need, of which one at a time is in use.
    private func workspaces(_ plan: Plan) -> [String] { plan.calls.compactMap { workspace(of: $0, plan.mode) } }

    /// The floats of the values between layers and of the largest workspace; empty where there are none.
    func memoryText(_ plan: Plan) -> String {
        let workspaces = workspaces(plan)
        let largest = workspaces.count > 1 ? ["Swift.max(\(workspaces.joined(separator: ", ")))"] : workspaces
        return (plan.slots.map { size(of: $0, plan) } + largest).joined(separator: " + ")
    }

    /// The floats of workspace that a call needs; nil for what needs none.
    func workspace(of call: Plan.Call, _ mode: Plan.Mode) -> String? {
        guard case .run = call.action, let rows = call.inputs.first?.rows else { return nil }
        let steps =
            switch (mode, rows) {
            case (.whole, .steps(let steps)): axis(steps).stepsName
            case (.streams, _): "1"
            case (.whole, .sequences), (.chunk, _), (.step, _): "steps"
            }
        if case .conv1d(let conv) = model.layers[call.layer].operation {
            return conv.workspace(of: layerNames[call.layer], steps: steps, mode)
        }
        guard let place = recurrent(at: call.layer) else { return nil }
        let threads = mode == .whole ? ", threads: threads" : ""
        return "layers.\(place.name).workspaceCount(steps: \(steps), batch: \(mode.isBatch ? "batch" : "1")\(threads))"
    }

    /// Results with a time axis are zero past a sequence's length; some layers see to it themselves.
    private func printPadding(_ printer: inout CodePrinter) {
        for axis in runAxes {
            guard let lengths = axis.lengthsName else { continue }
            let padded = steppedResults.filter { $0.steps == axis.steps && !$0.layer.operation.endsInZeros }
            guard !padded.isEmpty else { continue }
            printer.block("if let \(lengths)") { printer in
                for result in padded {
                    printer.list(
                        "LSTMRuntime.zeroPadding",
                        [
                            result.name, "steps: \(axis.stepsName)", "batch: batch", "size: \(result.count)",
                            "layout: \(layout)", "lengths: \(lengths)",
                        ])
                }
            }
        }
    }

    // MARK: Steps, one by one

    /// `chunk` for a model that needs a state after each step, or whose first steps have no result.
    private func printLoop(_ printer: inout CodePrinter) {
        printer.function("private func chunk", memoryParameters(["steps: Swift.Int", memoryParameter]), "") { printer in
            if let delayed { printer.print(delayed.earlyText()) }
            // Without a plan for chunks each step is run alone, and writes its own row; else the first one with a result is
            // the last of those.
            let later = chunk == nil ? nil : start
            if let later, later.startsWithResult { printer.print(later.firstText) }
            printer.print("for step in 0..<\(later?.alone ?? "steps") {")
            printer.indent { printer in
                let row = delayed.map { "Swift.max(step - \($0.early), 0)" } ?? "step"
                let results = results(fromRow: later == nil ? row : nil)
                printer.list("advance", arguments(from: "step") + ["memory: memory"] + results)
            }
            printer.print("}")
            guard let later else { return }
            printer.print("if steps == \(later.alone) { return }")
            let row = delayed == nil ? later.alone : later.startsWithResult ? "(\(later.alone) - \(later.early))" : nil
            printer.list(
                "proceed",
                arguments(from: later.alone) + ["steps: steps - \(later.alone)"] + stateArguments
                    + results(fromRow: row))
        }
    }

    /// One step of a stream.
    private func printAdvance(_ printer: inout CodePrinter) {
        printer.print()
        // A call would cost a small model's step some of its time.
        if chunk != nil, start == nil { printer.print("@inline(__always)") }
        printer.function("private func advance", memoryParameters([memoryParameter]), "") { printer in
            printStepBody(&printer)
        }
    }

    var memoryParameter: String { "memory: Swift.UnsafeMutablePointer<Swift.Float>" }

    /// The results from a row on; from their beginning where it is nil.
    func results(fromRow row: String?) -> [String] {
        steppedResults.map { result in
            "\(result.name): \(result.name)" + (row.map { " + \(product($0, result.count))" } ?? "")
        }
    }

    /// The inputs from a step on.
    func arguments(from step: String) -> [String] {
        inputs.map { input in
            input.argument(isStepped(input) ? "\(input.pointer) + \(product(step, input.count))" : input.pointer)
        }
    }
}

extension Operation {
    /// Whether threads can share the layer's work over whole sequences.
    fileprivate var canShare: Bool {
        switch self {
        case .recurrent, .linear: true
        case .conv1d(let conv): conv.over == .time
        case .last, .embedding, .layerNorm, .scale, .prelu, .l2Normalize, .pointwise, .softmax, .argmax, .pool, .select,
            .combine, .concat, .slice, .transpose, .steps, .flip, .repeat, .dropout, .reshape, .batchNorm, .windowPool,
            .pad:
            false
        }
    }
}
