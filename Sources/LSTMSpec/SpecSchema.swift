// SPDX-License-Identifier: Apache-2.0

// Draft 7, the newest draft that yaml-language-server, and so VS Code and most other editors, reads in every version.

/// The JSON Schema of a spec, with a line end after it: made from the descriptions of the keys.
///
/// It takes everything that `parse` and `lower` take, but for a label that is a bare `null`. It refuses what `parse`
/// refuses, but for numbers that JSON cannot tell apart (`4.0` and `1e3` are whole numbers to it) and sums of units that
/// do not come out whole. It cannot see what depends on two places, such as sizes that do not join.
package func specSchema(_ kinds: LayerKinds) -> String {
    var members: [(String, JSONText)] = [
        ("$schema", "http://json-schema.org/draft-07/schema#"), ("title", "lstmc model spec"),
    ]
    members += sectionMembers(.root)
    members.append(("dependencies", .object([("segment_starts", ["labels"])])))
    members.append(("oneOf", .array(["input", "inputs"].map { .object([("required", [.text($0)])]) })))
    let layers = kinds.all.map { ("layer_" + $0.word, JSONText.object(sectionMembers(.layer($0)))) }
    let definitions = [
        ("layer", anyLayer(kinds)), ("input", JSONText.object(sectionMembers(.namedInput))),
    ]
    members.append(("definitions", .object(definitions + layers)))
    return JSONText.object(members).lines() + "\n"
}

/// The kinds' own keys exclude one another, so that `anyOf` is as strict as `oneOf`, and editors say less about it.
private func anyLayer(_ kinds: LayerKinds) -> JSONText {
    .object([
        ("description", "One layer: its kind word with the layer's name, then the keys of that kind."),
        ("type", "object"), ("anyOf", .array(kinds.words.map { reference("layer_" + $0) })),
    ])
}

private func reference(_ definition: String) -> JSONText {
    .object([("$ref", .text("#/definitions/\(definition)"))])
}

private func sectionMembers(_ section: Section) -> [(String, JSONText)] {
    var keys = section.keyDescriptions
    if case .layer(let kind) = section {
        keys.insert(kind.nameDescription, at: 0)
        keys.append(kind.fromDescription)
    }
    var members: [(String, JSONText)] = [
        ("description", .text(section.summary)), ("type", "object"), ("additionalProperties", false),
    ]
    let required = keys.filter(\.isRequired).map { JSONText.text($0.key) }
    if !required.isEmpty { members.append(("required", .array(required))) }
    switch section {
    case .input, .namedInput:
        let choices = ["features", "tokens", "shape"].map { JSONText.object([("required", [.text($0)])]) }
        members.append(("oneOf", .array(choices)))
    case .layer(let kind) where kind.keyNames.contains("initial_c"):
        let pairs: [(String, JSONText)] = [("initial_h", ["initial_c"]), ("initial_c", ["initial_h"])]
        members.append(("dependencies", .object(pairs)))
    case .initial: members.append(("minProperties", 1))
    case .root, .weights, .vocabulary, .budget, .layer: break
    }
    members.append(("properties", .object(keys.map { ($0.key, .object(keyMembers($0))) })))
    return members
}

private func keyMembers(_ key: KeyDescription) -> [(String, JSONText)] {
    if case .section(let section) = key.value { return sectionMembers(section) }
    var members: [(String, JSONText)] = [("description", .text(key.text))]
    members += valueMembers(key.value)
    if let standard = key.standard {
        if case .choice = key.value {
            members.append(("default", .text(standard)))
        } else {
            members.append(("default", .literal(standard)))
        }
    }
    return members
}

private func valueMembers(_ value: KeyDescription.Value) -> [(String, JSONText)] {
    switch value {
    case .integer(let minimum, let maximum):
        return [("type", "integer")] + limits(minimum.map { "\($0)" }, "\(maximum ?? .max)")
    case .number(let minimum, let maximum):
        return [("type", "number")] + limits(minimum.map { "\($0)" }, maximum.map { "\($0)" })
    case .integerOrWord(let minimum, let words):
        let number: [(String, JSONText)] = [("type", "integer")] + limits("\(minimum)", "\(Int.max)")
        let word: [(String, JSONText)] = [("type", "string"), ("enum", .array(words.map { .text($0) }))]
        return [("anyOf", .array([.object(number), .object(word)]))]
    case .sizes: return list(of: .object([("type", "integer")] + limits("1", "\(Int.max)")), allowsEmpty: false)
    case .numbers:
        let number = JSONText.object([("type", "number")])
        return [
            ("anyOf", .array([number, .object(list(of: number, allowsEmpty: false)), .object(textMembers)]))
        ]
    case .references(let minimum, let maximum):
        var names = list(of: .object(textMembers), allowsEmpty: true) + [("minItems", .number(minimum))]
        if let maximum { names.append(("maxItems", .number(maximum))) }
        return minimum > 1 ? names : [("anyOf", .array([.object(textMembers), .object(names)]))]
    case .inputs:
        return [("type", "object"), ("minProperties", 1), ("additionalProperties", reference("input"))]
    case .boolean: return [("type", "boolean")]
    case .text: return textMembers
    case .identifier: return [("type", "string"), ("pattern", .text(identifierPattern))]
    case .choice(let words): return [("type", "string"), ("enum", .array(words.map { .text($0) }))]
    case .texts(let allowsEmpty): return list(of: .object(textMembers), allowsEmpty: allowsEmpty)
    case .labels:
        let item = JSONText.object([("type", ["string", "number", "boolean"]), ("pattern", .text(textPattern))])
        return list(of: item, allowsEmpty: false)
    case .textMap: return [("type", "object"), ("additionalProperties", .object(textMembers))]
    case .count: return amount(countPattern)
    case .bytes: return amount(bytesPattern)
    case .version: return [("type", "integer"), ("const", 1)]
    case .section(let section): return sectionMembers(section)
    case .layers: return list(of: reference("layer"), allowsEmpty: false)
    }
}

private var textMembers: [(String, JSONText)] { [("type", "string"), ("pattern", .text(textPattern))] }

private func list(of item: JSONText, allowsEmpty: Bool) -> [(String, JSONText)] {
    [("type", "array")] + (allowsEmpty ? [] : [("minItems", 1)]) + [("items", item)]
}

private func limits(_ minimum: String?, _ maximum: String?) -> [(String, JSONText)] {
    [("minimum", minimum), ("maximum", maximum)].compactMap { name, value in
        value.map { (name, JSONText.literal($0)) }
    }
}

/// A whole number, or a text with a unit.
private func amount(_ pattern: String) -> [(String, JSONText)] {
    let number = JSONText.object([("type", "integer")] + limits("0", "\(Int.max)"))
    return [("anyOf", .array([number, .object([("type", "string"), ("pattern", .text(pattern))])]))]
}

/// No character of value zero: C would take it for the text's end.
private let textPattern = "^[^\\u0000]*$"

/// A letter of any script or '_', then the same or digits, as near as a pattern comes that every engine reads.
private let identifierPattern = "^[^\\u0000-@\\[-^`{-\\u007F][^\\u0000-/:-@\\[-^`{-\\u007F]*$"

// As many digits after the point as the unit makes whole.
private let countPattern = "^([0-9]+(\\.[0-9]{0,3}0*)? *k|[0-9]+(\\.[0-9]{0,6}0*)? *M)$"
private let bytesPattern =
    "^([0-9]+(\\.0*)? *B|[0-9]+(\\.[0-9]{0,3}0*)? *kB|[0-9]+(\\.[0-9]{0,6}0*)? *MB|"
    + "[0-9]+(\\.[0-9]{0,10}0*)? *KiB|[0-9]+(\\.[0-9]{0,20}0*)? *MiB)$"
