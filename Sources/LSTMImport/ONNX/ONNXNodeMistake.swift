// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime
import LSTMSpec

/// Why a node cannot be represented.
enum ONNXNodeMistake: Hashable, Sendable {
    case missingInput(Int)
    case undefinedInput(String)
    case constantInput(Int)
    case variableWeight(String)
    case integerWeight(String)
    case wrongShape(input: String, shape: [Int], expected: String)
    case wrongSize(found: Int, expected: Int)
    case attribute(String, String)
    case unknownAxes
    case axis(String)
    case reshape(from: String)
    case severalInputs(String)
    case branch
    case stateNotLast
    case firstStateElsewhere
    case normElsewhere
    case stepElsewhere
    case reverse
    case peepholes
    case lengthsNotInput
    case lengths
    case lengthsLast
    case firstState(String, String)
    case axesDiffer
    case lastOfBothDirections
    case notLast
    case notBias
    case joined
    case arithmetic

    var message: String {
        switch self {
        case .missingInput(let index): "its input \(index) is missing"
        case .undefinedInput(let name): "no node before it gives its input \(quoted(name))"
        case .constantInput(let index): "its input \(index) does not depend on the model's input"
        case .variableWeight(let name): "\(quoted(name)) must be a constant, not computed from the model's input"
        case .integerWeight(let name): "\(quoted(name)) must be of floats"
        case .wrongShape(let input, let shape, let expected):
            "\(quoted(input)) has shape \(shapeText(shape)), not \(expected)"
        case .wrongSize(let found, let expected): "it takes \(expected) features, but gets \(found)"
        case .attribute(let name, let value): "\(cut(name)) \(value) has no counterpart in a spec"
        case .unknownAxes: "its axes or sizes are computed in a way that cannot be followed"
        case .axis(let axes): "it works along other axes than a spec's layer: its input has \(axes)"
        case .reshape(let axes): "it mixes axes that a spec keeps apart: its input has \(axes)"
        case .severalInputs(let name): "the input \(quoted(name)) cannot join here: a spec has one input"
        case .branch: "it takes a result that another layer has already taken: a spec's layers are one chain"
        case .stateNotLast:
            "a spec's 'last' is h_n of the last layer, all its directions joined, forward first; this is another part"
        case .firstStateElsewhere: "a first state can only go into an LSTM"
        case .stepElsewhere:
            "it takes what is a step on the way to a normalisation or a gelu, which does not end there"
        case .normElsewhere: "a norm can only divide what it is the norm of"
        case .reverse: "direction reverse alone has no counterpart in a spec: use both directions, or forward"
        case .peepholes: "peepholes (P) have no counterpart in a spec"
        case .lengthsNotInput: "sequence_lens must be an input of the graph, or left out"
        case .lengths: "every LSTM of a model has the same sequence_lens in a spec"
        case .lengthsLast: "with sequence_lens, the last step of the padded sequence is not the last valid one"
        case .firstState(let name, let why): "\(quoted(name)) is no first state of a spec: \(why)"
        case .axesDiffer: "its batch and time axes are not those of the LSTM before it"
        case .lastOfBothDirections:
            "the last step of both directions is not 'last': the reverse direction ends at the first step"
        case .notLast: "of the time steps, only the last can be taken"
        case .notBias: "only a bias, right after the MatMul of a linear layer, can be added"
        case .joined: "results can only be joined where they are the states of one LSTM"
        case .arithmetic: "it is no step of a layer that a spec has"
        }
    }
}
