// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// One result of one call of a layer, as a configuration names it.
struct KerasReference: Hashable {
    let layer: String
    /// Which of the layer's calls.
    let call: Int
    /// Which of its results.
    let result: Int
}

/// What a layer was called with.
struct KerasCall {
    var positional: [KerasArgument]
    var named: [(name: String, value: KerasArgument)]

    /// The values that it takes, in order.
    var references: [KerasReference] {
        positional.flatMap(\.references) + named.flatMap(\.value.references)
    }

    /// An argument by its place, or by its name; nil where it is not given, or None.
    func argument(_ place: Int, _ name: String) -> KerasArgument? {
        let found =
            positional.indices.contains(place) ? positional[place] : named.first { $0.name == name }?.value
        if case .null? = found { return nil }
        return found
    }

    /// All values of a call of one list.
    var listed: [KerasArgument] {
        if positional.count == 1, case .list(let items) = positional[0] { return items }
        return positional
    }
}

indirect enum KerasArgument {
    case value(KerasReference)
    case number(Double)
    case flag(Bool)
    case text(String)
    case null
    case list([KerasArgument])
    case slice(start: Int?, stop: Int?, step: Int?)
    case ellipsis
    case unknown

    var references: [KerasReference] {
        switch self {
        case .value(let reference): [reference]
        case .list(let items): items.flatMap(\.references)
        case .number, .flag, .text, .null, .slice, .ellipsis, .unknown: []
        }
    }

    /// A list's items, or the argument alone.
    var items: [KerasArgument] { if case .list(let items) = self { items } else { [self] } }

    var integer: Int? { if case .number(let value) = self { Int(exactly: value) } else { nil } }
}

extension KerasCall {
    /// A call as Keras 3 has it, `{"args": [...], "kwargs": {...}}`, or Keras 2: a list for each value, or one for all.
    init(_ node: JSONValue) {
        if let positional = node["args"]?.elements {
            let named = node["kwargs"]?.members ?? []
            self.init(
                positional: positional.map { KerasArgument($0) },
                named: named.map { ($0.name, KerasArgument($0.value)) })
            return
        }
        var values: [KerasArgument] = []
        var named: [(String, KerasArgument)] = []
        let elements = node.elements ?? node.members?.map(\.value) ?? []
        // A call of one value may be that value itself.
        let entries = elements.first?.string != nil ? [node] : elements
        for entry in entries {
            guard let parts = entry.elements, parts.count >= 3, let name = parts[0].string else {
                values.append(.unknown)
                continue
            }
            if name == "_CONSTANT_VALUE" {
                values.append(KerasArgument(parts[2], isOld: true))
            } else if let call = parts[1].integer, let result = parts[2].integer {
                values.append(.value(KerasReference(layer: name, call: call, result: result)))
            } else {
                values.append(.unknown)
            }
            guard named.isEmpty, parts.count > 3 else { continue }
            named = (parts[3].members ?? []).map { ($0.name, KerasArgument($0.value, isOld: true)) }
        }
        self.init(positional: values.count == 1 ? values : [.list(values)], named: named)
    }
}

extension KerasArgument {
    /// - Parameter isOld: whether a list of a name and two numbers is a value, as Keras 2 writes one.
    init(_ json: JSONValue, isOld: Bool = false, depth: Int = 0) {
        guard depth < 16 else {
            self = .unknown
            return
        }
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .flag(flag)
        case .number(let text): self = Double(text).map { .number($0) } ?? .unknown
        case .string(let text): self = text == "..." ? .ellipsis : .text(text)
        case .array(let elements):
            if isOld, elements.count >= 3, let layer = elements[0].string, let call = elements[1].integer,
                let result = elements[2].integer
            {
                self = .value(KerasReference(layer: layer, call: call, result: result))
            } else {
                self = .list(elements.map { KerasArgument($0, isOld: isOld, depth: depth + 1) })
            }
        case .object(let members): self = Self.object(json, members.map(\.name))
        }
    }

    private static func object(_ json: JSONValue, _ names: [String]) -> KerasArgument {
        if let history = json["config"]?["keras_history"]?.elements {
            guard history.count == 3, let layer = history[0].string, let call = history[1].integer,
                let result = history[2].integer
            else { return .unknown }
            return .value(KerasReference(layer: layer, call: call, result: result))
        }
        let bounds = json["class_name"]?.string == "__slice__" ? json["config"] : json
        if let bounds, json["class_name"]?.string == "__slice__" || Set(names) == ["start", "stop", "step"] {
            for key in ["start", "stop", "step"] {
                if case .null? = bounds[key] { continue }
                guard bounds[key]?.integer != nil else { return .unknown }
            }
            return .slice(
                start: bounds["start"]?.integer, stop: bounds["stop"]?.integer, step: bounds["step"]?.integer)
        }
        if json["class_name"]?.string == "__ellipsis__" || json["class_name"]?.string == "Ellipsis" {
            return .ellipsis
        }
        if json["class_name"]?.string == "__tuple__", let items = json["items"]?.elements {
            return .list(items.map { KerasArgument($0, depth: 1) })
        }
        return .unknown
    }
}
