// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
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
    /// A layer of a file without a model, by its name.
    case weightless(String)
    case unknownReference(String)
    case resultTwice(String)
    case resultIsInput(String)
    case resultIsMask

    /// Whether it is one layer's alone, so that other layers can be looked at all the same.
    var isAboutLayer: Bool {
        switch self {
        case .zip, .missingMember, .config, .hdf5, .weightsOnly, .noConfig, .modelKind, .noInput, .noLSTM,
            .unknownReference, .resultTwice, .resultIsInput, .resultIsMask, .weightless:
            false
        case .unsupportedHDF5, .malformed, .unknownLayers, .layer, .weight: true
        }
    }

    /// Whether a layer's own settings are the reason, whatever values it takes. Which axis is the last one depends on
    /// the values.
    var isAboutSettings: Bool {
        guard case .layer(_, _, let mistake) = self else { return false }
        switch mistake {
        case .setting(let name, _): return name != "axis"
        case .lacking, .lambda: return true
        case .axes, .needsTime, .needsTokens, .needsVector, .needsPositions, .notFirst, .severalInputs, .severalResults,
            .unknownInput, .unknownCall, .noInputLayer, .circle, .takesMask, .takesConstant, .tokensAsNumbers,
            .otherTokens, .masksInside, .masksBackwards, .masksDiffer, .mask, .readsPaddings, .initialStates,
            .initialShape, .initialValues, .sizesDiffer, .timesDiffer, .flattensAnyLength, .flattensMany,
            .reshapesShared, .indexing, .variance:
            return false
        }
    }

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
        case .modelKind, .unknownLayers, .layer, .noInput, .noLSTM, .unknownReference, .resultTwice, .resultIsInput,
            .resultIsMask, .weightless:
            "keras-layer"
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
        case .noLSTM: "the model has no LSTM, GRU or RNN"
        case .weightless(let name):
            "the file has weights and no model, and what layer \(quoted(name)) does is not in its weights: save the whole "
                + "model, model.save('model.keras')"
        case .unknownReference(let name):
            "the model's results or calls name \(quoted(name)), which is none of its layers' results"
        case .resultTwice(let name): "the model gives \(quoted(name)) twice, and a spec's results are different ones"
        case .resultIsInput(let name):
            "the model gives its input \(quoted(name)) as a result, and a spec's results are layers'"
        case .resultIsMask: "the model gives a mask as a result"
        }
    }
}

/// Why a layer cannot be represented.
enum KerasLayerMistake: Hashable, Sendable {
    case setting(String, String)
    /// What this version's specs do not have.
    case lacking(String)
    case lambda
    case axes(Int)
    case needsTime, needsTokens, needsVector, needsPositions
    case notFirst
    case severalInputs, severalResults
    case unknownInput(String)
    case unknownCall(Int)
    case noInputLayer
    case circle
    case takesMask, takesConstant
    case tokensAsNumbers
    case otherTokens(Int, Int)
    case masksInside, masksBackwards, masksDiffer, mask
    case readsPaddings
    case initialStates(Int, expected: Int)
    case initialShape(Int)
    case initialValues
    case sizesDiffer, timesDiffer
    case flattensAnyLength
    case flattensMany(Int)
    case reshapesShared
    case indexing
    case variance(Double)

    var message: String {
        switch self {
        case .setting(let name, let value): "\(cut(name)) \(cut(value)) has no counterpart in a spec"
        case .lacking(let what): "it needs \(what), which this version's specs do not have"
        case .lambda:
            "it is Python code, which is not in the file: write what it does with layers of Keras, and save again"
        case .axes(let count): "it has \(count) axes: an input has the batch and one to three more"
        case .needsTime: "it needs a time axis, which the layer before it ends"
        case .needsTokens: "its input must be one token for each step"
        case .needsVector: "it needs a vector, or one for each step"
        case .needsPositions: "inside a step it needs positions and channels"
        case .notFirst: "a spec's embedding reads an input, and no other layer"
        case .severalInputs: "it takes another number of values than a spec's layer does"
        case .severalResults: "it gives several values, and stands in a chain"
        case .unknownInput(let name): "its input \(quoted(name)) is no layer"
        case .unknownCall(let number): "the model does not list its call number \(number)"
        case .noInputLayer: "the model has it as an input, and it is no InputLayer"
        case .circle: "it takes what comes of its own result"
        case .takesMask: "a mask goes into it that is none of an input's paddings"
        case .takesConstant: "one of its values is a constant that no spec's layer has"
        case .tokensAsNumbers: "it reads token ids as numbers"
        case .otherTokens(let first, let second):
            "it has \(second) token ids, and another embedding of the same input has \(first)"
        case .masksInside: "it masks what is no input of the model: a spec knows paddings of inputs only"
        case .masksBackwards: "it gives a masked sequence back to front, and Keras' mask stays as it was"
        case .masksDiffer: "its values have the masks of several inputs, or one of them has none"
        case .mask: "it computes a mask other than that of an input's paddings"
        case .readsPaddings:
            "it reads the paddings that a mask leaves out elsewhere: a spec leaves them out for all layers"
        case .initialStates(let count, let expected): "it is given \(count) first states, and has \(expected)"
        case .initialShape(let units): "its first state must be a vector of \(units)"
        case .initialValues: "its first state is no value of the model"
        case .sizesDiffer: "its values have sizes that a spec does not put together"
        case .timesDiffer: "its values have different numbers of steps"
        case .flattensAnyLength:
            "it flattens sequences of any length, and a spec's values have fixed sizes: give the Input a number of steps"
        case .flattensMany(let count):
            "it flattens \(count) steps, more than the \(ImportLimits.flattenedSteps) that are written out"
        case .reshapesShared: "it makes a sequence of an input that other layers read as it is"
        case .variance(let value): "its variance \(value) has no square root: Keras gives no numbers either"
        case .indexing: "it takes elements in a way that a spec has no layer for"
        }
    }
}

/// What is wrong with the weights of a Keras file.
enum KerasWeightMistake: Hashable, Sendable {
    case missing, ambiguous
    case shape([Int], expected: String)
    case type
    case differentTypes

    var message: String {
        switch self {
        case .missing: "is missing"
        case .ambiguous: "cannot be told from those of other layers of the same name in it"
        case .shape(let shape, let expected): "has shape \(shapeText(shape)), not \(expected)"
        case .type: "is not of floats"
        case .differentTypes: "is of another element type than the layer's other weights"
        }
    }
}
