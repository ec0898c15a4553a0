// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// The types that the API speaks of.
    func printNestedTypes(_ printer: inout CodePrinter) {
        if results.count > 1 { printResults("Results", "What the model gives.", results, \.shape, &printer) }
        if canStream, steppedResults.count > 1 {
            printResults("StepResults", "What `process` gives.", steppedResults, \.chunkShape, &printer)
        }
        if lstms.count > 1 { printInitial(&printer) }
        if canStream { printState(&printer) }
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
            printer.print("/// The first states of the lstm layers; where one is nil, it is what it is by default.")
            printer.block("\(access)struct Initial: Swift.Hashable, Swift.Sendable") { printer in
                for place in lstms { printer.print("\(access)var \(place.member): LSTMState?") }
                printer.print()
                printer.function("\(access)init", lstms.map { "\($0.member): LSTMState? = nil" }, "") { printer in
                    for place in lstms { printer.print("self.\(place.member) = \(place.member)") }
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
                for (name, label) in zip(names, model.labels) {
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
                printer.print(
                    """

                    \(access)init(from decoder: any Swift.Decoder) throws {
                        memory = try StreamMemory(from: decoder, parts: Self.parts, floats: \(stateCount + scratchCount))
                    }

                    \(access)func encode(to encoder: any Swift.Encoder) throws { try memory.encode(to: encoder) }

                    /// \(memoryText)
                    private static let parts: [Swift.Range<Swift.Int>] = [\(parts)]
                    """)
            }
        }
    }

    private var memoryText: String {
        if lstms.isEmpty { return "Nothing is remembered; all floats are scratch memory." }
        let parts = lstms.map { lstms.count == 1 ? "h and c" : "h and c of \($0.member)" }
        return "\(parts.joined(separator: ", ")); the other floats are scratch memory."
    }

    private var parts: String { lstms.flatMap { [$0.hRange, $0.cRange] }.joined(separator: ", ") }

    private func printStateInitializers(_ printer: inout CodePrinter) {
        let stored = lstms.filter { $0.lstm.initialState != nil }
        printer.print()
        if !stateNeedsFile {
            printer.print("/// The start of a stream: \(stored.isEmpty ? "zero" : "the checkpoint's first state").")
        }
        printer.block(stateNeedsFile ? "fileprivate init()" : "\(access)init()") { printer in
            printer.print("memory = StreamMemory(parts: Self.parts, floats: \(stateCount + scratchCount))")
            for place in stored where !stateNeedsFile {
                printer.print(
                    "memory.start(Layers.embedded.\(place.initial), h: \(place.hRange), c: \(place.cRange))")
            }
        }
        guard !lstms.isEmpty else { return }
        printer.print()
        guard lstms.count > 1 else { return printOneLSTMInitializer(lstms[0], &printer) }
        printer.print(
            "/// A state that is given; where one is nil, it is \(stateNeedsFile || stored.isEmpty ? "zero" : "what it is at the start")."
        )
        printer.function("\(access)init", lstms.map { "\($0.member): LSTMState? = nil" }, " throws(InputError)") {
            printer in
            printer.print("self.init()")
            for place in lstms {
                let set = "try memory.set(\(place.member), \"\(place.specName)\", \(counts(place)))"
                printer.print("if let \(place.member) { \(set) }")
            }
        }
    }

    private func printOneLSTMInitializer(_ place: LSTMPlace, _ printer: inout CodePrinter) {
        let lstm = place.lstm
        printer.print(
            "/// - h0: (\(lstm.stateCount), \(lstm.stateSize)); c0: (\(lstm.stateCount), \(lstm.hiddenSize)).")
        printer.function("\(access)init", ["h0: [Swift.Float]", "c0: [Swift.Float]"], " throws(InputError)") {
            printer in
            printer.print("self.init()")
            printer.print("try memory.set(LSTMState(h: h0, c: c0), \(counts(place)))")
        }
    }

    private func counts(_ place: LSTMPlace) -> String { "h: \(place.hRange), c: \(place.cRange)" }

    private func printStateParts(_ printer: inout CodePrinter) {
        for place in lstms {
            let (h, c) = ("memory[\(place.hRange)]", "memory[\(place.cRange)]")
            let lstm = place.lstm
            let (hShape, cShape) = (
                "(\(lstm.stateCount), \(lstm.stateSize))", "(\(lstm.stateCount), \(lstm.hiddenSize))"
            )
            printer.print()
            if lstms.count == 1 {
                printer.print(
                    """
                    /// \(hShape).
                    \(access)var h: [Swift.Float] { \(h) }

                    /// \(cShape).
                    \(access)var c: [Swift.Float] { \(c) }
                    """)
            } else {
                printer.print("/// h \(hShape), c \(cShape).")
                printer.print("\(access)var \(place.member): LSTMState { LSTMState(h: \(h), c: \(c)) }")
            }
        }
    }
}
