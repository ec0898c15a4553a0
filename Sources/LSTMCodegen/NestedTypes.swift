// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// The types that the API speaks of.
    func printNestedTypes(_ printer: inout CodePrinter) {
        if results.count > 1 { printResults("Results", "What the model gives.", results, \.shape, &printer) }
        if canStream, steppedResults.count > 1 {
            printResults("StepResults", "What `process` gives.", steppedResults, \.chunkShape, &printer)
        }
        if started.count > 1 { printInitial(&printer) }
        if canStream {
            printState(&printer)
            printPool(&printer)
        }
        if !model.labels.isEmpty { printLabels(&printer) }
    }

    private func printResults(
        _ type: String, _ summary: String, _ results: [ResultPlace], _ shape: (ResultPlace) -> String,
        _ printer: inout CodePrinter
    ) {
        printExtension(&printer) { printer in
            printer.print("/// \(summary)")
            printer.block("\(access)struct \(type): Swift.Hashable, Swift.Sendable") { printer in
                for result in results {
                    printer.print("/// \(shape(result)).")
                    printer.print("\(access)var \(result.member): [\(result.element)]")
                }
            }
        }
    }

    func printExtension(_ printer: inout CodePrinter, _ body: (inout CodePrinter) -> Void) {
        printer.print()
        printer.block("extension \(typeName)", body)
    }

    private func printInitial(_ printer: inout CodePrinter) {
        printExtension(&printer) { printer in
            let kinds = started.allSatisfy { $0.recurrent.cell == .lstm } ? "lstm" : "recurrent"
            printer.print("/// The first states of the \(kinds) layers; where one is nil, it is what it is by default.")
            printer.block("\(access)struct Initial: Swift.Hashable, Swift.Sendable") { printer in
                for place in started {
                    printer.print("/// \(place.shapes(batch: "batch")); without `batch` for one sequence.")
                    printer.print("\(access)var \(place.member): \(place.stateType)?")
                }
                printer.print()
                var comment = DocComment("The states that are given.")
                comment.parameters = started.map { ($0.member, "\($0.shapes(batch: "batch")).") }
                comment.print(&printer)
                printer.function("\(access)init", started.map { "\($0.member): \($0.stateType)? = nil" }, "") {
                    printer in
                    for place in started { printer.print("self.\(place.member) = \(place.member)") }
                }
            }
        }
    }

    private func printLabels(_ printer: inout CodePrinter) {
        let names = caseNames
        printExtension(&printer) { printer in
            printer.print(
                "/// The last axis of `\(results.last?.member ?? "")`, in order; the raw value is the label's text.")
            printer.block("\(access)enum Label: Swift.String, Swift.CaseIterable, Swift.Sendable") { printer in
                for (index, (name, label)) in zip(names, model.labels).enumerated() {
                    printer.print("/// The score at \(index).")
                    printer.print("case \(name) = \(exactStringLiteral(label))")
                }
            }
        }
    }

    // MARK: State

    private func printState(_ printer: inout CodePrinter) {
        printExtension(&printer) { printer in
            printer.print("/// What a stream remembers between steps; a value, so a copy of it is a stream of its own.")
            printer.block("\(access)struct State: Swift.Hashable, Swift.Codable, Swift.Sendable") { printer in
                printer.print("fileprivate var memory: StreamMemory")
                printStateInitializers(&printer)
                printStateParts(&printer)
                printer.print()
                var decoding = DocComment("Reads what `encode(to:)` wrote.")
                decoding.parameters = [("decoder", "holds a list of numbers.")]
                decoding.throwing = "`DecodingError` where it is the state of a model with other sizes."
                decoding.print(&printer)
                printer.print(
                    """
                    \(access)init(from decoder: any Swift.Decoder) throws {
                        memory = try StreamMemory(from: decoder, parts: Self.parts, floats: \(stateCount + scratchCount))
                    }

                    """)
                var encoding = DocComment("Writes what is remembered, a list of numbers.")
                encoding.parameters = [("encoder", "takes the list.")]
                encoding.throwing = "what the encoder throws."
                encoding.print(&printer)
                printer.print(
                    """
                    \(access)func encode(to encoder: any Swift.Encoder) throws { try memory.encode(to: encoder) }

                    /// \(memoryText)
                    private static let parts: [Swift.Range<Swift.Int>] = [\(parts)]
                    """)
            }
        }
    }

    private var memoryText: String {
        if recurrents.isEmpty, pasts.isEmpty { return "Nothing is remembered; all floats are scratch memory." }
        let states = recurrents.map { place in
            let letters = place.parts.map(\.letter).joined(separator: " and ")
            return recurrents.count == 1 ? letters : "\(letters) of \(place.member)"
        }
        let parts =
            states + pasts.map { "the steps before of \($0.specName)" }
            + (start == nil ? [] : ["the number of steps so far"])
        return "\(parts.joined(separator: ", ")); the other floats are scratch memory."
    }

    private var parts: String {
        (recurrents.flatMap { $0.parts.map(\.range) } + pasts.map(\.range) + [start?.range].compactMap(\.self))
            .joined(separator: ", ")
    }

    private func printStateInitializers(_ printer: inout CodePrinter) {
        let stored = recurrents.filter { $0.recurrent.initialState != nil }
        printer.print()
        if !stateNeedsFile {
            printer.print("/// The start of a stream: \(stored.isEmpty ? "zero" : "the checkpoint's first state").")
            let begun = recurrents.filter { !$0.recurrent.initialSlots.isEmpty }.map(\.member)
            if !begun.isEmpty {
                printer.print("/// The inputs give the first state of \(begun.joined(separator: ", ")).")
            }
        }
        printer.block(stateNeedsFile ? "fileprivate init()" : "\(access)init()") { printer in
            printer.print("memory = StreamMemory(parts: Self.parts, floats: \(stateCount + scratchCount))")
            for place in stored where !stateNeedsFile {
                printer.print(
                    "memory.start(Layers.embedded.\(place.initial), \(ranges(of: place)))")
            }
        }
        guard !started.isEmpty else { return }
        printer.print()
        guard recurrents.count > 1 else { return printOneInitializer(started[0], &printer) }
        let begun = stateNeedsFile || stored.isEmpty ? "zero" : "what it is at the start"
        var comment = DocComment("A state that is given; where one is nil, it is \(begun).")
        comment.parameters = started.map { ($0.member, "\($0.shapes(batch: nil)).") }
        comment.throwing = refusal(of: ["a size"])
        comment.print(&printer)
        printer.function(
            "\(access)init", started.map { "\($0.member): \($0.stateType)? = nil" }, " throws(InputError)"
        ) {
            printer in
            printer.print("self.init()")
            for place in started {
                let set = "try memory.set(\(place.member), \"\(place.specName)\", \(ranges(of: place)))"
                printer.print("if let \(place.member) { \(set) }")
            }
        }
    }

    private func printOneInitializer(_ place: RecurrentPlace, _ printer: inout CodePrinter) {
        let parts = place.parts
        var comment = DocComment("A state that is given.")
        comment.parameters = parts.map { ("\($0.letter)0", "\($0.shape) floats.") }
        comment.throwing = refusal(of: ["a size"])
        comment.print(&printer)
        printer.function(
            "\(access)init", parts.map { "\($0.letter)0: [Swift.Float]" }, " throws(InputError)"
        ) { printer in
            printer.print("self.init()")
            let values = parts.map { "\($0.letter): \($0.letter)0" }.joined(separator: ", ")
            printer.print("try memory.set(\(place.stateType)(\(values)), \(ranges(of: place)))")
        }
    }

    /// Where the parts of a state are, as arguments.
    func ranges(of place: RecurrentPlace) -> String {
        place.parts.map { "\($0.letter): \($0.range)" }.joined(separator: ", ")
    }

    private func printStateParts(_ printer: inout CodePrinter) {
        for place in recurrents {
            if recurrents.count == 1 {
                for part in place.parts {
                    printer.print()
                    printer.print("/// \(part.letter): \(part.shape) floats.")
                    printer.print("\(access)var \(part.letter): [Swift.Float] { memory[\(part.range)] }")
                }
            } else {
                let values = place.parts.map { "\($0.letter): memory[\($0.range)]" }.joined(separator: ", ")
                printer.print()
                printer.print("/// " + place.shapes(batch: nil) + ".")
                printer.print(
                    "\(access)var \(place.member): \(place.stateType) { \(place.stateType)(\(values)) }")
            }
        }
    }
}
