// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMGeneration
import LSTMIR
import LSTMImport
import LSTMInterpreter
import LSTMSpec

/// A file of a model's inputs and the framework's own results for them.
struct ProofFile {
    let path: String
    let tensors: [String: StoredTensor]
    /// The tensors' names as the file has them.
    let order: [String]

    /// A result with the tensor that the file has for it.
    typealias Match = (result: Int, tensor: String)

    init(_ file: Checkpoint, path: String) {
        (self.path, tensors, order) = (path, file.tensors, file.fileOrder)
    }

    /// The inputs by name; of those whose name is not there, the first tensors that fit, in order.
    ///
    /// - Throws: `InputMistakes` where they do not fit the model; `missing` are inputs that no tensor fits.
    func inputs(
        of model: Model
    ) throws(InputMistakes) -> (inputs: Inputs?, used: Set<String>, missing: [Model.Input]) {
        var given = tensors
        var used = otherInputs(of: model)
        let results = Set(model.everyResult.flatMap { [$0, $0 + ".f64"] })
        var missing: [Model.Input] = []
        for input in model.inputs {
            if tensors[input.name] != nil {
                used.insert(input.name)
            } else if let name = order.first(where: {
                !used.contains($0) && !results.contains($0) && fits($0, input, model)
            }) {
                given[input.name] = tensors[name]
                used.insert(name)
            } else {
                missing.append(input)
            }
        }
        guard missing.isEmpty else { return (nil, used, missing) }
        return (try Inputs.reading(given, for: model).inputs, used, [])
    }

    /// Names that are given to the model, whatever their size.
    private func otherInputs(of model: Model) -> Set<String> {
        var names = Set(model.inputs.flatMap { [$0.name, $0.name + ".lengths"] } + ["lengths"])
        for index in model.startedIndices {
            names.formUnion(
                model.stateNames(ofLayer: index) + ["h0", "c0"].map { "\(model.layers[index].name).\($0)" })
        }
        return names
    }

    private func fits(_ name: String, _ input: Model.Input, _ model: Model) -> Bool {
        guard let tensor = tensors[name] else { return false }
        return (try? GivenInput(tensor, as: input, of: model)) != nil
    }

    /// The tensor of each result: of its name, as `verify` has it; else the first of its size that is left.
    ///
    /// Sizes are the same where only axes of size 1 differ. A result that has none is left out.
    func matches(of model: Model, _ inputs: Inputs, used: Set<String>) -> [Match] {
        let named = model.results.map { result in
            let names = Comparison.tensorNames(of: result.name, result.otherNames(in: model))
            return names.first { tensors[$0] != nil }
        }
        var used = used.union(named.compactMap(\.self))
        var matches: [Match] = []
        for (index, result) in model.results.enumerated() {
            let shape = result.shape(in: model, for: inputs).filter { $0 != 1 }
            let name = named[index] ?? order.first { !used.contains($0) && hasShape($0, shape) }
            guard let name, hasShape(name, shape) else { continue }
            used.insert(name)
            matches.append((index, name))
        }
        return matches
    }

    private func hasShape(_ name: String, _ shape: [Int]) -> Bool { tensors[name]?.shape.filter { $0 != 1 } == shape }

    /// `y (2, 20, 1)` for each tensor that `used` lacks.
    func others(than used: Set<String>) -> [String] {
        order.filter { !used.contains($0) }.map { "\($0) \(shapeText(tensors[$0]?.shape ?? []))" }
    }
}

extension SpecLoader {
    /// The file's tensors; nil, with the reason reported, where it is none of inputs and results.
    mutating func proofFile(_ path: String) -> ProofFile? {
        let limit = FileLimits.inputBytes
        guard let bytes = bytes(of: "the file of inputs and results", at: path, limit: limit) else { return nil }
        let place = SourceLocation(startOf: path)
        do {
            return ProofFile(try readProofFile(bytes, fileName: path), path: path)
        } catch .unknownTensorFile {
            report(ProofMistake.noTensorFile(path), at: place)
        } catch {
            report(error, at: place)
        }
        return nil
    }
}

extension SpecLoader {
    /// The import as the reading has it that gives the file's numbers; nil, with the reason reported, where none does.
    mutating func proven(
        _ model: ImportedModel, source: String, bytes: [UInt8], against path: String
    ) -> ImportedModel? {
        guard let file = proofFile(path) else { return nil }
        do {
            let proof = try ImportProof(model, source: source, bytes: bytes, file: file)
            return try proof.chosen()
        } catch {
            report(error.diagnostics)
            return nil
        }
    }
}
