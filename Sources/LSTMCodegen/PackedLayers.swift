// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension TypePlan {
    /// The packed parameters, and where they come from.
    func printLayers(_ printer: inout CodePrinter) {
        printer.print()
        printer.print("// MARK: - Parameters")
        printExtension(&printer) { printer in
            printer.print("/// The parameters in the order of the kernels; never written again.")
            printer.block("private final class Layers: Swift.Sendable") { printer in
                printFields(&printer)
                printPacking(&printer)
                if let weights { printEmbedded(weights, &printer) }
            }
            if let vocabulary = options.vocabulary { printVocabulary(vocabulary, &printer) }
            guard let weights else { return }
            printer.print()
            let count = grouped(model.cost.parameters, by: ",")
            printer.print(
                hasHalves
                    ? "/// \(count) values, those of matrices \(model.precision) and others float32, little-endian."
                    : "/// \(count) float32 values, little-endian.")
            printer.printVerbatim("private static let base64: Swift.StaticString = \"", weights.base64, "\"")
        }
    }

    private func printEmbedded(_ weights: EmbeddedWeights, _ printer: inout CodePrinter) {
        printer.print()
        let arguments =
            hasHalves
            ? "byteCount: \(grouped(weights.byteCount, by: "_")), matrices: .\(model.precision)"
            : "count: \(grouped(weights.byteCount / 4, by: "_"))"
        printer.print("static let embedded = Layers(\(embeddedType)(base64: base64, \(arguments)))")
    }

    /// True where matrices are kept in 16 bits.
    var hasHalves: Bool { model.precision != .float32 }

    /// What decodes the weights in the source.
    var embeddedType: String { hasHalves ? "EmbeddedHalves" : "EmbeddedParameters" }

    var packed: [(index: Int, packing: Packing)] {
        needed.compactMap { index in model.layers[index].operation.packing(model.precision).map { (index, $0) } }
    }

    /// The linear layer that a recurrent layer's step runs with it, by the latter's number.
    private var linearAfter: [Int: Int] {
        Dictionary((step?.calls ?? []).compactMap { call in call.joined.map { (call.layer, $0) } }) { first, _ in first
        }
    }

    private func printFields(_ printer: inout CodePrinter) {
        for (index, packing) in packed { printer.print("let \(layerNames[index]): \(packing.type)") }
        for place in steppedRecurrents { printer.print("let \(place.step): LSTMStep") }
        for place in storedStates { printer.print("let \(place.initial): \(place.stateType)") }
    }

    /// The recurrent layers that have a step of their own.
    var steppedRecurrents: [RecurrentPlace] { canStream ? recurrents : [] }

    private var storedStates: [RecurrentPlace] { recurrents.filter { $0.recurrent.initialState != nil } }

    private func printPacking(_ printer: inout CodePrinter) {
        if !packed.isEmpty { printer.print() }
        let head =
            weights == nil
            ? "init(_ weights: WeightFile) throws(WeightsError)" : "init(_ weights: \(embeddedType))"
        let linearAfter = linearAfter
        printer.block(head) { printer in
            for (index, packing) in packed {
                var arguments = arguments(packing, of: index)
                if let before = linearAfter.first(where: { $0.value == index })?.key {
                    arguments.append("after: \(layerNames[before])")
                }
                let effect = weights == nil && packing.readsTensors ? "try " : ""
                printer.list("\(layerNames[index]) = \(effect)\(packing.type)", arguments)
            }
            for place in steppedRecurrents {
                let linear = linearAfter[place.index].map { [layerNames[$0]] } ?? []
                printer.list(
                    "\(place.step) = LSTMStep", [place.name] + linear + ["workspace: \(place.recurrent.stepWorkspace)"])
            }
            for place in storedStates { printStoredState(of: place, &printer) }
        }
    }

    /// What a packed layer is made of.
    private func arguments(_ packing: Packing, of index: Int) -> [String] {
        guard let values = packing.values else {
            return [(packing.label.map { "\($0): " } ?? "") + source(of: index, packing)] + packing.arguments
        }
        var start = place(ofLayer: index)
        return packing.arguments
            + values.flatMap { value -> [String] in
                switch value.source {
                case .numbers(let numbers): return arrayLiteral(value.label, numbers)
                case .tensor(let name, let count):
                    defer { start += count * placesOfFloat }
                    return [
                        weights == nil
                            ? "\(value.label): weights.values(of: \(exactStringLiteral(name)), count: \(count))"
                            : "\(value.label): weights.floats(at: \(start), count: \(count))"
                    ]
                }
            }
    }

    /// `label: [1.0, 2.0]`, in pieces between which a line may end.
    private func arrayLiteral(_ label: String, _ values: [Float]) -> [String] {
        var pieces = values.map { "\($0)" }
        guard let last = pieces.indices.last else { return ["\(label): []"] }
        pieces[0] = "\(label): [" + pieces[0]
        pieces[last] += "]"
        return pieces
    }

    /// Where a layer's parameters begin: a float's number, a byte's where some have 16 bits, or the start of its tensors'
    /// names.
    private func source(of index: Int, _ packing: Packing) -> String {
        if weights != nil { return "weights.\(packing.hasHalves ? "matrices" : "layer")(at: \(place(ofLayer: index)))" }
        let layer = model.layers[index]
        let kept = packing.hasHalves ? ", as: .\(model.precision)" : ""
        let prefix = exactStringLiteral(layer.tensorPrefix) + kept
        if let recurrent = layer.operation.recurrent, recurrent.numLayers == 1, !recurrent.bidirectional {
            return "weights.cell(\(prefix))"
        }
        return "weights.layer(\(prefix))"
    }

    private func printStoredState(of place: RecurrentPlace, _ printer: inout CodePrinter) {
        guard let names = place.recurrent.initialState else { return }
        if weights == nil {
            printer.list(
                "\(place.initial) = try weights.state",
                ["h: \(exactStringLiteral(names.h))"] + (names.c.map { ["c: \(exactStringLiteral($0))"] } ?? [])
                    + ["states: \(place.recurrent.stateCount)", "stateSize: \(place.recurrent.stateSize)"]
                    + (place.c == nil ? [] : ["hiddenSize: \(place.recurrent.hiddenSize)"]))
        } else {
            // The last of the layer's parameters.
            let end = self.place(ofLayer: place.index + 1)
            let start = end - (place.hCount + place.cCount) * placesOfFloat
            printer.list(
                "\(place.initial) = \(place.stateType)",
                ["h: weights.floats(at: \(start), count: \(place.hCount))"]
                    + (place.c == nil
                        ? []
                        : ["c: weights.floats(at: \(start + place.hCount * placesOfFloat), count: \(place.cCount))"]))
        }
    }

    private func printVocabulary(_ vocabulary: Vocabulary, _ printer: inout CodePrinter) {
        printer.print()
        printer.print("/// Each run of Unicode scalars (hexadecimal) with the id of its first one.")
        printer.print("private static let vocabulary = \(vocabulary.tableType)(")
        printer.indent { printer in
            printText(runs(of: vocabulary), &printer)
            if !vocabulary.longer.isEmpty {
                printer.print("\"\"\",")
                printer.print("// Each longer entry's scalars with its id.")
                printer.print("entries:")
                let entries = vocabulary.longer.map { entry in
                    entry.scalars.map { String($0.value, radix: 16) }.joined(separator: ",") + ":\(entry.id)"
                }
                printText(entries, &printer)
            }
            printer.print("\"\"\", unknown: \(vocabulary.unknown))")
        }
    }

    /// The opening quotes of a long literal, and its lines.
    private func printText(_ words: [String], _ printer: inout CodePrinter) {
        printer.print("\"\"\"")
        let lines = wrapped(words.joined(separator: " "), width: 100)
        for (index, line) in lines.enumerated() { printer.print(line + (index == lines.count - 1 ? "" : " \\")) }
    }

    /// Neighbouring scalars with neighbouring ids, as FIRST-LAST:ID.
    private func runs(of vocabulary: Vocabulary) -> [String] {
        var runs: [(first: UInt32, last: UInt32, id: Int32)] = []
        for (scalar, id) in vocabulary.ids.sorted(by: { $0.key < $1.key }) {
            if let run = runs.last, run.last + 1 == scalar.value, id == run.id + Int32(scalar.value - run.first) {
                runs[runs.count - 1].last = scalar.value
            } else {
                runs.append((scalar.value, scalar.value, id))
            }
        }
        return runs.map { run in
            let first = String(run.first, radix: 16)
            return run.first == run.last ? "\(first):\(run.id)" : "\(first)-\(String(run.last, radix: 16)):\(run.id)"
        }
    }
}

extension Vocabulary {
    /// The runtime's type for it.
    var tableType: String { longer.isEmpty ? "TokenTable" : "EntryTable" }
}
