// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension ModelMistake {
    public var message: String {
        switch self {
        case .notAnIdentifier(let what, let name):
            "\(what) \(quoted(name)) is not a Swift identifier; use letters, digits and '_', and begin with no digit"
        case .reservedName(let what, let name):
            "\(what) \(quoted(name)) is reserved in Swift or in generated code; choose another name"
        case .fileNameIsNoIdentifier(let name):
            "the file name \(quoted(name)) is no Swift type name; add a 'name' to the spec"
        case .duplicateLayerName(let name):
            "two layers are called \(quoted(name)); names must differ"
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
        case .tooManyInputsForInt8(let tensor, let count, let limit):
            "a matrix of int8 multiplies at most \(limit) values, and \(quoted(tensor)) multiplies \(count); keep the weights as "
                + "bfloat16 or float16"
        case .tooManyResults(let count, let limit):
            "'outputs' asks for \(grouped(count)) results, more than the limit of \(grouped(limit))"
        case .projectionNotSmaller(let projSize, let hiddenSize):
            "'proj_size' must be smaller than hidden_size (\(hiddenSize)), not \(projSize)"
        case .dropoutWithOneLayer(let dropout):
            "dropout is applied after all but the last of the stacked layers, so dropout \(dropout) with num_layers 1 "
                + "does nothing, even in training"
        case .halfInitialState(let given, let missing):
            "'\(given)' is given without '\(missing)'; a first state needs both"
        case .initialTwice(let key):
            "'initial' and '\(key)' both say what the first state is; remove one of them"
        case .initialWithTime(let layer, let name, let nearest):
            "'initial' of layer \(quoted(layer)) takes one vector a sequence, but \(quoted(name)) has a value at each step"
                + (nearest.map { "; its last state is \(quoted($0))" } ?? "")
        case .initialSize(let layer, let slot, let states, let size, let name, let given):
            "the first \(slot) of layer \(quoted(layer)) has \(counted(states * size, "value")) "
                + "(\(states) * \(size)), but \(quoted(name)) gives \(axes(given))"
        case .sizeOverflow(let what, let key):
            "the sizes overflow: \(key.map { $0 + ", and " } ?? "")\(what) does not fit in 64 bits"
        case .overBudget(let what, let budget, let actual):
            "the model has \(grouped(actual)) \(what), more than its budget of \(grouped(budget))"
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
            "layer \(quoted(layer)) takes the last state of a recurrent layer, so it must come directly after one"
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
        case .tooManyInputs(let count, let limit):
            "there are \(grouped(count)) inputs, more than the limit of \(grouped(limit))"
        case .tooManyValues(let count, let limit):
            "'from' names \(grouped(count)) values, more than the limit of \(grouped(limit))"
        case .tooManyAxes(let key, let count):
            "'\(key)' has \(count) sizes, but a step has at most two axes: channels and positions"
        case .layerNamedAsInput(let name):
            "a layer and an input are both called \(quoted(name)); names must differ"
        case .unknownValue(let name, let nearest, let known):
            "there is no layer or input \(quoted(name))" + suggestion(nearest, known: known)
        case .laterLayer(let name, true):
            "layer \(quoted(name)) cannot take what it gives itself; 'from' names an input or an earlier layer"
        case .laterLayer(let name, false):
            "\(quoted(name)) comes later; a layer takes inputs and what earlier layers give, so move it up"
        case .wrongInputCount(let layer, let kind, let expected, let found):
            "layer \(quoted(layer)) (\(kind)) takes \(expected), but 'from' names \(found)"
        case .missingFrom(let layer, let kind, let expected):
            "layer \(quoted(layer)) (\(kind)) takes \(expected); name them, as in 'from: [first, second]'"
        case .severalInputs(let layer, let names):
            "the model has several inputs; say which one layer \(quoted(layer)) takes, as in 'from: \(names.first ?? "x")'"
        case .shapesDiffer(let layer, let first, let firstSizes, let second, let secondSizes):
            "layer \(quoted(layer)) cannot join \(quoted(first)) of \(axes(firstSizes)) and \(quoted(second)) of "
                + "\(axes(secondSizes))"
        case .stepsDiffer(let layer, let first, let second):
            "layer \(quoted(layer)) cannot join \(quoted(first)) and \(quoted(second)): they have different steps"
        case .needsNoTime(let layer, let kind):
            "layer \(quoted(layer)) (\(kind)) takes one vector a sequence, but is given a value at each step"
        case .needsVectors(let layer, let kind):
            "layer \(quoted(layer)) (\(kind)) needs a vector at each step, but is given channels and positions; put a "
                + "flatten first"
        case .needsTwoAxes(let layer, let kind):
            "layer \(quoted(layer)) (\(kind)) needs channels and positions, but is given a vector"
        case .shapeMismatch(let layer, let shape, let given):
            "layer \(quoted(layer)) cannot give \(axes(shape)) values, since it is given \(axes(given))"
        case .emptySlice(let layer, let size):
            "layer \(quoted(layer)) takes none of the \(counted(size, "value")) it is given"
        case .emptySteps(let layer):
            "layer \(quoted(layer)) takes no step of any sequence"
        case .listCount(let key, let count, let size):
            "'\(key)' has \(counted(count, "value")), but the layer is given \(counted(size, "value")); write one for each, "
                + "or a single number"
        case .scaleInBothForms(let layer):
            "layer \(quoted(layer)) has both forms of scale; write 'weight' and 'bias', or 'mean' and 'std'"
        case .paddingWithoutTime:
            "'padding' fills sequences up, but this input has one value a sequence; remove it"
        case .unreadInput(let name):
            "no layer reads input \(quoted(name))"
        case .unneededLayer(let name):
            "no result needs layer \(quoted(name)); remove it, or name it in 'outputs'"
        case .vocabularyOfSeveral:
            "'vocabulary' turns text into token ids, but several inputs take tokens"
        case .labelsOfIntegers(let result):
            "'labels' names the values of the last axis, but result \(quoted(result)) is integers; leave argmax out"
        case .tooShort(let layer, let axis, let needed, let given):
            "layer \(quoted(layer)) needs at least \(needed) \(axis), but is given \(given)"
        }
    }

    private func suggestion(_ nearest: String?, known: [String]) -> String {
        if let nearest { return "; did you mean \(quoted(nearest))?" }
        return known.isEmpty ? "" : "; there are \(listedFew(known))"
    }

    private func axes(_ sizes: [Int]) -> String { sizes.map { "\($0)" }.joined(separator: " x ") }
}
