// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// What is read of an ONNX file, after onnx.proto: its graph, and nothing that only training or tools want.
struct ONNXModel {
    /// The version of the default operator set, which decides what some operators' defaults are.
    var opset = 0
    var graph = ONNXGraph()
    /// Operators that the file defines itself, as `domain.name`.
    var functions: Set<String> = []
    var producer = ""
    /// Integer inputs that the user gave a value, by their names.
    var settings: [String: Int] = [:]
}

/// The file's graph, or a branch of an If.
struct ONNXGraph {
    var nodes: [ONNXNode] = []
    var initializers: [String: ONNXTensor] = [:]
    var inputs: [ONNXValueInfo] = []
    var outputs: [ONNXValueInfo] = []
}

struct ONNXNode {
    var name = ""
    var operation = ""
    var domain = ""
    var inputs: [String] = []
    var outputs: [String] = []
    var attributes: [String: ONNXAttribute] = [:]
    /// The module that PyTorch's exporter notes, with dots.
    var scope: String?
    var offset = 0

    var place: ONNXPlace { ONNXPlace(node: name, operation: operation, output: outputs.first ?? "", offset: offset) }

    /// The name of an input; nil where it is left out, at the end or by an empty name.
    func input(_ index: Int) -> String? {
        inputs.indices.contains(index) && !inputs[index].isEmpty ? inputs[index] : nil
    }
}

struct ONNXAttribute {
    var integer: Int?
    var integers: [Int] = []
    var float: Float?
    var floats: [Float] = []
    var text: String?
    var texts: [String] = []
    var tensor: ONNXTensor?
    var graph: ONNXGraph?
}

struct ONNXTensor {
    var name = ""
    var type = 0
    var shape: [Int] = []
    var isExternal = false
    /// Where its data is, if not here.
    var external = ONNXExternalData()
    /// Where raw_data, or the one packed field of numbers, is.
    var data: Range<Int>?
    /// Numbers that were not in one packed field of their own width, as their bytes.
    var collected: [UInt8] = []
    var offset = 0
}

/// The part of another file that a tensor's elements are.
struct ONNXExternalData {
    /// Relative to the file's folder.
    var location = ""
    var offset: String?
    var length: String?
}

/// A graph input or output.
struct ONNXValueInfo {
    var name = ""
    var elementType: Int?
    /// A size for each axis, nil where it is a symbol or nothing; nil where no shape is given.
    var shape: [Int?]?
    /// Of each axis, what the file calls its size; empty for nothing.
    var symbols: [String] = []
    var offset = 0
}

/// A node as messages name it.
struct ONNXPlace: Hashable, Sendable {
    /// Its name, or what stands in for one.
    let node: String
    /// Its op_type.
    let operation: String
    /// The first of its outputs, for nodes without a name.
    let output: String
    /// The byte of the file that it begins at.
    let offset: Int
}
