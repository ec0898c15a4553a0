// SPDX-License-Identifier: Apache-2.0

import LSTMIR

// What a model with labels says in words.
extension TypePlan {
    /// `label`, `labels` and `scores`, of results and of inputs.
    func printLabelCalls(_ printer: inout CodePrinter) {
        guard !model.labels.isEmpty, let scored = results.last, let size = scored.size else { return }
        printOfScores(scored, size, &printer)
        if isOneVector(scored) {
            printFor("label", "Label", scored, &printer) { values in
                "Label.allCases[Scores.best(of: \(values), size: \(size))[0]]"
            }
            printFor("scores", "[(label: Label, score: Swift.Float)]", scored, &printer) { "Self.scores(of: \($0))" }
            printForBatch(scored, &printer)
        } else {
            printFor("labels", "[Label]", scored, &printer) { "Self.labels(of: \($0))" }
        }
    }

    /// True where a sequence has one vector of scores.
    private func isOneVector(_ scored: ResultPlace) -> Bool {
        if case .state(let slot) = scored.result.part { return scored.layer.operation.stateSlots[slot].states == 1 }
        return scored.layer.output.steps == nil && scored.count == scored.size
    }

    private func printOfScores(_ scored: ResultPlace, _ size: Int, _ printer: inout CodePrinter) {
        printer.print()
        var labels = DocComment("The label with the largest score in each vector of `\(scored.member)`.")
        labels.parameters = [("scores", "vectors of \(size) floats, one after another, as a call gives them.")]
        labels.returns = "a label for each vector; the first of those with equal scores."
        labels.print(&printer)
        printer.print(
            """
            \(access)static func labels(of scores: [Swift.Float]) -> [Label] {
                Scores.best(of: scores, size: \(size)).map { Label.allCases[$0] }
            }

            """)
        var ranked = DocComment(
            "Every label with its score in one vector of `\(scored.member)`, the largest score first.")
        ranked.parameters = [("vector", "(\(size)) floats.")]
        ranked.returns = "all labels; those with equal scores in the labels' order, NaN last."
        ranked.preconditions = ["`vector` has \(size) values."]
        ranked.print(&printer)
        printer.print(
            """
            \(access)static func scores(of vector: [Swift.Float]) -> [(label: Label, score: Swift.Float)] {
                Swift.precondition(vector.count == \(size), "vector has \\(vector.count) values, not \(size)")
                return Scores.ranked(vector).map { (label: Label.allCases[$0], score: vector[$0]) }
            }
            """)
    }

    // MARK: Of inputs

    /// A call on one sequence, and one on a text where there is a vocabulary.
    private func printFor(
        _ name: String, _ type: String, _ scored: ResultPlace, _ printer: inout CodePrinter,
        _ value: (String) -> String
    ) {
        printer.print()
        var comment = DocComment(summary(of: name, scored))
        comment.parameters = parametersOfOne
        comment.returns = returns(of: name, scored)
        comment.throwing = refusals(hasLengths: false)
        comment.print(&printer)
        printer.function(
            "\(access)func \(name)", forParameters(arrayParameters) + initialParameter,
            " throws(InputError) -> \(type)"
        ) { printer in
            printer.print("let scores = try self(\(call(inputs.map { $0.argument($0.array) })))\(member(scored))")
            printer.print("return " + value("scores"))
        }
        guard model.vocabulary != nil else { return }
        printer.print()
        let others = inputs.filter { !$0.isTokens }
        var text = DocComment("The same for a text, whose tokens are `tokens(of:)`.")
        text.parameters =
            [("text", name == "labels" ? "any text." : "a text that is not empty.")]
            + parametersOfOne.filter { entry in !inputs.contains { $0.isTokens && $0.array == entry.name } }
        text.returns = returns(of: name, scored)
        text.throwing = refusals(hasLengths: false)
        text.print(&printer)
        printer.function(
            "\(access)func \(name)",
            ["for text: Swift.String"] + others.map { $0.parameter($0.array, "[Swift.Float]") } + initialParameter,
            " throws(InputError) -> \(type)"
        ) { printer in
            if name == "labels" { printer.print("if text.isEmpty { return [] }") }
            let given = inputs.map { input in
                let value = input.isTokens ? "Self.tokens(of: text)" : input.array
                return inputs.count == 1 ? "for: \(value)" : input.argument(value)
            }
            printer.list("return try self.\(name)", given + (started.isEmpty ? [] : ["initial: initial"]))
        }
    }

    /// `labels` of a batch, one for each sequence.
    private func printForBatch(_ scored: ResultPlace, _ printer: inout CodePrinter) {
        printer.print()
        var comment = DocComment(
            "The label of each sequence of a batch: the one with the largest score in `\(scored.member)`.")
        comment.parameters = parametersOfBatch
        comment.returns = "a label for each sequence."
        comment.throwing = refusals(hasLengths: !lengthsParameters.isEmpty, hasThreads: true)
        comment.print(&printer)
        printer.function(
            "\(access)func labels",
            forParameters(arrayParameters) + ["batch: Swift.Int"] + lengthsParameters + initialParameter
                + threadsParameter, " throws(InputError) -> [Label]"
        ) { printer in
            let given = inputs.map { $0.argument($0.array) } + ["batch: batch"] + lengthsArguments
            printer.print("let scores = try self(\(call(given)), threads: threads)\(member(scored))")
            printer.print("return Self.labels(of: scores)")
        }
    }

    private func summary(of name: String, _ scored: ResultPlace) -> String {
        switch name {
        case "label": "The label of one sequence: the one with the largest score in `\(scored.member)`."
        case "scores": "Every label of one sequence with its score in `\(scored.member)`, the largest score first."
        default: "A label for each vector of `\(scored.member)` of one sequence: the one with the largest score."
        }
    }

    private func returns(of name: String, _ scored: ResultPlace) -> String {
        switch name {
        case "label": "the label; the first of those with equal scores."
        case "scores": "all labels; those with equal scores in the labels' order, NaN last."
        default:
            "a label for each vector, in the order of \(scored.oneShape); the first of those with equal scores."
                + (hasPadding ? " What it says of paddings means nothing." : "")
        }
    }

    /// The only input is what the labels are for; several have their names.
    private func forParameters(_ parameters: [String]) -> [String] {
        inputs.count == 1 ? parameters.map { "for " + $0.dropFirst(2) } : parameters
    }

    private func call(_ given: [String]) -> String {
        (given + (started.isEmpty ? [] : ["initial: initial"])).joined(separator: ", ")
    }

    /// The result's part of what a call gives.
    func member(_ scored: ResultPlace) -> String { results.count > 1 ? ".\(scored.member)" : "" }
}
