// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// Gives layers names that a spec takes: Swift identifiers, each once, close to what the source calls them.
package struct LayerNaming {
    private var pool = NamePool()
    private static let longest = 40

    package init() {}

    /// A name for what the source calls `path`; `kind` where that gives none.
    ///
    /// The path's last part; with the parts before it where that is taken; with a number where that is, too.
    package mutating func name(for path: String, kind: String) -> String {
        let parts = path.split(separator: ".").suffix(4)
        var name = identifier(parts.last ?? "", kind: kind)
        if pool.contains(name), parts.count > 1, Int(parts.last ?? "") == nil {
            let words = parts.map { identifier($0, kind: "") }.filter { !$0.isEmpty }
            let joined =
                (words.first ?? "") + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            name = identifier(Substring(joined), kind: kind)
        }
        return pool.unique(name)
    }

    /// A name for one of several inputs, which alone may be called `x`.
    package mutating func inputName(for path: String) -> String {
        path == "x" ? pool.unique("x") : name(for: path, kind: "input")
    }

    /// The part as an identifier, cut where it is long; the kind's word for a bare number or nothing.
    private func identifier(_ part: Substring, kind: String) -> String {
        var text = ""
        for scalar in part.unicodeScalars.prefix(Self.longest) {
            text.unicodeScalars.append(Names.isIdentifier("a" + String(scalar)) ? scalar : "_")
        }
        guard text.unicodeScalars.contains(where: { $0 != "_" }) else { return kind }
        if Int(text) != nil { return kind }
        if !Names.isIdentifier(text) { text = (kind.isEmpty ? "_" : kind) + "_" + text }
        return Names.isReservedForLayers(text) ? text + "Layer" : text
    }
}

/// A type's name from a file's: `speaker-encoder.v2.pt` gives `SpeakerEncoderV2`.
///
/// Always one that a spec takes.
public func typeName(forFile path: String) -> String {
    let file = fileName(of: path).unicodeScalars
    let stem = file.lastIndex(of: ".").map { file[..<$0] } ?? file[...]
    var name = ""
    var startsWord = true
    for scalar in stem.prefix(60) {
        guard scalar != "_", Names.isIdentifier("a" + String(scalar)) else {
            startsWord = true
            continue
        }
        name += startsWord ? String(scalar).uppercased() : String(scalar)
        startsWord = false
    }
    if !Names.isIdentifier(name) { name = "Model" + name }
    let isReserved = Names.isReservedForModels(name)
    return isReserved || !Names.isIdentifier(name) ? "Model" + (isReserved ? name : "") : name
}
