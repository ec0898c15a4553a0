// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMRuntime
import LSTMSpec

/// What keeps a Keras file from becoming a spec; every message names the layer, the weight or the byte.
enum KerasMistake: Mistake, Error, Hashable {
    // The file
    case zip(ZipMistake)
    case missingMember(String)
    case config(member: String, problem: String)
    case hdf5(HDF5Damage, offset: Int)
    case unsupportedHDF5(String, path: String)
    case weightsOnly
    case noConfig

    // The model
    /// `place` in the configuration, as `layers[1].config.units`.
    case malformed(place: String, expected: String)
    case modelKind(String)
    case unknownLayers([String])
    case layer(String, kind: String, KerasLayerMistake)
    case weight(path: String, layer: String, KerasWeightMistake)
    case noInput
    case noLSTM

    /// How an HDF5 file is damaged.
    enum HDF5Damage: String, Hashable, Sendable {
        case signature = "it does not begin as one"
        case truncated = "something lies outside the file"
        case structure = "a structure is not what HDF5 has there"
        case loop = "its groups or headers go round in a circle"
    }

    var code: String {
        switch self {
        case .zip, .missingMember: "keras-archive"
        case .config, .noConfig, .weightsOnly, .malformed: "keras-config"
        case .hdf5, .unsupportedHDF5: "keras-hdf5"
        case .modelKind, .unknownLayers, .layer, .noInput, .noLSTM: "keras-layer"
        case .weight: "keras-weight"
        }
    }

    var message: String {
        switch self {
        case .zip(let mistake): CheckpointMistake.zip(mistake).message
        case .missingMember(let name): "the .keras file has no entry \(quoted(name)): it was not written by model.save"
        case .config(let member, let problem): "\(quoted(member)) is no valid JSON: \(problem)"
        case .hdf5(let damage, let offset): "this is no valid HDF5 file: \(damage.rawValue) (byte \(offset))"
        case .unsupportedHDF5(let what, let path): "\(quoted(path)) in the HDF5 file \(what)"
        case .weightsOnly:
            "the file has weights and no model: its layers' order is not in it; save the whole model, "
                + "model.save('model.keras')"
        case .noConfig: "the HDF5 file has no attribute 'model_config': it was not written by Keras' model.save"
        case .malformed(let place, let expected): "\(quoted(place)) in the model's configuration must be \(expected)"
        case .modelKind(let kind): "the model is a \(quoted(kind)): only Sequential and Functional models can be read"
        case .unknownLayers(let layers):
            (layers.count == 1 ? "a layer" : "\(layers.count) layers") + " cannot be represented: "
                + layers.prefix(8).joined(separator: ", ") + (layers.count > 8 ? " and others" : "")
        case .layer(let name, let kind, let mistake): "layer \(quoted(name)) (\(cut(kind))): \(mistake.message)"
        case .weight(let path, let layer, let mistake):
            "weight \(quoted(path)) of layer \(quoted(layer)) \(mistake.message)"
        case .noInput: "the model does not say what its input is"
        case .noLSTM: "the model has no LSTM"
        }
    }
}

/// Why a layer cannot be represented.
enum KerasLayerMistake: Hashable, Sendable {
    case setting(String, String)
    case needsTime
    case needsTokens
    case notFirst
    case severalInputs
    case branch
    case unknownInput(String)
    case notConnected

    var message: String {
        switch self {
        case .setting(let name, let value): "\(cut(name)) \(cut(value)) has no counterpart in a spec"
        case .needsTime: "it needs a time axis, which the layer before it ends"
        case .needsTokens: "its input must be one token for each step"
        case .notFirst: "a spec's embedding is its first layer"
        case .severalInputs: "it takes several values, and a spec's layers are one chain"
        case .branch: "its result goes to several layers, and a spec's layers are one chain"
        case .unknownInput(let name): "its input \(quoted(name)) is no layer"
        case .notConnected: "it is not between the model's input and its output"
        }
    }
}

/// What is wrong with the weights of a Keras file.
enum KerasWeightMistake: Hashable, Sendable {
    case missing
    case shape([Int], expected: String)
    case type
    case differentTypes

    var message: String {
        switch self {
        case .missing: "is missing"
        case .shape(let shape, let expected): "has shape \(shapeText(shape)), not \(expected)"
        case .type: "is not of floats"
        case .differentTypes: "is of another element type than the layer's other weights"
        }
    }
}
