// SPDX-License-Identifier: Apache-2.0

/// A pattern for whole names: `*` any text, `?` one character, `[abc]`, `[a-z]` and `[!a]` one of a set.
package struct GlobPattern {
    private enum Token {
        case text
        case any
        case scalar(Unicode.Scalar)
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)

        func matches(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .text: false
            case .any: true
            case .scalar(let expected): expected == scalar
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
            }
        }
    }

    private var tokens: [Token] = []

    package init(_ pattern: String) {
        var rest = Array(pattern.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": tokens.append(.text)
            case "?": tokens.append(.any)
            case "[": tokens.append(Self.set(&rest) ?? .scalar("["))
            default: tokens.append(.scalar(scalar))
            }
        }
    }

    /// What follows `[`; nil, and nothing taken, where no `]` closes it: then it stands for itself.
    private static func set(_ rest: inout ArraySlice<Unicode.Scalar>) -> Token? {
        let isNegated = rest.first == "!"
        var body = isNegated ? rest.dropFirst() : rest
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        // A `]` that comes first is a member of the set.
        while let low = body.popFirst(), low != "]" || ranges.isEmpty {
            if body.first == "-", let high = body.dropFirst().first, high != "]", low <= high {
                ranges.append(low...high)
                body = body.dropFirst(2)
            } else {
                ranges.append(low...low)
            }
            if body.first == "]" {
                rest = body.dropFirst()
                return .set(ranges, isNegated: isNegated)
            }
        }
        return nil
    }

    /// Goes back only to the last `*`, so that no pattern takes more than pattern times name.
    package func matches(_ name: String) -> Bool {
        let scalars = Array(name.unicodeScalars)
        var (token, scalar) = (0, 0)
        var retry: (token: Int, scalar: Int)?
        while scalar < scalars.count {
            if token < tokens.count, case .text = tokens[token] {
                token += 1
                retry = (token, scalar)
            } else if token < tokens.count, tokens[token].matches(scalars[scalar]) {
                token += 1
                scalar += 1
            } else if let last = retry {
                (token, scalar) = (last.token, last.scalar + 1)
                retry = (token, scalar)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { if case .text = $0 { true } else { false } }
    }
}
