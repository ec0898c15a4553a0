// SPDX-License-Identifier: Apache-2.0

// Every word a spec's mistakes are told in: what is wrong, what was expected, what to do.

/// The notes that go with mistakes in a spec.
enum SpecNote {
    static let firstHere = "the first one is here"
    static let anchorHere = "the anchor is set here"

    /// libyaml's `while parsing a block mapping`, said of the place where that began.
    static func context(_ text: String) -> String { "\(text) that begins here" }
    static func otherKind(_ word: String) -> String { "'\(word)' is here" }
    static func otherInput(_ key: String) -> String { "'\(key)' is here" }
}

extension SpecMistake {
    package var message: String {
        switch self {
        case .fileTooLarge(let limit): "the file is larger than \(limit) bytes, the most that a spec may have"
        case .emptyFile: "the file is empty; a spec begins with 'lstmc: 1'"
        case .wrongEncoding(let name): "the file is \(name); save it as UTF-8"
        case .invalidUTF8(let byte): "the byte 0x\(hexadecimal(byte, digits: 2)) is not UTF-8; save the file as UTF-8"
        case .controlCharacter(let value):
            "the character U+\(hexadecimal(value, digits: 4)) is not allowed in a spec; remove it"
        case .invalidYAML(let problem): "not valid YAML: \(problem)"
        case .severalDocuments: "a second document begins here; write one model in a file"
        case .rootIsNotMapping(let found): "a spec is a mapping that begins with 'lstmc: 1', not \(found)"
        case .nestedTooDeep(let limit): "more than \(limit) lists and mappings are inside one another here"
        case .tooManyNodes(let limit):
            "the spec has more than \(limit) values, each alias counted as all that it stands for"
        case .tooManyTagDirectives(let limit): "more than \(limit) '%TAG' directives; a spec needs none, so remove them"
        case .tooManyMistakes(let limit): "more than \(limit) mistakes; the rest, from here on, is not shown"
        case .duplicateKey(let key): "the key \(quoted(key)) is written twice; remove one of the two"
        case .keyIsNotText(let found): "a key must be a word, not \(found)"
        case .customTag(let tag): "the tag \(quoted(tag)) has no meaning in a spec; remove it"
        case .tagDoesNotFit(let tag, let text): "\(quoted(text)) does not fit its tag \(quoted(tag))"
        case .mergeKey: "merge keys ('<<') are not understood; write the keys out"
        case .undefinedAlias(let name): "no anchor \(quoted("&" + name)) stands before this alias"
        case .cyclicAlias(let name): "the alias \(quoted("*" + name)) is inside the value that it stands for"
        case .unknownKey(let key, let section, let nearest?):
            "unknown key \(quoted(key)) \(section.place); did you mean '\(nearest)'?"
        case .unknownKey(let key, let section, nil):
            "unknown key \(quoted(key)) \(section.place); known are \(listed(section.keys))"
        case .misplacedKey(let key, let section, let right, let owner):
            "unknown key \(quoted(key)) \(section.place); "
                + (right == key ? "it belongs \(owner.place)" : "it is '\(right)' \(owner.place)")
        case .foreignLayerKey(let key, let kind):
            "layer kind '\(kind.word)' takes no key \(quoted(key))"
                + (kind.keys.isEmpty ? "" : "; its keys are \(listed(kind.keyNames))")
        case .missingKey("lstmc", _): "'lstmc' is missing; begin the spec with 'lstmc: 1'"
        case .missingKey(let key, let section): "'\(key)' is missing \(section.place)"
        case .wrongType(let key, .texts, let found):
            "each item of \(quoted(key)) must be text, not \(found)\(hint(.text, found))"
        case .wrongType(let key, let expected, let found):
            "\(quoted(key)) must be \(expected), not \(found)\(hint(expected, found))"
        case .numberTooLarge(let key, let text): "the number \(cut(text)) is too large for \(quoted(key))"
        case .unknownUnit(let unit, let key, let known):
            "unknown unit \(quoted(unit)) in \(quoted(key)); known are \(listed(known))"
        case .unknownChoice(let word, let key, let known, let nearest):
            "\(quoted(key)) must be \(listed(known, "or")), not \(quoted(word))"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .emptyList(let key, let isRequired):
            "the list \(quoted(key)) is empty; write at least one item" + (isRequired ? "" : ", or leave the key out")
        case .nulCharacter(let key): "the text of \(quoted(key)) has a NUL character in it; remove it"
        case .unsupportedVersion(let version):
            "the spec has format version \(version), and this lstmc reads version 1 only"
        case .inputWithoutKind(let key):
            "\(quoted(key)) needs 'features' (numbers come in) or 'tokens' (ids come in)"
        case .inputWithBothKinds(let key, let first, let second):
            "\(quoted(key)) has both '\(first)' and '\(second)'; remove one of the two"
        case .inputAndInputs: "the spec has both 'input' and 'inputs'; write all inputs under 'inputs'"
        case .emptyInitial(let keys):
            "'initial' is empty; say where the first state comes from, as in 'initial: { "
                + keys.map { "\($0): encoder.\($0)_n" }.joined(separator: ", ") + " }'"
        case .emptyInputs: "'inputs' is empty; name at least one input, as in 'audio: { features: 1 }'"
        case .batchFirstBesideInput: "'batch_first' stands at the top level only beside 'inputs'; write it in 'input'"
        case .notANumberOrTensor(let key, let found):
            "\(quoted(key)) must be a number, a list of numbers or a tensor's name, not \(found)"
        case .layerIsNotMapping(.text(let text, _), let kinds) where kinds.contains(text):
            "a layer has a kind and a name; write '\(text): NAME'"
        case .layerIsNotMapping(let found, _): "a layer is written 'KIND: NAME', and this is \(found)"
        case .layerWithoutKind(let kinds): "the layer has no kind; known are \(listed(kinds))"
        case .unknownLayerKind(let word, let nearest?, _):
            "unknown layer kind \(quoted(word)); did you mean '\(nearest)'?"
        case .unknownLayerKind(let word, nil, let kinds):
            "unknown layer kind \(quoted(word)); known are \(listed(kinds))"
        case .severalLayerKinds(let first, let second):
            "one layer has two kinds, '\(first)' and '\(second)'; write two layers"
        }
    }
}

extension Expectation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wholeNumber: "a whole number"
        case .number: "a number"
        case .boolean: "true or false"
        case .text, .texts: "text"
        case .list: "a list"
        case .mapping: "a mapping"
        case .count: "a count such as 250000, 250k or 2M"
        case .bytes: "a size such as 4096, 512 KiB or 8 MiB"
        }
    }
}

extension Found: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nothing: "nothing"
        case .bool(let value): "the boolean \(value)"
        case .number(let text): "the number \(cut(text))"
        case .text(let text, _): "the text \(quoted(text))"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// What to write instead, where the value itself shows what was meant.
private func hint(_ expected: Expectation, _ found: Found) -> String {
    switch (expected, found) {
    case (.boolean, .text(let text, _)): booleanHint(text.lowercased())
    case (.text, .number(let text)): "; for the text, write \"\(cut(text))\""
    case (.text, .bool(let value)): "; for the text, write \"\(value)\""
    case (.wholeNumber, .text(_, true)), (.number, .text(_, true)), (.count, .text(_, true)), (.bytes, .text(_, true)):
        "; a number has no quotes"
    case (.wholeNumber, _), (.number, _), (.boolean, _), (.text, _), (.texts, _), (.list, _), (.mapping, _),
        (.count, _),
        (.bytes, _):
        ""
    }
}

private func booleanHint(_ word: String) -> String {
    if ["true", "yes", "on", "y"].contains(word) { return "; write true" }
    return ["false", "no", "off", "n"].contains(word) ? "; write false" : ""
}
