// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// True where whole sequences and chunks run through the same function: all but models with `last`, whose result
    /// a stream gives at every step, and those that keep the steps before.
    var chunksAreWhole: Bool { chunk?.calls == whole.calls && pasts.isEmpty }

    /// `process` and `step`.
    func printStreaming(_ printer: inout CodePrinter) {
        if stateNeedsFile { printInitialState(&printer) }
        printProcess(&printer)
        printProcessInPlace(&printer)
        printStep(&printer)
    }

    private func printInitialState(_ printer: inout CodePrinter) {
        printer.print()
        let stored = recurrents.filter { $0.recurrent.initialState != nil }.map { place in
            place.shapes(batch: nil) + (recurrents.count == 1 ? "" : " of `\(place.member)`")
        }
        DocComment("What a stream begins with: the first state in the weight file, \(stored.joined(separator: "; ")).")
            .print(&printer)
        printer.block("\(access)var initialState: State") { printer in
            printer.print("var state = State()")
            for place in recurrents where place.recurrent.initialState != nil {
                printer.print(
                    "state.memory.start(layers.\(place.initial), \(ranges(of: place)))")
            }
            printer.print("return state")
        }
    }

    // MARK: process

    private func printProcess(_ printer: inout CodePrinter) {
        let outputs = steppedResults
        let type = outputs.isEmpty ? "" : outputs.count == 1 ? " -> [\(outputs[0].element)]" : " -> StepResults"
        printer.print()
        var comment = DocComment(
            "Runs the next steps of a stream, any number of them, with the same bits as `step` for each.")
        comment.parameters = inputs.map { ($0.chunk, chunkShape(of: $0) + ".") } + [stateParameter]
        if !outputs.isEmpty {
            comment.returns = outputs.map { "`\($0.member)`, \($0.chunkShape)" }.joined(separator: "; ") + "."
        }
        if let delayed { comment.returns? += " \(delayed.words) none: `process` gives so many fewer." }
        comment.throwing = refusals(hasLengths: false)
        comment.print(&printer)
        printer.function(
            "\(access)func process",
            inputs.map { $0.parameter($0.chunk, "[\($0.element)]") } + ["state: inout State"],
            " throws(InputError)\(type)"
        ) { printer in
            printChunkChecks(&printer)
            if let delayed { printer.print(delayed.earlyText(in: "state.")) }
            for result in outputs {
                // Steps without a result write one where the first one will be.
                let rows = delayed.map { "Swift.max(steps - \($0.early), 1)" } ?? "steps"
                printer.print(
                    "var \(result.name) = [\(result.element)](repeating: 0, count: \(product(rows, result.count)))")
            }
            let empty = outputs.count == 1 ? " \(outputs[0].name)" : outputs.isEmpty ? "" : " \(stepResults)"
            if delayed == nil { printer.print("if steps == 0 { return\(empty) }") }
            printer.closures(["state.memory.withPointer { memory in"], printChunkCall)
            if let delayed {
                let nothing =
                    outputs.count == 1
                    ? "[]" : "StepResults(\(outputs.map { "\($0.member): []" }.joined(separator: ", ")))"
                printer.print("if steps == \(delayed.early) { return \(nothing) }")
            }
            for result in constantResults {
                printer.print("LSTMRuntime.repeatFirst(&\(result.name), size: \(result.count))")
            }
            if !outputs.isEmpty { printer.print("return\(empty)") }
        }
    }

    func chunkShape(of input: InputPlace) -> String {
        if !input.hasTime { return input.shape([]) + ", the same for all these steps" }
        return input.isTokens ? "a token id for each step" : input.shape(["steps"])
    }

    private func printChunkChecks(_ printer: inout CodePrinter) {
        guard let clock else { return }
        let name = clock.label == nil ? [] : ["\"\(clock.specName)\""]
        printer.list("let steps = try SequenceBatch.steps", [clock.chunk] + name + [clock.check])
        for input in inputs where input.specName != clock.specName {
            let arguments = [input.chunk, "\"\(input.specName)\"", input.check]
            if input.hasTime, !isStepped(input) {
                // Nobody reads it, so that its steps are nobody else's.
                printer.list("_ = try SequenceBatch.steps", arguments)
            } else {
                printer.list("try SequenceBatch.check", arguments + ["rows: \(input.hasTime ? "steps" : "1")"])
            }
        }
    }

    private var stepResults: String {
        "StepResults(\(steppedResults.map { "\($0.member): \($0.name)" }.joined(separator: ", ")))"
    }

    private func printChunkCall(_ printer: inout CodePrinter) {
        var arguments = inputs.map { $0.argument($0.chunk) }
        if chunksAreWhole {
            arguments += runAxes.map { "\($0.stepsName): steps" } + ["batch: 1"]
            arguments += runAxes.compactMap(\.lengthsName).map { "\($0): nil" }
            if canShare { arguments.append("threads: 1") }
        } else {
            arguments.append("steps: steps")
        }
        arguments += chunk == nil || start != nil ? ["memory: memory"] : stateArguments
        arguments += steppedResults.map { "\($0.name): &\($0.name)" }
        printer.list(chunksAreWhole ? "run" : "chunk", arguments)
    }

    /// Where in a state's memory is what a chunk carries on.
    var stateArguments: [String] {
        let states = recurrents.flatMap(\.parts).map { "\($0.pointer): \(sum("memory", $0.offset))" }
        return states + pasts.map { "\($0.name): \(sum("memory", $0.offset))" }
    }

    // MARK: step

    private func printStep(_ printer: inout CodePrinter) {
        documentStep(&printer)
        var parameters = inputs.map { $0.parameter($0.frame, $0.isTokens ? "Swift.Int32" : "Swift.Span<Swift.Float>") }
        parameters.append("state: inout State")
        for (index, result) in steppedResults.enumerated() {
            parameters.append("\(index == 0 ? "into" : "_") \(result.name): inout Swift.MutableSpan<\(result.element)>")
        }
        printer.function("\(access)func step", parameters, delayed == nil ? "" : " -> Swift.Bool") { printer in
            printStepPreconditions(&printer)
            if let delayed { printer.print("let \(delayed.seen) = \(delayed.count(to: delayed.delay, in: "state."))") }
            printStepPointers(&printer) { printer in
                let arguments = inputs.map { $0.argument($0.pointer) } + ["memory: memory"]
                printer.list("advance", arguments + steppedResults.map { "\($0.name): \($0.name)" })
            }
            if let delayed { printer.print("return \(delayed.seen) == \(delayed.delay)") }
        }
    }

    /// What a stream carries on.
    var stateParameter: (name: String, text: String) {
        ("state", "what the stream remembers; carried on.")
    }

    private func documentStep(_ printer: inout CodePrinter) {
        printer.print()
        var comment = DocComment(
            "Runs one step of a stream; allocates nothing and takes no lock while `state` is not shared with a copy.")
        comment.parameters =
            inputs.map { ($0.frame, frameShape(of: $0) + ".") } + [stateParameter]
            + steppedResults.map { ($0.name, "room for \($0.stepShape): `\($0.member)`.") }
        if let delayed {
            comment.returns = "whether the step has a result. \(delayed.words) none, and no use of what is written."
        }
        for input in inputs {
            switch input.input.kind {
            case .features: comment.preconditions.append("`\(input.frame)` has \(input.count) values.")
            case .tokens(let count): comment.preconditions.append("`\(input.frame)` is in 0..<\(count).")
            }
        }
        for result in steppedResults {
            comment.preconditions.append("`\(result.name)` has \(result.count) values.")
        }
        comment.print(&printer)
    }

    private func frameShape(of input: InputPlace) -> String {
        input.shape([]) + (input.hasTime ? "" : ", the same for all steps")
    }

    private func printStepPreconditions(_ printer: inout CodePrinter) {
        var sized: [(String, Int)] = inputs.filter { !$0.isTokens }.map { ($0.frame, $0.count) }
        sized += steppedResults.map { ($0.name, $0.count) }
        for (name, count) in sized {
            printer.print(
                "Swift.precondition(\(name).count == \(count), \"\(name) has \\(\(name).count) values, not \(count)\")")
        }
    }

    /// The addresses of all that a step reads and writes, around `body`; one result stands beside the state.
    private func printStepPointers(_ printer: inout CodePrinter, _ body: (inout CodePrinter) -> Void) {
        let first = steppedResults.first { !$0.isInteger }?.name
        var heads: [String] = []
        for result in steppedResults where result.name != first {
            let function = result.isInteger ? "withIntegerPointer" : "withPointer"
            heads.append("LSTMRuntime.\(function)(&\(result.name)) { \(result.name) in")
        }
        for input in inputs.dropFirst() {
            heads.append("LSTMRuntime.withInputPointer(\(input.frame)) { \(input.pointer) in")
        }
        var (spans, names) = (["&state.memory"], ["memory"])
        if let input = inputs.first {
            spans.insert(input.frame, at: 0)
            names.insert(input.pointer, at: 0)
        }
        if let first {
            spans.append("&" + first)
            names.append(first)
        }
        heads.append(
            "LSTMRuntime.withStepPointers(\(spans.joined(separator: ", "))) { \(names.joined(separator: ", ")) in")
        printer.closures(heads, body)
    }

    /// The calls of one step, after names for the places in a state's memory: h and c of each recurrent layer, the steps
    /// before, then scratch.
    func printStepBody(_ printer: inout CodePrinter) {
        guard let step else { return }
        for place in recurrents {
            printer.print(
                "let " + place.parts.map { "\($0.pointer) = \(sum("memory", $0.offset))" }.joined(separator: ", "))
        }
        for place in pasts { printer.print("let \(place.name) = \(sum("memory", place.offset))") }
        let run = Run(self, step)
        var offset = stateCount
        let end = run.printScratch(from: sum("memory", offset), &printer) { _, slot in
            offset += slot.count
            return sum("memory", offset)
        }
        if stepHasWorkspace { printer.print("let workspace = \(end)") }
        printStepCalls(run, &printer)
    }
}
