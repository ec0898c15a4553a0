// SPDX-License-Identifier: Apache-2.0

/// A JSON value that keeps the order of its members.
indirect enum SchemaValue {
    case object([(String, SchemaValue)])
    case array([SchemaValue])
    case text(String)
    /// A number, a boolean or null, as it is to be written.
    case literal(String)

    /// Over several lines, two spaces a level; a list without objects in it stays on one line.
    func lines(depth: Int = 0) -> String {
        let indent = String(repeating: "  ", count: depth + 1)
        let end = "\n" + String(repeating: "  ", count: depth)
        switch self {
        case .object(let members):
            if members.isEmpty { return "{}" }
            let lines = members.map { "\(indent)\(jsonString($0)): \($1.lines(depth: depth + 1))" }
            return "{\n" + lines.joined(separator: ",\n") + end + "}"
        case .array(let items):
            let texts = items.map { $0.lines(depth: depth + 1) }
            let isShort = !items.contains { if case .object = $0 { true } else { false } }
            if isShort { return "[" + texts.joined(separator: ", ") + "]" }
            return "[\n" + texts.map { indent + $0 }.joined(separator: ",\n") + end + "]"
        case .text(let text): return jsonString(text)
        case .literal(let text): return text
        }
    }
}

extension SchemaValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
{
    init(stringLiteral text: String) { self = .text(text) }
    init(booleanLiteral value: Bool) { self = .literal(value ? "true" : "false") }
    init(arrayLiteral items: SchemaValue...) { self = .array(items) }
    init(integerLiteral value: Int) { self = .literal("\(value)") }
}
