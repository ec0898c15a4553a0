// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
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
    case notInSpecs(String)
    case step(String)
    case constantAlong(String)
    case attention
    /// The steps of a loop, one after another.
    case unrolled
    case condition(String)
    case comparison
    /// A graph input of integers that is no token.
    case integerInput(String)
    case narrowing
    case firstStateElsewhere(String)
    case peepholes
    case lengthsNotInput
    case lengthsShorter
    case lengths
    case lengthsHere(String)
    case firstState(String, String)
    case axesDiffer
    case batchElement
    case timesMeet
    case broadcast(String)
    case stepSize(Int)
    case joinedConstant
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
        case .notInSpecs(let what): "it is \(what), which no layer of a spec is"
        case .step(let words): "it is \(words), which no layer of a spec gives"
        case .constantAlong(let axes): "its constant differs along batch or time: the other input has \(axes)"
        case .attention: "it multiplies two results as matrices, as attention does, which no layer of a spec does"
        case .unrolled:
            "it takes a sequence apart into its steps, as a loop that the exporter wrote step by step: a file with one RNN "
                + "node, as torch.onnx.export(..., dynamo=False) writes, can be imported"
        case .condition(let why): "which branch is taken is not certain: \(why)"
        case .integerInput(let name):
            "it computes with the integers of the input \(quoted(name)); where that is one number for the whole run, give it "
                + "with --set \(cut(name))=NUMBER"
        case .comparison: "it compares results, which no layer of a spec does"
        case .narrowing: "it rounds a constant to a narrower type"
        case .firstStateElsewhere(let name): "\(quoted(name)) is a first state, which can only go into an LSTM"
        case .peepholes: "peepholes (P) have no counterpart in a spec"
        case .lengthsNotInput: "sequence_lens must be an input of the graph, or left out"
        case .lengthsShorter:
            "sequence_lens is a constant and not the number of steps: give the sequences as long as they are"
        case .lengths: "every LSTM of a model has the same sequence_lens in a spec"
        case .lengthsHere(let what):
            "with sequence_lens, \(what) of the padded sequence is not that of each sequence alone, which a spec gives"
        case .firstState(let name, let why): "\(quoted(name)) is no first state of a spec: \(why)"
        case .axesDiffer: "its batch and time axes are not those of the other nodes"
        case .batchElement: "it takes a part of the batch, and a spec treats every sequence alike"
        case .timesMeet: "the results that meet here have different time axes"
        case .broadcast(let axes): "it repeats values in a way that a spec cannot say: \(axes)"
        case .stepSize(let step): "it takes every \(step). value, and a spec takes neighbours"
        case .joinedConstant: "a constant cannot be joined with a result"
        case .arithmetic: "it is no step of a layer that a spec has"
        }
    }
}
