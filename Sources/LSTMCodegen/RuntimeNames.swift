// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// The names of LSTMRuntime that the type uses, made its own: the module it is compiled into may have an `InputError`
    /// or `Scores` of its own, which would hide the library's.
    func printRuntimeNames(_ printer: inout CodePrinter) {
        printer.print()
        printer.print("// MARK: - LSTMRuntime's names, whatever else is called so in this module")
        printExtension(&printer) { printer in
            for (name, text) in publicNames {
                printer.print("/// \(text)")
                printer.print("\(access)typealias \(name) = LSTMRuntime.\(name)")
            }
            for name in privateNames { printer.print("fileprivate typealias \(name) = LSTMRuntime.\(name)") }
        }
    }

    /// The types of the recurrent layers' states.
    private var stateTypes: [(name: String, text: String)] {
        let all = [
            ("LSTMState", "The state of an lstm, h and c with PyTorch's shapes."),
            ("HiddenState", "The state of a gru or an rnn, h with PyTorch's shape."),
        ]
        return all.filter { type, _ in recurrents.contains { $0.stateType == type } }
    }

    /// Those that the API speaks of.
    private var publicNames: [(name: String, text: String)] {
        [("InputError", "What a call throws where its arguments do not fit the model.")] + stateTypes
            + (canStream ? [("StreamID", "A stream of a pool.")] : [])
            + (weights == nil ? [("WeightsError", "Why a weight file is refused.")] : [])
    }

    private var privateNames: [String] {
        var names: Set<String> = ["SequenceBatch", weights == nil ? "WeightFile" : embeddedType]
        if hasPadding { names.insert("PaddedSequences") }
        names.formUnion(packed.map(\.packing.type))
        if canStream { names.formUnion(["StreamMemory", "StreamSlots"]) }
        if !steppedRecurrents.isEmpty { names.insert("LSTMStep") }
        if !model.labels.isEmpty { names.insert("Scores") }
        if let vocabulary = options.vocabulary { names.insert(vocabulary.tableType) }
        for plan in [whole, chunk, step, streams].compactMap(\.self) {
            names.formUnion(Run(self, plan).calls.compactMap(\.type))
        }
        return names.sorted()
    }
}
