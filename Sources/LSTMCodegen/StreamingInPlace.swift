// SPDX-License-Identifier: Apache-2.0

import LSTMIR

// `process` on memory that is there already, as an audio callback has it.
extension TypePlan {
    /// The two forms: on buffers, and on spans.
    func printProcessInPlace(_ printer: inout CodePrinter) {
        printer.print()
        documentInPlace(isSpan: false, &printer)
        printer.function(
            "\(access)func process",
            inPlaceParameters(
                { "Swift.UnsafeBufferPointer<\($0.element)>" }, { "Swift.UnsafeMutableBufferPointer<\($0.element)>" }),
            returnType
        ) { printer in
            printInPlaceChecks(&printer)
            if let delayed { printer.print(delayed.earlyText(in: "state.")) }
            printAddresses(&printer)
            // A token for the whole sequence is a number, and the calls take addresses.
            let tokens = inputs.filter { !isBuffer($0) }.map {
                "LSTMRuntime.withInputPointer(\($0.chunk)) { \($0.pointer) in"
            }
            printer.closures(tokens + ["state.memory.withPointer { memory in"], printInPlaceLoop)
            if let delayed { printer.print("return steps - \(delayed.early)") }
        }
        printer.print()
        documentInPlace(isSpan: true, &printer)
        printer.function(
            "\(access)func process",
            inPlaceParameters({ "Swift.Span<\($0.element)>" }, { "inout Swift.MutableSpan<\($0.element)>" }), returnType
        ) { printer in
            let spans = inputs.filter(isBuffer).map { "\($0.chunk).withUnsafeBufferPointer { \($0.chunk) in" }
            let room = steppedResults.map { "\($0.name).withUnsafeMutableBufferPointer { \($0.name) in" }
            printer.closures(spans + room) { printer in
                let given = inputs.map { $0.argument($0.chunk) }
                let written = steppedResults.enumerated().map { ($0 == 0 ? "into: " : "") + $1.name }
                printer.list("process", given + ["state: &state"] + written)
            }
        }
    }

    private var returnType: String { delayed == nil ? "" : " -> Swift.Int" }

    /// True where an input is memory; a token for the whole sequence is a number.
    private func isBuffer(_ input: InputPlace) -> Bool { input.hasTime || !input.isTokens }

    private func inPlaceParameters(_ input: (InputPlace) -> String, _ result: (ResultPlace) -> String) -> [String] {
        let given = inputs.map { $0.parameter($0.chunk, isBuffer($0) ? input($0) : "Swift.Int32") }
        let written = steppedResults.enumerated().map { "\($0 == 0 ? "into" : "_") \($1.name): \(result($1))" }
        return given + ["state: inout State"] + written
    }

    // MARK: Documentation

    private func documentInPlace(isSpan: Bool, _ printer: inout CodePrinter) {
        let memory = isSpan ? "spans" : "buffers"
        var comment = DocComment(
            "Runs the next steps of a stream, any number of them, on \(memory) that are there already; allocates nothing, takes "
                + "no lock and throws nothing while `state` is not shared with a copy.",
            "The steps run one after another, as calls of `step` do, with the same bits."
                + (pasts.isEmpty ? "" : " The form on arrays needs fewer instructions for convolutions."),
            isSpan ? "" : inPlaceText)
        comment.parameters = inputs.map { ($0.chunk, chunkShape(of: $0) + ".") } + [stateParameter]
        for result in steppedResults {
            comment.parameters.append((result.name, "room for `\(result.member)`, \(result.chunkShape)."))
        }
        if let delayed {
            comment.returns =
                "the steps that have a result: so many rows are written, from the first one on, and what is behind them is "
                + "of no use. \(delayed.words) none."
        }
        comment.preconditions =
            inputs.compactMap(condition)
            + steppedResults.map { "`\($0.name)` has \(valuesText($0.count)) for each step." }
        comment.print(&printer)
    }

    /// What an input must be; nil where it can be nothing else.
    private func condition(on input: InputPlace) -> String? {
        let name = "`\(input.chunk)`"
        let isFirst = input.specName == clock?.specName || !isStepped(input)
        switch (input.hasTime, input.input.kind) {
        case (true, .features):
            if !isFirst { return "\(name) has \(valuesText(input.count)) for each step." }
            return input.count > 1 ? "\(name) has whole steps of \(input.count) values." : nil
        case (false, .features): return "\(name) has \(input.count) values."
        case (true, .tokens(let count)):
            return isFirst ? "the ids are in 0..<\(count)." : "\(name) has one id for each step, in 0..<\(count)."
        case (false, .tokens(let count)): return "\(name) is in 0..<\(count)."
        }
    }

    private func valuesText(_ count: Int) -> String { count == 1 ? "one value" : "\(count) values" }

    private var inPlaceText: String {
        let pairs = inPlacePairs.map { "`\($0.result.name)` may be the memory of `\($0.input.chunk)`" }
        if steppedResults.isEmpty { return "" }
        if pairs.isEmpty { return "No result shares memory with an input or another result." }
        return pairs.joined(separator: ", ") + "; else no result shares memory with an input or another result."
    }

    // MARK: Checks

    /// The pairs that may be the same memory: no row is written before the step that is there was read.
    var inPlacePairs: [(input: InputPlace, result: ResultPlace)] {
        framedInputs.flatMap { input in
            steppedResults.filter { mayReplace($0, input) }.map { (input, $0) }
        }
    }

    private func mayReplace(_ result: ResultPlace, _ input: InputPlace) -> Bool {
        input.hasTime && !input.isTokens && isStepped(input) && !result.isInteger && result.count <= input.count
    }

    /// The inputs of which each step is copied before it runs, since a result may be written to their memory.
    var framedInputs: [InputPlace] {
        inputs.filter { input in steppedResults.contains { mayReplace($0, input) } }
    }

    private func printInPlaceChecks(_ printer: inout CodePrinter) {
        guard let clock else { return }
        printer.print(
            "let steps = LSTMRuntime.stepCount(\(clock.chunk).count, of: \"\(clock.chunk)\", size: \(clock.count))")
        for input in inputs where input.specName != clock.specName && isBuffer(input) {
            if input.hasTime, !isStepped(input) {
                printer.print(
                    "_ = LSTMRuntime.stepCount(\(input.chunk).count, of: \"\(input.chunk)\", size: \(input.count))")
            } else {
                printCount(input.chunk, input.hasTime ? product("steps", input.count) : "\(input.count)", &printer)
            }
        }
        for result in steppedResults { printCount(result.name, product("steps", result.count), &printer) }
        for (index, result) in steppedResults.enumerated() {
            for input in inputs where isBuffer(input) {
                let inPlace = mayReplace(result, input) ? ", orSame: true" : ""
                printer.print("LSTMRuntime.checkApart(\(input.chunk), from: \(result.name)\(inPlace))")
            }
            for other in steppedResults[..<index] {
                printer.print(
                    "LSTMRuntime.checkApart(Swift.UnsafeBufferPointer(\(other.name)), from: \(result.name))")
            }
        }
    }

    private func printCount(_ name: String, _ count: String, _ printer: inout CodePrinter) {
        printer.print("LSTMRuntime.checkCount(\(name).count, of: \"\(name)\", is: \(count))")
    }

    // MARK: The steps

    /// The addresses of all that is memory; those of what has a value for each step are there where there is a step.
    private func printAddresses(_ printer: inout CodePrinter) {
        let unread = inputs.filter { $0.hasTime && !isStepped($0) }
        let read = inputs.filter { isBuffer($0) && !($0.hasTime && !isStepped($0)) }
        let bindings =
            read.map { ($0.pointer, $0.chunk) } + steppedResults.map { ($0.name, $0.name) }
        let list = bindings.map { "let \($0) = \($1).baseAddress" }
        let end = "else { return\(delayed == nil ? "" : " 0") }"
        if list.count < 3 {
            printer.print("guard steps > 0, \(list.joined(separator: ", ")) \(end)")
        } else {
            printer.print("guard steps > 0, " + list.joined(separator: ",\n    ") + "\n\(end)")
        }
        // Nobody reads them, so that they may be empty.
        for input in unread { printer.print("let \(input.pointer) = LSTMRuntime.anyAddress(of: \(input.chunk))") }
    }

    private func printInPlaceLoop(_ printer: inout CodePrinter) {
        let framed = framedInputs
        var offset = stateCount + stepScratchCount
        for input in framed {
            printer.print("let \(input.copy) = \(sum("memory", offset))")
            offset += input.count
        }
        printer.block("for step in 0..<steps") { printer in
            for input in framed {
                printer.print(
                    "\(input.copy).update(from: \(input.pointer) + \(product("step", input.count)), count: \(input.count))"
                )
            }
            let given = inputs.map { input in
                let isFramed = framed.contains { $0.specName == input.specName }
                let address = isStepped(input) ? "\(input.pointer) + \(product("step", input.count))" : input.pointer
                return input.argument(isFramed ? input.copy : address)
            }
            let row = delayed.map { "Swift.max(step - \($0.early), 0)" } ?? "step"
            printer.list("advance", given + ["memory: memory"] + results(fromRow: row))
        }
    }
}
