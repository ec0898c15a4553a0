// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// What lowering can find wrong with a document.
public enum ModelMistake: Mistake, Hashable {
    case notAnIdentifier(what: String, name: String)
    case reservedName(what: String, name: String)
    case fileNameIsNoIdentifier(String)
    case duplicateLayerName(String)
    case outOfRange(key: String, value: String, range: String)
    case tooMany(key: String, value: Int, limit: Int)
    case tooManyLayers(count: Int, limit: Int)
    case tooManyTensors(count: Int, limit: Int)
    case tensorNamesTooLong(limit: Int)
    case tooManyResults(count: Int, limit: Int)
    case tooManyInputsForInt8(tensor: String, count: Int, limit: Int)
    case projectionNotSmaller(projSize: Int, hiddenSize: Int)
    case dropoutWithOneLayer(dropout: Double)
    case halfInitialState(given: String, missing: String)
    case initialTwice(key: String)
    case initialWithTime(layer: String, name: String, nearest: String?)
    case initialSize(layer: String, slot: String, states: Int, size: Int, name: String, given: [Int])
    case sizeMismatch(layer: String, key: String, declared: Int, given: Int)
    case needsFeatures(layer: String, kind: String)
    case needsTime(layer: String, kind: String)
    case embeddingWithoutTokens(layer: String)
    case embeddingNotFirst(layer: String)
    case lastNotAfterLSTM(layer: String)
    /// `key` is the number that is too large, where one is known.
    case sizeOverflow(what: String, key: String?)
    case unknownResult(String, nearest: String?, known: [String])
    case duplicateResult(String)
    case labelCount(labels: Int, size: Int, result: String)
    case duplicateLabel(String)
    case emptyLabel
    case segmentStartsWithoutLabels
    case unknownSegmentStart(String, nearest: String?)
    case duplicateSegmentStart(String)
    case segmentsWithoutTime(result: String)
    case vocabularyWithoutTokens
    case unknownIdOutOfRange(id: Int, tokens: Int)
    case unknownLayerInNames(String, nearest: String?)
    case layerWithoutParameters(String)
    case placementNeedsSafetensors(file: String)
    case overBudget(what: String, budget: Int, actual: Int)

    // The graph.
    case tooManyInputs(count: Int, limit: Int)
    case tooManyValues(count: Int, limit: Int)
    case tooManyAxes(key: String, count: Int)
    case layerNamedAsInput(String)
    case unknownValue(String, nearest: String?, known: [String])
    case laterLayer(String, isItself: Bool)
    case wrongInputCount(layer: String, kind: String, expected: String, found: Int)
    case missingFrom(layer: String, kind: String, expected: String)
    case severalInputs(layer: String, names: [String])
    case shapesDiffer(layer: String, first: String, firstSizes: [Int], second: String, secondSizes: [Int])
    case stepsDiffer(layer: String, first: String, second: String)
    case needsNoTime(layer: String, kind: String)
    case needsVectors(layer: String, kind: String)
    case needsTwoAxes(layer: String, kind: String)
    case shapeMismatch(layer: String, shape: [Int], given: [Int])
    case emptySlice(layer: String, size: Int)
    case emptySteps(layer: String)
    case listCount(key: String, count: Int, size: Int)
    case scaleInBothForms(layer: String)
    case paddingWithoutTime
    case unreadInput(String)
    case unneededLayer(String)
    case vocabularyOfSeveral
    case labelsOfIntegers(result: String)
    /// `axis` is `steps` or `positions`.
    case tooShort(layer: String, axis: String, needed: Int, given: Int)

    public var code: String {
        switch self {
        case .notAnIdentifier, .fileNameIsNoIdentifier: "not-an-identifier"
        case .reservedName: "reserved-name"
        case .duplicateLayerName: "duplicate-layer-name"
        case .outOfRange, .unknownIdOutOfRange: "out-of-range"
        case .tooMany, .tooManyLayers, .tooManyTensors, .tensorNamesTooLong, .tooManyResults,
            .tooManyInputsForInt8:
            "over-limit"
        case .projectionNotSmaller: "projection-not-smaller"
        case .dropoutWithOneLayer: "dropout-with-one-layer"
        case .halfInitialState: "half-initial-state"
        case .initialTwice: "initial-twice"
        case .initialWithTime, .initialSize: "initial-mismatch"
        case .sizeMismatch: "size-mismatch"
        case .needsFeatures: "needs-features"
        case .needsTime: "needs-time"
        case .embeddingWithoutTokens, .embeddingNotFirst: "misplaced-embedding"
        case .lastNotAfterLSTM: "misplaced-last"
        case .sizeOverflow: "size-overflow"
        case .unknownResult: "unknown-result"
        case .duplicateResult: "duplicate-result"
        case .labelCount: "label-count"
        case .duplicateLabel: "duplicate-label"
        case .emptyLabel: "empty-label"
        case .segmentStartsWithoutLabels: "segment-starts-without-labels"
        case .unknownSegmentStart: "unknown-segment-start"
        case .duplicateSegmentStart: "duplicate-segment-start"
        case .segmentsWithoutTime: "segments-without-time"
        case .vocabularyWithoutTokens: "vocabulary-without-tokens"
        case .unknownLayerInNames: "unknown-layer"
        case .layerWithoutParameters: "layer-without-parameters"
        case .placementNeedsSafetensors: "placement-needs-safetensors"
        case .overBudget: "over-budget"
        case .tooManyInputs, .tooManyValues: "over-limit"
        case .tooManyAxes: "too-many-axes"
        case .layerNamedAsInput: "duplicate-layer-name"
        case .unknownValue: "unknown-value"
        case .laterLayer: "later-layer"
        case .wrongInputCount, .missingFrom: "wrong-input-count"
        case .severalInputs: "several-inputs"
        case .shapesDiffer, .shapeMismatch, .listCount: "size-mismatch"
        case .stepsDiffer: "steps-differ"
        case .needsNoTime: "needs-no-time"
        case .needsVectors, .needsTwoAxes: "needs-axes"
        case .emptySlice, .emptySteps: "empty-slice"
        case .scaleInBothForms: "scale-in-both-forms"
        case .paddingWithoutTime: "padding-without-time"
        case .unreadInput: "unread-input"
        case .unneededLayer: "unneeded-layer"
        case .vocabularyOfSeveral: "vocabulary-of-several"
        case .labelsOfIntegers: "labels-of-integers"
        case .tooShort: "size-mismatch"
        }
    }

    public var severity: Severity {
        switch self {
        case .dropoutWithOneLayer, .unreadInput, .unneededLayer: .warning
        default: .error
        }
    }
}
