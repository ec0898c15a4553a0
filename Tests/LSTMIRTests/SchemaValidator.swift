// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMSpec
import Testing

/// A value of a spec's YAML as JSON Schema sees it.
indirect enum Instance {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([Instance])
    case object([(key: String, value: Instance)])

    init(_ node: Node) {
        switch node.content {
        case .invalid: self = .null
        case .sequence(let nodes): self = .array(nodes.map(Instance.init))
        case .mapping(let mapping): self = .object(mapping.entries.map { ($0.key.value, Instance($0.value)) })
        case .scalar(let scalar):
            switch scalar.value {
            case .null: self = .null
            case .bool(let value): self = .bool(value)
            // One that no Int holds is past every limit.
            case .integer(let value):
                self = .number(value.map(Double.init) ?? (scalar.text.hasPrefix("-") ? -.infinity : .infinity))
            case .float(let value): self = .number(value ?? .infinity)
            case .string: self = .string(scalar.text)
            }
        }
    }

    func has(type: String) -> Bool {
        switch (self, type) {
        case (.null, "null"), (.bool, "boolean"), (.number, "number"), (.string, "string"), (.array, "array"),
            (.object, "object"):
            true
        case (.number(let value), "integer"): value.isInfinite || value.rounded() == value
        default: false
        }
    }
}

/// Draft 7 of JSON Schema, as far as our schema uses it.
struct SchemaValidator {
    typealias Schema = [String: Any]

    let root: Schema

    /// What the instance breaks; empty where it is valid.
    func mistakes(_ instance: Instance) -> [String] { mistakes(instance, root, "") }

    private func mistakes(_ instance: Instance, _ schema: Schema, _ path: String) -> [String] {
        schema.sorted { $0.key < $1.key }.flatMap { keyword, value -> [String] in
            check(instance, keyword, value, schema, path).map { $0.contains(":") ? $0 : "\(path): \($0)" }
        }
    }

    private func check(
        _ instance: Instance, _ keyword: String, _ value: Any, _ schema: Schema, _ path: String
    ) -> [String] {
        switch keyword {
        case "$schema", "title", "description", "default", "definitions": return []
        case "type":
            let types = value as? [String] ?? [value as? String ?? ""]
            return types.contains(where: instance.has) ? [] : ["type"]
        case "const", "enum":
            let allowed = keyword == "const" ? [value] : value as? [Any] ?? []
            return allowed.contains { equal(instance, $0) } ? [] : [keyword]
        case "minimum", "maximum":
            guard case .number(let number) = instance, let limit = (value as? NSNumber)?.doubleValue else { return [] }
            return (keyword == "minimum" ? number >= limit : number <= limit) ? [] : [keyword]
        case "pattern":
            guard case .string(let text) = instance else { return [] }
            return matches(text, value as? String ?? "(") ? [] : ["pattern"]
        case "$ref":
            let name = (value as? String)?.split(separator: "/").last.map(String.init) ?? ""
            guard let target = (root["definitions"] as? Schema)?[name] as? Schema else { return ["$ref \(name)"] }
            return mistakes(instance, target, path)
        case "anyOf", "oneOf":
            let valid = (value as? [Schema] ?? []).filter { mistakes(instance, $0, path).isEmpty }.count
            return (keyword == "anyOf" ? valid >= 1 : valid == 1) ? [] : [keyword]
        case "minItems", "items": return checkItems(instance, keyword, value, path)
        case "required", "properties", "additionalProperties", "dependencies", "minProperties":
            return checkMembers(instance, keyword, value, schema, path)
        default: return ["unknown keyword \(keyword)"]
        }
    }

    private func checkItems(_ instance: Instance, _ keyword: String, _ value: Any, _ path: String) -> [String] {
        guard case .array(let items) = instance else { return [] }
        if keyword == "minItems" { return items.count >= (value as? Int ?? .max) ? [] : ["minItems"] }
        return items.enumerated().flatMap { mistakes($1, value as? Schema ?? [:], "\(path)/\($0)") }
    }

    private func checkMembers(
        _ instance: Instance, _ keyword: String, _ value: Any, _ schema: Schema, _ path: String
    ) -> [String] {
        guard case .object(let members) = instance else { return [] }
        let keys = Set(members.map(\.key))
        let known = schema["properties"] as? Schema ?? [:]
        switch keyword {
        case "minProperties": return members.count >= (value as? Int ?? .max) ? [] : ["minProperties"]
        case "required": return (value as? [String] ?? []).filter { !keys.contains($0) }.map { "required \($0)" }
        case "properties":
            return members.flatMap { key, value -> [String] in
                (known[key] as? Schema).map { mistakes(value, $0, "\(path)/\(key)") } ?? []
            }
        case "additionalProperties":
            return members.filter { known[$0.key] == nil }.flatMap { key, member -> [String] in
                (value as? Schema).map { mistakes(member, $0, "\(path)/\(key)") } ?? ["unknown \(key)"]
            }
        default:
            return (value as? [String: [String]] ?? [:]).filter { keys.contains($0.key) }.flatMap { key, needed in
                needed.filter { !keys.contains($0) }.map { "\(key) needs \($0)" }
            }
        }
    }

    private func equal(_ instance: Instance, _ value: Any) -> Bool {
        switch instance {
        case .string(let text): text == value as? String
        case .number(let number): number == (value as? NSNumber)?.doubleValue
        default: false
        }
    }

    private func matches(_ text: String, _ pattern: String) -> Bool {
        guard let expression = try? NSRegularExpression(pattern: pattern) else { return false }
        return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}
