// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension ModelMistake {
    public var message: String {
        switch self {
        case .notAnIdentifier, .reservedName, .fileNameIsNoIdentifier, .duplicateLayerName: nameMessage
        case .outOfRange, .tooMany, .tooManyLayers, .tooManyTensors, .tensorNamesTooLong,
            .tooManyResults, .projectionNotSmaller, .dropoutWithOneLayer, .halfInitialState, .sizeOverflow, .overBudget:
            valueMessage
        case .sizeMismatch, .needsFeatures, .needsTime, .embeddingWithoutTokens, .embeddingNotFirst, .lastNotAfterLSTM:
            joinMessage
        default: resultMessage
        }
    }

    private var nameMessage: String {
        switch self {
        case .notAnIdentifier(let what, let name):
            "\(what) \(quoted(name)) is not a Swift identifier; use letters, digits and '_', and begin with no digit"
        case .reservedName(let what, let name):
            "\(what) \(quoted(name)) is reserved in Swift or in generated code; choose another name"
        case .fileNameIsNoIdentifier(let name):
            "the file name \(quoted(name)) is no Swift type name; add a 'name' to the spec"
        case .duplicateLayerName(let name):
            "two layers are called \(quoted(name)); names must differ"
        default: ""
        }
    }

    private var valueMessage: String {
        switch self {
        case .outOfRange(let key, let value, let range):
            "'\(key)' must be \(range), not \(value)"
        case .tooMany(let key, let value, let limit):
            "'\(key)' is \(value), more than the limit of \(limit)"
        case .tooManyLayers(let count, let limit):
            "there are \(grouped(count)) layers, more than the limit of \(grouped(limit))"
        case .tooManyTensors(let count, let limit):
            "the layers have \(grouped(count)) tensors, more than the limit of \(grouped(limit))"
        case .tensorNamesTooLong(let limit):
            "the names of the tensors take more than \(grouped(limit)) bytes from this layer on; give the weights shorter "
                + "names"
        case .tooManyResults(let count, let limit):
            "'outputs' asks for \(grouped(count)) results, more than the limit of \(grouped(limit))"
        case .projectionNotSmaller(let projSize, let hiddenSize):
            "'proj_size' must be smaller than hidden_size (\(hiddenSize)), not \(projSize)"
        case .dropoutWithOneLayer(let dropout):
            "dropout is applied after all but the last of the stacked layers, so dropout \(dropout) with num_layers 1 "
                + "does nothing, even in training"
        case .halfInitialState(let given, let missing):
            "'\(given)' is given without '\(missing)'; a first state needs both"
        case .sizeOverflow(let what, let key):
            "the sizes overflow: \(key.map { $0 + ", and " } ?? "")\(what) does not fit in 64 bits"
        case .overBudget(let what, let budget, let actual):
            "the model has \(grouped(actual)) \(what), more than its budget of \(grouped(budget))"
        default: ""
        }
    }

    private var joinMessage: String {
        switch self {
        case .sizeMismatch(let layer, let key, let declared, let given):
            "layer \(quoted(layer)) has \(key) \(declared), but is given \(counted(given, "value"))"
        case .needsFeatures(let layer, let kind):
            "layer \(quoted(layer)) (\(kind)) needs numbers, but the input is token ids; put an embedding first"
        case .needsTime(let layer, let kind):
            "layer \(quoted(layer)) (\(kind)) needs a time axis, which ended before it"
        case .embeddingWithoutTokens(let layer):
            "layer \(quoted(layer)) is an embedding, but the input is features; use 'input: {tokens: N}'"
        case .embeddingNotFirst(let layer):
            "layer \(quoted(layer)) is an embedding, which can only be the first layer"
        case .lastNotAfterLSTM(let layer):
            "layer \(quoted(layer)) takes the last state of an lstm, so it must come directly after one"
        default: ""
        }
    }

    private var resultMessage: String {
        switch self {
        case .unknownResult(let name, let nearest, let known):
            "the model has no result \(quoted(name))" + suggestion(nearest, known: known)
        case .duplicateResult(let name):
            "result \(quoted(name)) is listed twice in 'outputs'"
        case .labelCount(let labels, let size, let result):
            "there are \(labels) labels, but the last axis of result \(quoted(result)) has \(size) values"
        case .duplicateLabel(let label):
            "label \(quoted(label)) is listed twice; labels must differ"
        case .emptyLabel:
            "a label must not be empty"
        case .segmentStartsWithoutLabels:
            "'segment_starts' names labels, but the spec has no 'labels'"
        case .unknownSegmentStart(let label, let nearest):
            "\(quoted(label)) is not one of the labels" + suggestion(nearest, known: [])
        case .duplicateSegmentStart(let label):
            "label \(quoted(label)) is listed twice in 'segment_starts'"
        case .segmentsWithoutTime(let result):
            "'segment_starts' needs a label for each step, but result \(quoted(result)) has no time axis"
        case .vocabularyWithoutTokens:
            "'vocabulary' turns text into token ids, but the input is features; use 'input: {tokens: N}'"
        case .unknownIdOutOfRange(let id, let tokens):
            "'unknown' must be a token id, 0 to \(tokens - 1), not \(id)"
        case .unknownLayerInNames(let name, let nearest):
            "'names' speaks of a layer \(quoted(name)), which does not exist" + suggestion(nearest, known: [])
        case .layerWithoutParameters(let name):
            "layer \(quoted(name)) has no parameters, so it needs no entry in 'names'"
        case .placementNeedsSafetensors(let file):
            "'placement: file' needs a .safetensors checkpoint, not \(quoted(file)); `lstmc import` makes one"
        default: ""
        }
    }

    private func suggestion(_ nearest: String?, known: [String]) -> String {
        if let nearest { return "; did you mean \(quoted(nearest))?" }
        return known.isEmpty ? "" : "; there are \(listedFew(known))"
    }
}
