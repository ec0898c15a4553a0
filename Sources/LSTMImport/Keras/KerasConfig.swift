// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// One layer of a Keras model's configuration, with where it stands in it.
struct KerasLayer {
    let name: String
    let kind: String
    let config: JSONValue
    /// As a message shows it: `layers[1]`.
    let place: String
    /// How a Functional model calls it, each call with its values; empty in a Sequential one.
    let calls: [KerasCall]
    /// The Python module it is from; nil in older files.
    private let module: String?
    private let registered: String?
    /// The whole entry.
    let json: JSONValue

    init(_ value: JSONValue, place: String) throws(KerasMistake) {
        guard let kind = value["class_name"]?.string else {
            throw .malformed(place: "\(place).class_name", expected: "text")
        }
        guard let config = value["config"], config.members != nil || KerasModel.kinds.contains(kind) else {
            throw .malformed(place: "\(place).config", expected: "an object")
        }
        self.kind = kind
        self.config = config
        self.place = place
        json = value
        name = config["name"]?.string ?? value["name"]?.string ?? ""
        module = value["module"]?.string
        registered = value["registered_name"]?.string
        calls = value["inbound_nodes"]?.elements?.map { KerasCall($0) } ?? []
    }

    /// A function of tensors that is no layer: `keras.ops` in Keras 3, TensorFlow's in Keras 2.
    var isOperation: Bool {
        if ["TFOpLambda", "SlicingOpLambda"].contains(kind) { return true }
        if let module { return module.contains(".ops.") }
        // An .h5 names no modules, and Add is both; but every layer has a type and can be trained.
        return !calls.isEmpty && !isModel && config["dtype"] == nil && config["trainable"] == nil
    }

    /// Somebody's own class, whatever its name.
    var isCustom: Bool {
        if registered?.contains(">") == true { return true }
        guard let module else { return false }
        let roots = ["keras", "tf_keras", "tensorflow"]
        return !roots.contains { module == $0 || module.hasPrefix($0 + ".") }
    }

    var isModel: Bool { KerasModel.kinds.contains(kind) }

    func mistake(_ mistake: KerasLayerMistake) -> KerasMistake { .layer(name, kind: kind, mistake) }

    /// A positive number that must be there.
    func size(_ key: String) throws(KerasMistake) -> Int {
        guard let size = config[key]?.integer, 1..<(1 << 31) ~= size else {
            throw .malformed(place: "\(place).config.\(key)", expected: "a positive number")
        }
        return size
    }

    /// A positive number that may be written as a list of one, too.
    func sizeOfOne(_ key: String, _ otherwise: Int? = nil) throws(KerasMistake) -> Int {
        let value = config[key].map { $0.elements?.count == 1 ? $0.elements?[0] ?? $0 : $0 }
        switch value {
        case nil, .null?:
            if let otherwise { return otherwise }
        case .number?:
            if let size = value?.integer, 1..<(1 << 31) ~= size { return size }
        case .object?, .array?, .string?, .bool?: break
        }
        throw .malformed(place: "\(place).config.\(key)", expected: "a positive number")
    }

    /// A number; `otherwise` where it is not there, or None.
    func number(_ key: String, _ otherwise: Double?) throws(KerasMistake) -> Double? {
        switch config[key] {
        case nil, .null?: return otherwise
        case .number(let text)?:
            if let value = Double(text), value.isFinite { return value }
        // NumPy's numbers, as Keras 2 writes some.
        case .object?:
            if case .number(let text)? = config[key]?["config"]?["value"] ?? config[key]?["value"],
                let value = Double(text), value.isFinite
            {
                return value
            }
        case .array?, .string?, .bool?: break
        }
        throw .malformed(place: "\(place).config.\(key)", expected: "a number")
    }

    /// Numbers in lists of any depth, or one number; nil where there are none.
    func numbers(_ key: String) throws(KerasMistake) -> [Double]? {
        guard let value = config[key] else { return nil }
        if case .null = value { return nil }
        var numbers: [Double] = []
        var left = [value]
        while let next = left.popLast() {
            if let elements = next.elements {
                left += elements.reversed()
            } else if case .number(let text) = next, let number = Double(text), number.isFinite {
                numbers.append(number)
            } else {
                throw .malformed(place: "\(place).config.\(key)", expected: "a number or a list of numbers")
            }
        }
        return numbers
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
            if let name = config[key]?["config"]?.string {
                if config[key]?["module"]?.string?.hasPrefix("keras") == true { return name }
                throw mistake(.setting(key, "\(name) (a function of the program's own)"))
            }
            if let name = config[key]?["class_name"]?.string { return name }
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

    /// The name of the type that it computes in, where that is another than float32.
    var otherType: String? {
        let name = config["dtype"]?.string ?? config["dtype"]?["config"]?["name"]?.string
        return name.flatMap {
            ["mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64"].contains($0) ? $0 : nil
        }
    }
}

/// A model's configuration: its layers in the file's order, and how they are called.
struct KerasModel {
    static let kinds: Set<String> = ["Sequential", "Functional", "Model"]

    let layers: [KerasLayer]
    let isSequential: Bool
    /// Of a Functional model, the layers that are its inputs, and its results, in the file's order.
    let inputs: [KerasReference]
    let outputs: [KerasReference]
    let positions: [String: Int]
    /// For an older Sequential model, which has no InputLayer.
    let inputShape: [JSONValue]?

    init(_ json: JSONValue, place: String = "") throws(KerasMistake) {
        let kind = json["class_name"]?.string ?? ""
        guard Self.kinds.contains(kind) else { throw .modelKind(kind) }
        // The oldest Sequential configurations are the list itself.
        guard let entries = json["config"]?["layers"]?.elements ?? json["config"]?.elements else {
            throw .malformed(place: place + "config.layers", expected: "a list")
        }
        guard entries.count <= ImportLimits.layers else {
            throw .malformed(place: place + "config.layers", expected: "at most \(ImportLimits.layers) layers")
        }
        var layers: [KerasLayer] = []
        for (index, entry) in entries.enumerated() {
            layers.append(try KerasLayer(entry, place: "\(place)layers[\(index)]"))
        }
        self.layers = layers
        isSequential = kind == "Sequential"
        inputShape = layers.first.flatMap { layer in
            (layer.config["batch_shape"] ?? layer.config["batch_input_shape"])?.elements
        }
        var positions: [String: Int] = [:]
        for (index, layer) in layers.enumerated() where positions.updateValue(index, forKey: layer.name) != nil {
            guard !isSequential else { continue }
            throw .malformed(place: "\(layer.place).config.name", expected: "a name of its own")
        }
        self.positions = positions
        guard !isSequential else {
            (inputs, outputs) = ([], [])
            return
        }
        inputs = json["config"]?["input_layers"].map { references(in: $0) } ?? []
        outputs = json["config"]?["output_layers"].map { references(in: $0) } ?? []
        guard !outputs.isEmpty else {
            throw .malformed(place: place + "config.output_layers", expected: "a layer's result, or several")
        }
    }
}

/// References in lists or objects of any depth.
private func references(in value: JSONValue, depth: Int = 0) -> [KerasReference] {
    guard depth < 16 else { return [] }
    switch value {
    case .array(let elements):
        if elements.count >= 3, let layer = elements[0].string, let call = elements[1].integer,
            let result = elements[2].integer
        {
            return [KerasReference(layer: layer, call: call, result: result)]
        }
        return elements.flatMap { references(in: $0, depth: depth + 1) }
    case .object(let members): return members.flatMap { references(in: $0.value, depth: depth + 1) }
    case .string, .number, .bool, .null: return []
    }
}
