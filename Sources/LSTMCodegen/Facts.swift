// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension TypePlan {
    /// The static facts: sizes, shapes, and what the type was made of.
    func printFacts(_ printer: inout CodePrinter) {
        for input in inputs { printFacts(of: input, &printer) }
        for result in results {
            if let size = result.size {
                printer.print("/// The size of the last axis of `\(result.member)`.")
                printer.print("\(access)static let \(result.sizeName): Swift.Int = \(size)")
            }
            printer.print("/// The axes of `\(result.member)`, those in brackets where there is a batch.")
            printer.print("\(access)static let \(result.shapeName): Swift.String = \"\(result.shape)\"")
        }
        printer.print("/// The values of all the layers' parameters.")
        printer.print("\(access)static let parameterCount: Swift.Int = \(grouped(model.cost.parameters, by: "_"))")
        printer.print("/// The same for the same spec and the same weights.")
        printer.print("\(access)static let specFingerprint: Swift.String = \(exactStringLiteral(options.fingerprint))")
    }

    private func printFacts(of input: InputPlace, _ printer: inout CodePrinter) {
        let name = input.label.map { "`\($0)`" } ?? "x"
        switch input.input.kind {
        case .features:
            printer.print("/// The values of one \(input.hasTime ? "time step" : "sequence") of \(name).")
            printer.print("\(access)static let \(input.sizeName): Swift.Int = \(input.count)")
        case .tokens(let count):
            printer.print("/// Token ids\(input.label == nil ? "" : " of \(name)") are in 0..<\(input.sizeName).")
            printer.print("\(access)static let \(input.sizeName): Swift.Int = \(count)")
        }
        let shape = input.input.shape.text(batchFirst: model.batchFirst)
        printer.print("/// The axes of \(name), those in brackets where there is a batch.")
        printer.print("\(access)static let \(input.shapeName): Swift.String = \"\(shape)\"")
    }

    func printInitializers(_ printer: inout CodePrinter) {
        printer.print()
        guard weights == nil else {
            printer.print(
                """
                /// The model with the weights in this file, which are unpacked once and shared by all instances.
                \(access)init() { layers = Layers.embedded }
                """)
            return
        }
        let refused =
            "`WeightsError` where the file cannot be read, or a tensor is missing, has another shape or a value that is not finite"
            + (hasHalves ? " or too large for \(model.precision)." : ".")
        var ofPath = DocComment("Reads the weights from a safetensors file.")
        ofPath.parameters = [("path", "the file's path.")]
        ofPath.throwing = refused
        ofPath.print(&printer)
        printer.print(
            """
            \(access)init(contentsOf path: Swift.String) throws(WeightsError) {
                layers = try Layers(WeightFile(contentsOf: path))
            }

            """)
        var ofBytes = DocComment("Reads the weights from the bytes of a safetensors file.")
        ofBytes.parameters = [("weights", "the file's bytes.")]
        ofBytes.throwing = refused.replacing("the file cannot be read", with: "the bytes are no such file")
        ofBytes.print(&printer)
        printer.print(
            """
            \(access)init(weights: [Swift.UInt8]) throws(WeightsError) {
                layers = try Layers(WeightFile(weights))
            }
            """)
    }

    /// What reads text and labels.
    func printText(_ printer: inout CodePrinter) {
        printLabelCalls(&printer)
        guard model.vocabulary != nil else { return }
        let hasPieces = options.vocabulary?.longer.isEmpty == false
        printer.print()
        let each = hasPieces ? "of the vocabulary's longest entries, and for each scalar between" : "Unicode scalar"
        var comment = DocComment("One token for each \(each).")
        comment.parameters = [("text", "any text.")]
        comment.returns = "token ids; empty for an empty text."
        comment.print(&printer)
        printer.print(
            "\(access)static func tokens(of text: Swift.String) -> [Swift.Int32] { vocabulary.tokens(of: text) }")
        if !model.segmentStarts.isEmpty, let scores = results.last, let size = scores.size {
            printSegments(scores, size: size, hasPieces: hasPieces, &printer)
        }
    }

    private func printSegments(
        _ scores: ResultPlace, size: Int, hasPieces: Bool, _ printer: inout CodePrinter
    ) {
        let starts = model.segmentStarts.map(String.init).joined(separator: ", ")
        let others = inputs.filter { !$0.isTokens }
        let arguments = inputs.map { $0.argument($0.isTokens ? "Self.tokens(of: text)" : $0.array) }
        let text = hasPieces ? "Self.vocabulary.pieces(of: text)" : "text"
        printer.print()
        var comment = DocComment(
            "The text cut before each \(hasPieces ? "token" : "scalar") whose label begins a segment: \(startNames). Nothing of "
                + "it is lost.")
        comment.parameters =
            [("text", "any text.")]
            + parametersOfOne.filter { entry in others.contains { $0.array == entry.name } }
        comment.returns = "the segments, none of them empty; none for an empty text."
        comment.throwing = refusals(hasLengths: false)
        comment.print(&printer)
        printer.function(
            "\(access)func segments",
            ["of text: Swift.String"] + others.map { $0.parameter($0.array, "[Swift.Float]") },
            " throws(InputError) -> [Swift.String]"
        ) { printer in
            printer.print(
                """
                if text.isEmpty { return [] }
                let scores = try self(\(arguments.joined(separator: ", ")))\(member(scores))
                return Scores.segments(of: \(text), labels: Scores.best(of: scores, size: \(size)), starts: [\(starts)])
                """)
        }
    }

    private var startNames: String {
        let names = caseNames
        return model.segmentStarts.map { "`\(names[$0])`" }.joined(separator: ", ")
    }

    /// The labels as cases, one each.
    var caseNames: [String] {
        var pool = NamePool(ReservedNames.cases)
        return model.labels.map { pool.unique(caseName($0)) }
    }
}
