// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension TypePlan {
    /// The static facts: sizes, shapes, and what the type was made of.
    func printFacts(_ printer: inout CodePrinter) {
        switch model.input {
        case .features(let size):
            printer.print("/// The values of one time step of x.")
            printer.print("\(access)static let inputSize: Swift.Int = \(size)")
            printer.print(
                "\(access)static let inputShape: Swift.String = \"\(Shape.sequence(size).text(batchFirst: model.batchFirst))\""
            )
        case .tokens(let count):
            printer.print("/// Token ids are in 0..<tokenCount.")
            printer.print("\(access)static let tokenCount: Swift.Int = \(count)")
            printer.print(
                "\(access)static let inputShape: Swift.String = \"\(Shape.tokens.text(batchFirst: model.batchFirst))\"")
        }
        for result in results {
            printer.print("/// The size of the last axis of `\(result.member)`.")
            printer.print("\(access)static let \(result.sizeName): Swift.Int = \(result.size)")
            printer.print("\(access)static let \(result.shapeName): Swift.String = \"\(result.shape)\"")
        }
        printer.print("\(access)static let parameterCount: Swift.Int = \(grouped(model.cost.parameters, by: "_"))")
        printer.print("/// The same for the same spec and the same weights.")
        printer.print("\(access)static let specFingerprint: Swift.String = \(exactStringLiteral(options.fingerprint))")
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
        printer.print(
            """
            /// Reads the weights from a safetensors file.
            \(access)init(contentsOf path: Swift.String) throws(WeightsError) {
                layers = try Layers(WeightFile(contentsOf: path))
            }

            /// Reads the weights from the bytes of a safetensors file.
            \(access)init(weights: [Swift.UInt8]) throws(WeightsError) {
                layers = try Layers(WeightFile(weights))
            }
            """)
    }

    /// What reads text and labels.
    func printText(_ printer: inout CodePrinter) {
        if !model.labels.isEmpty, let scores = results.last {
            printer.print(
                """

                /// The label with the largest score in each vector of `\(scores.member)`.
                \(access)static func labels(of scores: [Swift.Float]) -> [Label] {
                    Scores.best(of: scores, size: \(scores.size)).map { Label.allCases[$0] }
                }
                """)
        }
        guard model.vocabulary != nil else { return }
        printer.print(
            """

            /// One token for each Unicode scalar.
            \(access)static func tokens(of text: Swift.String) -> [Swift.Int32] { vocabulary.tokens(of: text) }
            """)
        guard !model.segmentStarts.isEmpty, let scores = results.last else { return }
        let starts = model.segmentStarts.map(String.init).joined(separator: ", ")
        printer.print(
            """

            /// The text cut before each scalar whose label begins a segment: \(startNames). Nothing of it is lost.
            \(access)func segments(of text: Swift.String) throws(InputError) -> [Swift.String] {
                if text.isEmpty { return [] }
                let scores = try self(Self.tokens(of: text))\(results.count > 1 ? ".\(scores.member)" : "")
                return Scores.segments(of: text, labels: Scores.best(of: scores, size: \(scores.size)), starts: [\(starts)])
            }
            """)
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
