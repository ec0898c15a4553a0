// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// `x: [Float]` or `ids: [Int32]`, as the model reads it.
    var inputParameter: String { readsTokens ? "_ ids: [Swift.Int32]" : "_ x: [Swift.Float]" }
    var inputName: String { readsTokens ? "ids" : "x" }
    var inputPointer: String { "Swift.UnsafePointer<\(readsTokens ? "Swift.Int32" : "Swift.Float")>" }

    /// How the runtime checks an input: `size: 40`, `tokens: 74`.
    var inputCheck: String {
        switch model.input {
        case .features(let size): "size: \(size)"
        case .tokens(let count): "tokens: \(count)"
        }
    }

    private var initialParameter: [String] {
        lstms.isEmpty ? [] : ["initial: \(lstms.count == 1 ? "LSTMState" : "Initial")? = nil"]
    }

    private var resultType: String { results.count == 1 ? "[Swift.Float]" : "Results" }

    /// The two calls: one sequence, and a batch of them.
    func printEntryPoints(_ printer: inout CodePrinter) {
        let initial = lstms.isEmpty ? "" : ", initial: initial"
        printer.print()
        documentOne(&printer)
        printer.function(
            "\(access)func callAsFunction", [inputParameter] + initialParameter, " throws(InputError) -> \(resultType)"
        ) { printer in
            printer.print("try self(\(inputName), batch: 1\(initial))")
        }
        printer.print()
        documentBatch(&printer)
        printer.function(
            "\(access)func callAsFunction",
            [inputParameter, "batch: Swift.Int", "lengths: [Swift.Int]? = nil"] + initialParameter,
            " throws(InputError) -> \(resultType)"
        ) { printer in
            printer.print(
                "let sequences = try SequenceBatch(\(inputName), \(inputCheck), batch: batch, lengths: lengths)")
            for place in lstms { printFirstState(of: place, &printer) }
            printBatchRun(&printer)
        }
    }

    private func documentOne(_ printer: inout CodePrinter) {
        let shape = model.input.oneShape
        printer.print(
            """
            /// Runs one sequence from its start to its end.
            ///
            /// - \(inputName): \(shape)\(readsTokens ? " token ids" : " floats").
            """)
        if !lstms.isEmpty { printer.print("/// - initial: the first state; \(defaultState) by default.") }
        for result in results { printer.print("/// - Returns: `\(result.member)`, \(result.oneShape).") }
    }

    private func documentBatch(_ printer: inout CodePrinter) {
        let order = model.batchFirst ? "(batch, time" : "(time, batch"
        let shape = model.input.size.map { "\(order), \($0)) floats" } ?? "\(order)) token ids"
        printer.print(
            """
            /// Runs a batch of sequences.
            ///
            /// - \(inputName): \(shape).
            /// - lengths: the steps of each sequence, 1 to time; all have the same number by default. What stands past
            ///   a sequence's length plays no part, and results are zero there.
            """)
        if !lstms.isEmpty {
            printer.print("/// - initial: the first states, (states, batch, size); \(defaultState) by default.")
        }
        for result in results { printer.print("/// - Returns: `\(result.member)`, \(result.batchShape(model)).") }
    }

    private var defaultState: String {
        lstms.contains { $0.lstm.initialState != nil } ? "the checkpoint's" : "zero"
    }

    private func printFirstState(of place: LSTMPlace, _ printer: inout CodePrinter) {
        var arguments = [lstms.count == 1 ? "initial" : "initial?.\(place.member)"]
        if lstms.count > 1 { arguments.append("\"\(place.specName)\"") }
        arguments += [
            "states: \(place.lstm.stateCount)", "stateSize: \(place.lstm.stateSize)",
            "hiddenSize: \(place.lstm.hiddenSize)", "batch: batch",
        ]
        if place.lstm.initialState != nil { arguments.append("stored: layers.\(place.initial)") }
        printer.list("var \(place.name) = try LSTMState", arguments)
    }

    private func printBatchRun(_ printer: inout CodePrinter) {
        for result in steppedResults {
            let rows = result.layer.output.hasTime ? "sequences.steps * batch" : "batch"
            printer.print("var \(result.name) = [Swift.Float](repeating: 0, count: \(product(rows, result.size)))")
        }
        var arguments = [inputName, "steps: sequences.steps", "batch: batch", "lengths: sequences.lengths"]
        for place in lstms { arguments += ["\(place.h): &\(place.name).h", "\(place.c): &\(place.name).c"] }
        arguments += steppedResults.map { "\($0.name): &\($0.name)" }
        printer.list("run", arguments)
        if results.count == 1, let result = results.first { return printer.print("return \(value(of: result))") }
        printer.list("return Results", results.map { "\($0.member): \(value(of: $0))" })
    }

    private func value(of result: ResultPlace) -> String {
        switch result.result.part {
        case .output: result.name
        case .hN: "\(layerNames[result.result.layer]).h"
        case .cN: "\(layerNames[result.result.layer]).c"
        }
    }
}

extension Model.Input {
    /// nil for tokens.
    var size: Int? { if case .features(let size) = self { size } else { nil } }

    /// The shape of one sequence.
    fileprivate var oneShape: String { size.map { "(time, \($0))" } ?? "(time)" }
}

extension TypePlan.ResultPlace {
    /// The shape for one sequence.
    var oneShape: String {
        if case .lstm(let lstm) = layer.operation, result.part != .output { return "(\(lstm.stateCount), \(size))" }
        return layer.output.hasTime ? "(time, \(size))" : "(\(size))"
    }

    /// The shape for a batch of sequences.
    func batchShape(_ model: Model) -> String {
        if case .lstm(let lstm) = layer.operation, result.part != .output {
            return "(\(lstm.stateCount), batch, \(size))"
        }
        guard layer.output.hasTime else { return "(batch, \(size))" }
        return model.batchFirst ? "(batch, time, \(size))" : "(time, batch, \(size))"
    }
}
