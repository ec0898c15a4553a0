// SPDX-License-Identifier: Apache-2.0

import LSTMIR

// Many live streams that are advanced together.
extension TypePlan {
    /// What makes a pool. A function of the model: inside `StreamPool` a model of that name could not be named.
    func printPoolCall(_ printer: inout CodePrinter) {
        guard let streams else { return }
        printer.print()
        var comment = DocComment("Room for many live streams that are advanced together; allocates all that they need.")
        comment.parameters = [("capacity", "the most streams at once.")]
        comment.returns = "a pool without streams."
        comment.preconditions = ["`capacity` is not negative."]
        comment.print(&printer)
        printer.block("\(access)func streamPool(capacity: Swift.Int) -> StreamPool") { printer in
            let parts = recurrents.flatMap { place in
                place.parts.enumerated().map { slot, part in
                    let states = place.recurrent.stateSlots[slot]
                    let count = states.states == 1 ? "" : "states: \(states.states), "
                    return ".init(\(part.offset), \(count)size: \(states.size))"
                }
            }
            var arguments = ["capacity: capacity", "floats: \(stateCount)", "alone: \(stateCount + stepScratchCount)"]
            arguments.append(
                "parts: [\((parts + pasts.map { ".init(\($0.offset), size: \($0.count))" }).joined(separator: ", "))]")
            if let start {
                arguments.append("start: .init(\(start.offset), delay: \(start.delay), steps: \(start.steps))")
            }
            arguments.append("scratch: \(scratchText(streams))")
            printer.list("StreamPool(model: self, slots: StreamSlots", arguments, ")")
        }
    }

    /// The floats of scratch memory that `batch` streams need.
    private func scratchText(_ plan: Plan) -> String {
        let sum = memoryText(plan)
        return sum.isEmpty ? "{ _ in 0 }" : "{ batch in \(sum) }"
    }

    /// A step of each of `batch` streams, whose states are side by side.
    func printAdvanceTogether(_ printer: inout CodePrinter) {
        guard let streams else { return }
        printer.print()
        let parameters = memoryParameters(["batch: Swift.Int", memoryParameter])
        printer.function("private func advance", parameters, "") { printer in
            for place in recurrents {
                let parts = place.parts.map { "\($0.pointer) = \(sum("memory", batches: $0.offset))" }
                printer.print("let " + parts.joined(separator: ", "))
            }
            for place in pasts { printer.print("let \(place.name) = \(sum("memory", batches: place.offset))") }
            let run = Run(self, streams)
            var offset = stateCount
            let end = run.printScratch(from: sum("memory", batches: offset), &printer) { _, slot in
                offset += slot.count
                return sum("memory", batches: offset)
            }
            if streams.calls.contains(where: { workspace(of: $0, .streams) != nil }) {
                printer.print("let workspace = \(end)")
            }
            for call in run.calls { printer.list(call.calleeText, call.argumentTexts) }
        }
    }

    // MARK: The type

    func printPool(_ printer: inout CodePrinter) {
        printExtension(&printer) { printer in
            printer.print("fileprivate typealias Itself = Self")
            printer.print()
            DocComment(
                "Live streams that are advanced together: each has the bits that it would have alone.",
                "It owns its streams' states, so that it is moved and never copied. Streams join and leave at any time; where one "
                    + "has left, there is room for another. One call at a time, from any thread.",
                "The streams of a call and their results are in the same order, which may be another at each call."
            ).print(&printer)
            printer.block("\(access)struct StreamPool: ~Swift.Copyable, Swift.Sendable") { printer in
                printer.print(
                    """
                    fileprivate let model: Itself
                    fileprivate var slots: StreamSlots

                    /// The most streams at once.
                    \(access)var capacity: Swift.Int { slots.capacity }
                    /// The number of streams that are there.
                    \(access)var count: Swift.Int { slots.count }
                    /// The streams that are there, in no order.
                    \(access)var ids: [StreamID] { slots.ids }
                    /// Whether the stream joined this pool and has not left.
                    ///
                    /// - Parameter id: the stream.
                    \(access)func contains(_ id: StreamID) -> Swift.Bool { slots.contains(id) }

                    /// A new stream, at its start; nil where there is no room for one.
                    \(access)mutating func join() -> StreamID? { join(\(stateNeedsFile ? "model.initialState" : "State()")) }
                    /// A stream that goes on from a state; nil where there is no room for one.
                    ///
                    /// - Parameter state: what it remembers.
                    \(access)mutating func join(_ state: State) -> StreamID? { slots.join(state.memory) }
                    /// What a stream remembers.
                    ///
                    /// - Parameter id: the stream.
                    /// - Precondition: it is in the pool.
                    \(access)func state(of id: StreamID) -> State {
                        var state = State()
                        slots.copy(id, into: &state.memory)
                        return state
                    }
                    /// Ends a stream and gives what it remembers.
                    ///
                    /// - Parameter id: the stream.
                    /// - Precondition: it is in the pool.
                    @discardableResult
                    \(access)mutating func leave(_ id: StreamID) -> State {
                        let state = state(of: id)
                        slots.leave(id)
                        return state
                    }
                    """)
                printPoolStep(&printer)
                printPoolStepOnArrays(&printer)
                printPoolRun(&printer)
            }
        }
    }

    private func rowShape(of input: InputPlace) -> String {
        input.isTokens ? "a token id for each stream" : input.shape(["streams"])
    }

    private func rowShape(of result: ResultPlace) -> String {
        "(" + (["streams"] + result.layer.output.sizes.map(String.init)).joined(separator: ", ") + ")"
    }

    private func printPoolStep(_ printer: inout CodePrinter) {
        printer.print()
        var comment = DocComment(
            "Runs one step of each of some streams, or of all; allocates nothing and takes no lock.")
        comment.parameters =
            inputs.map { ($0.chunk, rowShape(of: $0) + ", in the streams' order.") }
            + [(streamsName, "the streams.")]
            + steppedResults.map { ($0.name, "room for `\($0.member)`, \(rowShape(of: $0)).") }
        if let delayed {
            comment.parameters.append(
                (
                    hasResultName,
                    "room for whether each stream has a result. \(delayed.words) none, and no use of what is written."
                ))
        }
        comment.preconditions = ["Each stream is in the pool, and none is given twice; each size is as above."]
        // A loop: optimised, the compiler of Swift 6.3 fails on a closure here.
        for input in inputs {
            guard let tokens = input.input.tokens else { continue }
            comment.preconditions.append("`\(input.chunk)` are in 0..<\(tokens).")
        }
        comment.print(&printer)
        var parameters = inputs.map { $0.parameter($0.chunk, "Swift.Span<\($0.element)>") }
        parameters.append("of \(streamsName): Swift.Span<StreamID>")
        for (index, result) in steppedResults.enumerated() {
            parameters.append("\(index == 0 ? "into" : "_") \(result.name): inout Swift.MutableSpan<\(result.element)>")
        }
        if delayed != nil { parameters.append("_ \(hasResultName): inout Swift.MutableSpan<Swift.Bool>") }
        printer.function("\(access)mutating func step", parameters, "") { printer in
            printer.print("let batch = \(streamsName).count")
            let sized = inputs.map { ($0.chunk, $0.count) } + steppedResults.map { ($0.name, $0.count) }
            for (name, count) in sized + (delayed == nil ? [] : [(hasResultName, 1)]) {
                printer.print(
                    "LSTMRuntime.checkCount(\(name).count, of: \"\(name)\", is: \(product("batch", count)))")
            }
            var heads = inputs.map { "LSTMRuntime.withInputPointer(\($0.chunk)) { \($0.pointer) in" }
            heads.append("LSTMRuntime.withInputPointer(\(streamsName)) { \(streamsName) in")
            for result in steppedResults {
                let function = result.isInteger ? "withIntegerPointer" : "withPointer"
                heads.append("LSTMRuntime.\(function)(&\(result.name)) { \(result.name) in")
            }
            if delayed != nil {
                heads.append("LSTMRuntime.withFlagPointer(&\(hasResultName)) { \(hasResultName) in")
            }
            printer.closures(heads) { printer in
                printer.list("run", poolArguments(\.pointer, written: "", \.name))
            }
        }
    }

    /// The arguments of `run`; those that are written have `sign` before them.
    private func poolArguments(
        _ given: (InputPlace) -> String, written sign: String, _ name: (ResultPlace) -> String
    ) -> [String] {
        let written = steppedResults.map(name) + (delayed == nil ? [] : [hasResultName])
        return inputs.map { $0.argument(given($0)) } + ["batch: batch", "\(streamsName): \(streamsName)"]
            + written.map { "\($0): \(sign)\($0)" }
    }

    private func printPoolStepOnArrays(_ printer: inout CodePrinter) {
        let outputs = steppedResults
        let several = "StepResults(\(outputs.map { "\($0.member): \($0.name)" }.joined(separator: ", ")))"
        let value = outputs.count == 1 ? outputs[0].name : several
        var type = outputs.count == 1 ? "[\(outputs[0].element)]" : "StepResults"
        if delayed != nil { type = "(results: \(type), hasResult: [Swift.Bool])" }
        printer.print()
        var comment = DocComment("Runs one step of each of some streams, or of all, on arrays.")
        comment.parameters =
            inputs.map { ($0.chunk, rowShape(of: $0) + ", in the streams' order.") } + [(streamsName, "the streams.")]
        if !outputs.isEmpty {
            comment.returns =
                outputs.map { "`\($0.member)`, \(rowShape(of: $0))" }.joined(separator: "; ")
                + (delayed.map { "; and which streams have a result. \($0.words) none." } ?? ".")
        }
        comment.throwing =
            "`InputError` where a size does not fit, a token has no row, a stream is not in the pool or is given twice; then "
            + "no stream has taken a step."
        comment.print(&printer)
        let parameters =
            inputs.map { $0.parameter($0.chunk, "[\($0.element)]") } + ["of \(streamsName): [StreamID]"]
        printer.function(
            "\(access)mutating func step", parameters, " throws(InputError)" + (outputs.isEmpty ? "" : " -> \(type)")
        ) { printer in
            printer.print("let batch = \(streamsName).count")
            for input in inputs {
                printer.list(
                    "try SequenceBatch.check", [input.chunk, "\"\(input.specName)\"", input.check, "rows: batch"])
            }
            printer.print("try self.slots.check(\(streamsName))")
            for result in outputs {
                printer.print(
                    "var \(result.name) = [\(result.element)](repeating: 0, count: \(product("batch", result.count)))")
            }
            if delayed != nil {
                printer.print("var \(hasResultName) = [Swift.Bool](repeating: false, count: batch)")
            }
            printer.list("run", poolArguments(\.chunk, written: "&", \.name))
            if !outputs.isEmpty {
                printer.print("return " + (delayed == nil ? value : "(\(value), \(hasResultName))"))
            }
        }
    }

    private func printPoolRun(_ printer: inout CodePrinter) {
        printer.print()
        var parameters = memoryParameters(["batch: Swift.Int", "\(streamsName): Swift.UnsafePointer<StreamID>"])
        if delayed != nil { parameters.append("\(hasResultName): Swift.UnsafeMutablePointer<Swift.Bool>") }
        printer.function("private mutating func run", parameters, "") { printer in
            let given = inputs.map { $0.argument("\($0.pointer) + \(product("$1", $0.count))") }
            let written = results(fromRow: "$1")
            func call(_ middle: [String]) -> String {
                "{ $0.advance(\((given + middle + written).joined(separator: ", "))) }"
            }
            var arguments = [
                "self.model", "Swift.UnsafeBufferPointer(start: \(streamsName), count: batch)",
            ]
            if delayed != nil { arguments.append("hasResult: \(hasResultName)") }
            arguments.append("alone: " + call(["memory: $2"]))
            arguments.append("together: " + call(["batch: $2", "memory: $3"]))
            printer.list("self.slots.run", arguments)
        }
    }
}
