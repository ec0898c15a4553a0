// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMCommands
import LSTMFiles
import LSTMGeneration
import LSTMIR
import LSTMSpec

/// What `lstmc quantize` writes: a spec beside the one it was made of, and the weights where they stay in a file.
struct QuantizedFiles {
    private let given: String
    private let path: String
    private let bytes: [UInt8]
    /// nil where generated code has its weights inside.
    private let weights: String?

    /// nil, with the reason reported, where the spec cannot be edited or be written to that place.
    init?(
        _ model: Model, spec: String, _ precision: WeightsEntry.Precision, output: String?, _ loader: inout SpecLoader
    ) {
        given = spec
        let folder = folderPrefix(of: spec)
        let name = fileName(of: spec)
        let stem = name.hasSuffix(".lstm.yaml") ? String(name.dropLast(".lstm.yaml".count)) : name
        path = output ?? "\(folder)\(stem).\(precision).lstm.yaml"
        guard folderPrefix(of: path) == folder else {
            loader.report(QuantizeMistake.otherFolder(path), at: .init(startOf: path))
            return nil
        }
        let outputName = fileName(of: path)
        let outputStem =
            outputName.hasSuffix(".lstm.yaml") ? String(outputName.dropLast(".lstm.yaml".count)) : outputName
        let file = outputStem.hasSuffix(".\(precision)") ? outputStem : "\(outputStem).\(precision)"
        // Weights of int8 stay what they are in a file: they are rounded where they are read.
        let isSmaller = precision == .float16 || precision == .bfloat16
        let weightsName = model.weights?.placement == .file && isSmaller ? file + ".safetensors" : nil
        weights = weightsName.map { folder + $0 }
        guard let bytes = model.specBytes(keptIn: precision, file: weightsName) else {
            loader.report(QuantizeMistake.cannotEdit(precision), at: model.weights?.file.location ?? model.location)
            return nil
        }
        self.bytes = bytes
    }

    /// Reports what stands in the way of writing.
    func refuse(over model: Model, force: Bool, _ loader: inout SpecLoader) {
        // The spec may be written over where that is asked for; a checkpoint never.
        let others = [path, weights].compactMap(\.self).filter { !(force && isSameFile($0, given)) }
        loader.refuseToOverwrite(others, or: model)
        for path in others where exists(path) && !force && !isSameFile(path, given) {
            loader.report(QuantizeMistake.exists(path), at: .init(startOf: path))
        }
    }

    /// Both files, or none of them.
    func write(_ parameters: ModelParameters, _ model: Model, _ loader: inout SpecLoader) throws {
        let tensors = weights.map { Output(path: $0, bytes: parameters.weightFile(for: model)) }
        try loader.write([tensors, Output(path: path, bytes: bytes)].compactMap(\.self))
    }
}

extension ModelParameters {
    /// The model's tensors as a safetensors file, each under the first of its names and as it is kept; one that is also
    /// something else than a matrix is float32.
    fileprivate func weightFile(for model: Model) -> [UInt8] {
        var byName: [String: Parameter] = [:]
        for parameter in model.parameters {
            guard let name = parameter.tensorNames.first else { continue }
            if let other = byName[name], other.precision == .float32 { continue }
            byName[name] = parameter
        }
        return safetensorsBytes(
            byName.compactMap { name, parameter in
                self[layer: parameter.layer, key: parameter.key].map {
                    NamedTensor(name, $0, as: parameter.precision.kept)
                }
            })
    }
}

/// What stands in the way of quantising a spec.
enum QuantizeMistake: Mistake {
    case otherFolder(String)
    case exists(String)
    case cannotEdit(WeightsEntry.Precision)

    var code: String { "output" }

    var message: String {
        switch self {
        case .otherFolder(let path):
            "\(quoted(path)) is in another folder than the spec, whose files are named from its own; give a name in that folder"
        case .exists(let path):
            "the file \(quoted(path)) is there already: choose another --output, or write over it with --force"
        case .cannotEdit(let precision):
            "the way 'weights' is written cannot be edited; write 'precision: \(precision)' in it by hand"
        }
    }
}
