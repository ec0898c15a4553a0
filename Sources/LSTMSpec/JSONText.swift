// SPDX-License-Identifier: Apache-2.0

/// A JSON value to be written: everything that is written as JSON goes through here, and keeps the order of its members.
package indirect enum JSONText {
    case object([(String, JSONText)])
    case array([JSONText])
    case text(String)
    /// A number, a boolean or null, as it is to be written.
    case literal(String)

    package static func number(_ value: Int) -> JSONText { .literal("\(value)") }

    /// Null for what JSON has no number for.
    package static func number(_ value: Double) -> JSONText { .literal(value.isFinite ? "\(value)" : "null") }

    package static func boolean(_ value: Bool) -> JSONText { .literal(value ? "true" : "false") }

    /// On one line, without its end.
    package var line: String {
        switch self {
        case .object(let members): "{" + members.map { "\(jsonString($0)): \($1.line)" }.joined(separator: ", ") + "}"
        case .array(let items): "[" + items.map(\.line).joined(separator: ", ") + "]"
        case .text(let text): jsonString(text)
        case .literal(let text): text
        }
    }

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
            let isShort = !items.contains { if case .object = $0 { true } else { false } }
            if isShort { return line }
            return "[\n" + items.map { indent + $0.lines(depth: depth + 1) }.joined(separator: ",\n") + end + "]"
        case .text, .literal: return line
        }
    }
}

extension JSONText: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
{
    package init(stringLiteral text: String) { self = .text(text) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(arrayLiteral items: JSONText...) { self = .array(items) }
    package init(integerLiteral value: Int) { self = .number(value) }
}

/// A text as JSON writes it, in quotes and on one line: what moves a terminal's cursor is escaped too.
package func jsonString(_ text: String) -> String {
    let content = replacing(in: text) { scalar in
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case _ where isUnprintable(scalar):
            String(scalar).utf16.map { "\\u" + hexadecimal($0, digits: 4).lowercased() }.joined()
        default: nil
        }
    }
    return "\"\(content)\""
}
