// SPDX-License-Identifier: Apache-2.0

/// Which names generated Swift can carry.
package enum Names {
    /// Words that no Swift declaration can have without backticks.
    package static let keywords: Set<String> = [
        "_", "Any", "Protocol", "Self", "Type", "as", "associatedtype", "await", "break", "case", "catch", "class",
        "continue", "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false",
        "fileprivate", "for", "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let", "nil",
        "operator", "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return", "self",
        "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var",
        "where", "while",
    ]

    /// Names that a generated type uses for itself.
    package static let reservedForLayers: Set<String> = [
        "State", "step", "process", "output", "h_n", "c_n", "h0", "c0", "x", "lengths",
    ]

    /// The modules that every generated file names to keep all other names apart: a model of that name would hide its module
    /// from every file beside it, and nothing else reaches what the module has once models have those names, too.
    package static let reservedForTypes: Set<String> = ["LSTMRuntime", "Swift"]

    /// True for an identifier that no model can have.
    package static func isReservedForModels(_ name: String) -> Bool {
        keywords.contains(name) || reservedForTypes.contains(name)
    }

    /// True for an identifier that no layer can have.
    package static func isReservedForLayers(_ name: String) -> Bool {
        keywords.contains(name) || reservedForLayers.contains(name)
    }

    /// True where `name` is an identifier by Swift's grammar (letters of any script, digits, '_').
    package static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, isHead(first) else { return false }
        return name.unicodeScalars.dropFirst().allSatisfy { isHead($0) || isContinuation($0) }
    }

    private static func isHead(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) }
        return scalar.properties.isXIDStart
    }

    private static func isContinuation(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return ("0"..."9").contains(scalar) }
        return scalar.properties.isXIDContinue
    }
}
