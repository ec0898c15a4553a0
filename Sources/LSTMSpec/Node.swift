// SPDX-License-Identifier: Apache-2.0

/// A YAML value with the place it stands at; an alias has its own place and the value it stands for.
package struct Node {
    package enum Content {
        case scalar(Scalar)
        case sequence([Node])
        case mapping(Mapping)
        /// A hole: something that is already reported.
        case invalid
    }

    package var content: Content
    package var location: SourceLocation
}

/// A scalar as it was written and as YAML's core schema understands it.
package struct Scalar {
    package var text: String
    package var value: ScalarValue
    package var isPlain: Bool
}

/// What the core schema makes of a scalar.
package enum ScalarValue {
    case null
    case bool(Bool)
    /// nil where the number does not fit 64 bits.
    case integer(Int?)
    /// Infinite only where the text says so; nil where the number is too large for a Double.
    case float(Double?)
    case string
}

/// A mapping's entries in the order written, without those that are reported.
package struct Mapping {
    package struct Entry {
        package var key: Located<String>
        package var value: Node
    }

    package var entries: [Entry] = []
    /// Whether something was left out that may have held any key: then no key can be said to be missing.
    var isPartial = false

    subscript(key: String) -> Node? { entries.first { $0.key.value == key }?.value }
}

extension Node {
    var isInvalid: Bool { if case .invalid = content { true } else { false } }

    /// The node as a message names it.
    var found: Found {
        switch content {
        case .sequence: .list
        case .mapping: .mapping
        case .invalid: .nothing
        case .scalar(let scalar):
            switch scalar.value {
            case .null: .nothing
            case .bool(let value): .bool(value)
            case .integer, .float: .number(scalar.text)
            case .string: .text(scalar.text, isQuoted: !scalar.isPlain)
            }
        }
    }
}
