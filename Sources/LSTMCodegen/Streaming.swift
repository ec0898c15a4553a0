// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// True where whole sequences and chunks run through the same function: all but models with `last`, whose result
    /// a stream gives at every step.
    var chunksAreWhole: Bool {
        !needed.contains { if case .last = model.layers[$0].operation { true } else { false } }
    }

    /// `process` and `step`.
    func printStreaming(_ printer: inout CodePrinter) {
        if stateNeedsFile { printInitialState(&printer) }
        printProcess(&printer)
        printStep(&printer)
    }

    private func printInitialState(_ printer: inout CodePrinter) {
        printer.print()
        printer.print("/// What a stream begins with: the first state in the weight file.")
        printer.block("\(access)var initialState: State") { printer in
            printer.print("var state = State()")
            for place in lstms where place.lstm.initialState != nil {
                printer.print(
                    "state.memory.start(layers.\(place.initial), h: \(place.hRange), c: \(place.cRange))")
            }
            printer.print("return state")
        }
    }

    private func printProcess(_ printer: inout CodePrinter) {
        let outputs = steppedResults
        let type = outputs.isEmpty ? "" : outputs.count == 1 ? " -> [Swift.Float]" : " -> StepResults"
        let samples = readsTokens ? "_ ids: [Swift.Int32]" : "_ samples: [Swift.Float]"
        let name = readsTokens ? "ids" : "samples"
        printer.print(
            """

            /// Runs the next steps of a stream, any number of them, with the same bits as `step` for each.
            ///
            /// - \(name): \(model.input.size.map { "(steps, \($0)) floats" } ?? "a token id for each step").
            """)
        for result in outputs { printer.print("/// - Returns: `\(result.member)`, (steps, \(result.size)).") }
        printer.function(
            "\(access)func process", [samples, "state: inout State"], " throws(InputError)\(type)"
        ) { printer in
            printer.print("let steps = try SequenceBatch.steps(\(name), \(inputCheck))")
            for result in outputs {
                printer.print(
                    "var \(result.name) = [Swift.Float](repeating: 0, count: \(product("steps", result.size)))")
            }
            let empty = outputs.count == 1 ? " \(outputs[0].name)" : outputs.isEmpty ? "" : " \(stepResults)"
            printer.print("if steps == 0 { return\(empty) }")
            printer.print("state.memory.withPointer { memory in")
            printer.indent { printer in printChunkCall(name, &printer) }
            printer.print("}")
            if !outputs.isEmpty { printer.print("return\(empty)") }
        }
    }

    private var stepResults: String {
        "StepResults(\(steppedResults.map { "\($0.member): \($0.name)" }.joined(separator: ", ")))"
    }

    private func printChunkCall(_ name: String, _ printer: inout CodePrinter) {
        var arguments = [name, "steps: steps"] + (chunksAreWhole ? ["batch: 1", "lengths: nil"] : [])
        for place in lstms {
            arguments += [
                "\(place.h): \(sum("memory", place.offset))",
                "\(place.c): \(sum("memory", place.cOffset))",
            ]
        }
        arguments += steppedResults.map { "\($0.name): &\($0.name)" }
        printer.list(chunksAreWhole ? "run" : "chunk", arguments)
    }

    private func printStep(_ printer: inout CodePrinter) {
        let outputs = steppedResults
        documentStep(&printer)
        var parameters = [readsTokens ? "_ id: Swift.Int32" : "_ frame: Swift.Span<Swift.Float>", "state: inout State"]
        for (index, result) in outputs.enumerated() {
            parameters.append("\(index == 0 ? "into" : "_") \(result.name): inout Swift.MutableSpan<Swift.Float>")
        }
        printer.function("\(access)func step", parameters, "") { printer in
            printStepPreconditions(&printer)
            printStepPointers(&printer) { printer in
                let route = Route(self, .step)
                printPlaces(of: route, &printer)
                for call in route.calls { printer.list(call.callee, call.arguments) }
            }
        }
    }

    private func documentStep(_ printer: inout CodePrinter) {
        printer.print(
            """

            /// Runs one step of a stream; allocates nothing and takes no lock while `state` is not shared with a copy.
            ///
            """)
        switch model.input {
        case .features(let size): printer.print("/// - Precondition: `frame` has \(size) values.")
        case .tokens(let count): printer.print("/// - Precondition: `id` is in 0..<\(count).")
        }
        for result in steppedResults {
            printer.print("/// - Precondition: `\(result.name)` has \(result.size) values.")
        }
    }

    private func printStepPreconditions(_ printer: inout CodePrinter) {
        if let size = model.input.size {
            printer.print(
                "Swift.precondition(frame.count == \(size), \"frame has \\(frame.count) values, not \(size)\")")
        }
        for result in steppedResults {
            printer.print(
                "Swift.precondition(\(result.name).count == \(result.size), "
                    + "\"\(result.name) has \\(\(result.name).count) values, not \(result.size)\")")
        }
    }

    private func printStepPointers(_ printer: inout CodePrinter, _ body: (inout CodePrinter) -> Void) {
        let names = steppedResults.map(\.name)
        let input = readsTokens ? "id" : "frame"
        func pointers(_ printer: inout CodePrinter) {
            let spans = [input, "&state.memory"] + names.prefix(1).map { "&" + $0 }
            printer.print(
                "LSTMRuntime.withStepPointers(\(spans.joined(separator: ", "))) { x, memory\(names.first.map { ", " + $0 } ?? "") in"
            )
            printer.indent(body)
            printer.print("}")
        }
        func further(_ names: ArraySlice<String>, _ printer: inout CodePrinter) {
            guard let name = names.first else { return pointers(&printer) }
            printer.print("LSTMRuntime.withPointer(&\(name)) { \(name) in")
            printer.indent { further(names.dropFirst(), &$0) }
            printer.print("}")
        }
        further(names.dropFirst(), &printer)
    }

    /// Names for the places in a state's memory: h and c of each lstm, then scratch.
    private func printPlaces(of route: Route, _ printer: inout CodePrinter) {
        for place in lstms {
            printer.print(
                "let \(place.h) = \(sum("memory", place.offset)), "
                    + "\(place.c) = \(sum("memory", place.cOffset))")
        }
        var offset = stateCount
        for temporary in route.temporaries {
            printer.print("let \(temporary.name) = \(sum("memory", offset))")
            offset += temporary.size
        }
        if !lstms.isEmpty { printer.print("let workspace = \(sum("memory", offset))") }
    }

    /// The floats of scratch memory after the state.
    var scratchCount: Int {
        Route(self, .step).temporaries.reduce(0) { $0 + $1.size } + (lstms.map(\.lstm.stepWorkspace).max() ?? 0)
    }
}
