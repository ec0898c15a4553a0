// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime
import LSTMSpec

/// One layer of a Keras model's configuration, with where it stands in it.
struct KerasLayer {
    let name: String
    let kind: String
    let config: JSONValue
    /// As a message shows it: `layers[1]`.
    let place: String
    /// The layers it takes its input from, each with which of its results; nil in a Sequential model.
    let inputs: [(layer: String, result: Int)]?

    init(_ value: JSONValue, place: String) throws(KerasMistake) {
        guard let kind = value["class_name"]?.string else {
            throw .malformed(place: "\(place).class_name", expected: "text")
        }
        guard let config = value["config"], config.members != nil else {
            throw .malformed(place: "\(place).config", expected: "an object")
        }
        self.kind = kind
        self.config = config
        self.place = place
        name = config["name"]?.string ?? value["name"]?.string ?? ""
        inputs = value["inbound_nodes"].flatMap { nodes in
            nodes.elements.map { nodes in nodes.flatMap { tensors(in: $0) } }
        }
    }

    func mistake(_ mistake: KerasLayerMistake) -> KerasMistake { .layer(name, kind: kind, mistake) }

    /// A positive number that must be there.
    func size(_ key: String) throws(KerasMistake) -> Int {
        guard let size = config[key]?.integer, 1..<(1 << 31) ~= size else {
            throw .malformed(place: "\(place).config.\(key)", expected: "a positive number")
        }
        return size
    }

    /// true or false; `otherwise` where it is not there.
    func flag(_ key: String, _ otherwise: Bool) throws(KerasMistake) -> Bool {
        switch config[key] {
        case .bool(let flag)?: return flag
        case .number("1")?: return true
        case .number("0")?: return false
        case nil, .null?: return otherwise
        default: throw .malformed(place: "\(place).config.\(key)", expected: "true or false")
        }
    }

    /// Refuses a setting that is not off.
    func refuse(_ keys: String...) throws(KerasMistake) {
        for key in keys where try flag(key, false) { throw mistake(.setting(key, "true")) }
    }

    /// An activation's name; that of a serialized function too.
    func activation(_ key: String) throws(KerasMistake) -> String {
        switch config[key] {
        case nil, .null?: return "linear"
        case .string(let name)?: return name
        case .object?:
            let inner = config[key]?["config"]
            if let name = inner?.string ?? config[key]?["class_name"]?.string { return name }
            throw .malformed(place: "\(place).config.\(key)", expected: "an activation's name")
        default: throw .malformed(place: "\(place).config.\(key)", expected: "an activation's name")
        }
    }

    /// A layer inside this one.
    func inner(_ key: String) throws(KerasMistake) -> KerasLayer {
        guard let value = config[key] else {
            throw .malformed(place: "\(place).config.\(key)", expected: "a layer")
        }
        return try KerasLayer(value, place: "\(place).config.\(key)")
    }
}

/// The tensors that a call took: Keras 3's `keras_history`, or Keras 2's `[name, node, result, arguments]`.
private func tensors(in value: JSONValue, depth: Int = 0) -> [(layer: String, result: Int)] {
    guard depth < 16 else { return [] }
    if let history = value["config"]?["keras_history"]?.elements, history.count == 3, let name = history[0].string {
        return [(name, history[2].integer ?? 0)]
    }
    switch value {
    case .array(let elements):
        if elements.count >= 3, let name = elements[0].string, elements[1].integer != nil,
            let result = elements[2].integer
        {
            return [(name, result)] + elements.dropFirst(3).flatMap { tensors(in: $0, depth: depth + 1) }
        }
        return elements.flatMap { tensors(in: $0, depth: depth + 1) }
    case .object(let members): return members.flatMap { tensors(in: $0.value, depth: depth + 1) }
    case .string, .number, .bool, .null: return []
    }
}

/// A model's configuration: its layers in the file's order, and the chain that they make.
struct KerasConfig {
    let layers: [KerasLayer]
    /// Positions in `layers`, from the input on.
    let chain: [Int]
    /// For an older Sequential model, which has no InputLayer.
    let inputShape: [JSONValue]?

    init(_ json: JSONValue) throws(KerasMistake) {
        let kind = json["class_name"]?.string ?? ""
        guard ["Sequential", "Functional", "Model"].contains(kind) else { throw .modelKind(kind) }
        // The oldest Sequential configurations are the list itself.
        guard let entries = json["config"]?["layers"]?.elements ?? json["config"]?.elements else {
            throw .malformed(place: "config.layers", expected: "a list")
        }
        guard entries.count <= ImportLimits.layers else {
            throw .malformed(place: "config.layers", expected: "at most \(ImportLimits.layers) layers")
        }
        var layers: [KerasLayer] = []
        for (index, entry) in entries.enumerated() {
            layers.append(try KerasLayer(entry, place: "layers[\(index)]"))
        }
        self.layers = layers
        inputShape = layers.first.flatMap { layer in
            (layer.config["batch_shape"] ?? layer.config["batch_input_shape"])?.elements
        }
        chain = kind == "Sequential" ? Array(layers.indices) : try functionalChain(layers, json)
    }
}

/// A Functional model's layers in their order, where each takes the one before it and nothing else.
private func functionalChain(_ layers: [KerasLayer], _ json: JSONValue) throws(KerasMistake) -> [Int] {
    var positions: [String: Int] = [:]
    for (index, layer) in layers.enumerated() where positions.updateValue(index, forKey: layer.name) != nil {
        throw .malformed(place: "\(layer.place).config.name", expected: "a name of its own")
    }
    let outputs = json["config"]?["output_layers"].map { tensors(in: $0) } ?? []
    guard outputs.count == 1, outputs[0].result == 0 else {
        throw .malformed(place: "config.output_layers", expected: "one layer's first result")
    }
    var chain: [Int] = []
    var name: String? = outputs[0].layer
    while let wanted = name {
        guard let index = positions[wanted] else {
            throw chain.last.map { layers[$0].mistake(.unknownInput(wanted)) }
                ?? .malformed(place: "config.output_layers", expected: "a layer's name")
        }
        // A layer that comes again is a circle, or is called twice.
        guard !chain.contains(index) else { throw layers[index].mistake(.branch) }
        chain.append(index)
        let inputs = layers[index].inputs ?? []
        guard inputs.count <= 1, inputs.allSatisfy({ $0.result == 0 }) else {
            throw layers[index].mistake(.severalInputs)
        }
        name = inputs.first?.layer
    }
    guard chain.count == layers.count else {
        let left = layers.indices.first { !chain.contains($0) }
        throw left.map { layers[$0].mistake(.notConnected) } ?? .noInput
    }
    return chain.reversed()
}
