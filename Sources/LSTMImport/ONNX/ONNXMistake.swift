// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// What keeps an ONNX file from becoming a spec; every message names the node, the tensor or the byte.
enum ONNXMistake: Mistake, Error, Hashable {
    /// What is wrong with the bytes, as protobuf.
    enum Damage: String, Hashable, Sendable {
        case truncated = "it ends too early"
        case fieldNumber = "a field has an impossible number"
        case wireType = "a field is of an unknown kind"
        case fieldType = "a field is of another kind than ONNX has"
        case length = "a field is longer than any file"
        case number = "a number is too long"
        case text = "a name is not valid UTF-8"
        case size = "an input or output is larger than any memory"
        case secondGraph = "it has two graphs"
        case depth = "graphs stand in graphs too deep"
    }

    // The file
    case notONNX
    case damaged(Damage, offset: Int)
    case tooManyNodes(limit: Int)
    case tooManyValues(limit: Int)
    case tooManyLayers(limit: Int)
    case tooMuchFolding
    case sparseInitializer(offset: Int)
    case duplicateValue(String, offset: Int)
    case externalData(tensor: String, location: String, offset: Int)
    case externalPath(tensor: String, location: String, offset: Int)
    case externalSize(tensor: String, location: String, size: Int, needs: Int, offset: Int)
    case tensorType(tensor: String, type: Int, offset: Int)
    case tensorSize(tensor: String, shape: [Int], offset: Int)

    // The graph
    case noOutput
    case noLSTM
    case unrolled(weight: String, steps: Int)
    case unknownOperators([ONNXPlace], more: Int)
    case node(ONNXPlace, ONNXNodeMistake)
    case output(String, ONNXOutputMistake)
    case inputFeatures(String)
    case inputAxes(String, ONNXInputMistake)
    /// A name that the user gave a value, and those that can be given one.
    case setting(String, open: [String])

    // Inside the walk, never shown
    /// What a node takes has been reported.
    case consequence
    /// The walk begins anew with another reading of the inputs.
    case again(InputReading)

    var code: String {
        switch self {
        case .notONNX, .damaged: "onnx-damaged"
        case .tooManyNodes, .tooManyValues, .tooManyLayers, .tooMuchFolding: "onnx-limit"
        case .externalData, .externalPath, .externalSize: "onnx-external-data"
        case .sparseInitializer, .tensorType, .tensorSize: "onnx-tensor"
        case .duplicateValue, .noOutput, .noLSTM, .unrolled, .inputFeatures, .inputAxes, .consequence, .again:
            "onnx-graph"
        case .setting: "onnx-setting"
        case .unknownOperators: "onnx-operator"
        case .node: "onnx-node"
        case .output: "onnx-output"
        }
    }

    var message: String {
        switch self {
        case .notONNX: "this is no ONNX file: it has no graph"
        case .damaged(let damage, let offset): "this is no valid ONNX file: \(damage.rawValue) (byte \(offset))"
        case .tooManyNodes(let limit): "the graph has more than \(limit) nodes"
        case .tooManyValues(let limit): "the graph has more than \(limit) inputs and outputs"
        case .tooManyLayers(let limit): "the graph has more than \(limit) layers"
        case .tooMuchFolding: "the graph uses its constants too often"
        case .sparseInitializer(let offset):
            "the file has a sparse tensor (byte \(offset)): only dense ones can be read"
        case .duplicateValue(let name, let offset): "the value \(quoted(name)) is given twice (byte \(offset))"
        case .externalData(let tensor, let location, let offset):
            "tensor \(quoted(tensor)) (byte \(offset)) has its data in \(quoted(location)), which is not beside this file: put it "
                + "there, or export the model in one, torch.onnx.export(..., external_data=False)"
        case .externalPath(let tensor, let location, let offset):
            "tensor \(quoted(tensor)) (byte \(offset)) has its data in \(quoted(location)), which is no file in this one's folder: "
                + "no other is read"
        case .externalSize(let tensor, let location, let size, let needs, let offset):
            "tensor \(quoted(tensor)) (byte \(offset)) needs \(needs) bytes of \(quoted(location)), and its offset and length are "
                + "not such a part of that file's \(size): the two files do not belong together"
        case .tensorType(let tensor, let type, let offset):
            "tensor \(quoted(tensor)) (byte \(offset)) has element type \(type), which cannot be read"
        case .tensorSize(let tensor, let shape, let offset):
            "tensor \(quoted(tensor)) (byte \(offset)) has not the data for its shape \(shapeText(shape))"
        case .noOutput: "the graph has no output"
        case .noLSTM: "no output of the graph depends on an LSTM, GRU or RNN node"
        case .unrolled(let weight, let steps):
            "the exporter wrote a recurrent layer as separate nodes for each of \(steps) steps, and each multiplies "
                + "\(quoted(weight)): export with torch.onnx.export(..., dynamo=False), or import the state_dict that torch.save writes"
        case .unknownOperators(let places, let more):
            (places.count + more == 1 ? "a node" : "\(places.count + more) nodes") + " cannot be represented: "
                + places.map(\.description).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
        case .node(let place, let mistake): "node \(place): \(mistake.message)"
        case .output(let name, let mistake): "output \(quoted(name)): \(mistake.message)"
        case .inputFeatures(let name):
            "input \(quoted(name)): the file does not say how many features it has; if it names that size, give it with "
                + "--set NAME=SIZE"
        case .setting(let name, let open):
            "--set \(name): the graph has no open size and no integer as an input of that name; "
                + (open.isEmpty ? "there is none at all" : "there are \(listedFew(open))")
        case .inputAxes(let name, let mistake): "input \(quoted(name)): \(mistake.message)"
        case .consequence, .again: ""
        }
    }
}

extension ONNXPlace: CustomStringConvertible {
    /// `'/lstm/LSTM' (LSTM, byte 120)`; by its output where the node has no name.
    var description: String {
        let what = node.isEmpty ? "that gives \(quoted(output))" : quoted(node)
        return "\(what) (\(cut(operation)), byte \(offset))"
    }
}

/// Why a graph output is none of a spec's results.
enum ONNXOutputMistake: Hashable, Sendable {
    case notComputed
    case constant
    case mixed(String)

    var message: String {
        switch self {
        case .notComputed: "no node gives it"
        case .constant: "it does not depend on the model's input"
        case .mixed(let axes): "it mixes axes that a spec keeps apart: it has \(axes)"
        }
    }
}

/// Why a graph input is none of a spec's.
enum ONNXInputMistake: Hashable, Sendable {
    case tables(Int, Int)
    case axes(Int)

    var message: String {
        switch self {
        case .tables(let first, let second):
            "its values are looked up in tables of \(first) and of \(second) rows, and a spec's input has one number of tokens"
        case .axes(let count):
            "\(count) of its axes are neither batch, time nor what a step holds: a spec's input is (batch, time, features)"
        }
    }
}
