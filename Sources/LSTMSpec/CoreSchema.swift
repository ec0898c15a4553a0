// SPDX-License-Identifier: Apache-2.0

// YAML 1.2's core schema, with one difference: only `true` and `false` are booleans, so that `True` is never half right.

private let tagPrefix = "tag:yaml.org,2002:"

/// A tag as people write it: `!!int` for `tag:yaml.org,2002:int`.
func shortTag(_ tag: String) -> String {
    tag.hasPrefix(tagPrefix) ? "!!" + tag.dropFirst(tagPrefix.count) : tag
}

/// Whether a list or mapping may carry `tag`; nil is the absent tag.
func collectionAllows(tag: String?, isMapping: Bool) -> Bool {
    guard let tag, tag != "!" else { return true }
    return shortTag(tag) == (isMapping ? "!!map" : "!!seq")
}

/// The scalar with `text`, or the mistake in its tag.
func resolveScalar(_ text: String, isPlain: Bool, tag: String?) -> Result<Scalar, SpecMistake> {
    let untagged = coreValue(text)
    let value: ScalarValue
    switch (tag.map(shortTag), untagged) {
    case (nil, _): value = isPlain ? untagged : .string
    case ("!!str", _), ("!", _): value = .string
    case ("!!null", .null), ("!!bool", .bool), ("!!int", .integer), ("!!float", .float), ("!!float", .integer):
        value = untagged
    case ("!!null", _), ("!!bool", _), ("!!int", _), ("!!float", _), ("!!map", _), ("!!seq", _):
        return .failure(.tagDoesNotFit(tag: shortTag(tag ?? ""), text: text))
    default: return .failure(.customTag(shortTag(tag ?? "")))
    }
    return .success(Scalar(text: text, value: value, isPlain: isPlain))
}

private func coreValue(_ text: String) -> ScalarValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .float(.nan)
    default: break
    }
    // Every number begins with one of these; most text does not.
    guard let first = text.utf8.first, isDigit(first) || [0x2B, 0x2D, 0x2E].contains(first) else { return .string }
    if text.hasPrefix("0o"), text.utf8.count > 2, text.utf8.dropFirst(2).allSatisfy({ (0x30...0x37).contains($0) }) {
        return .integer(Int(text.dropFirst(2), radix: 8))
    }
    if text.hasPrefix("0x"), text.utf8.count > 2, text.utf8.dropFirst(2).allSatisfy(isHexDigit) {
        return .integer(Int(text.dropFirst(2), radix: 16))
    }
    return decimalValue(text)
}

/// A decimal number, or an infinity with its sign.
private func decimalValue(_ text: String) -> ScalarValue {
    let isNegative = text.utf8.first == 0x2D
    let magnitude = isNegative || text.utf8.first == 0x2B ? text.dropFirst() : text[...]
    if [".inf", ".Inf", ".INF"].contains(magnitude) { return .float(isNegative ? -.infinity : .infinity) }
    switch NumberForm(text) {
    case nil: return .string
    case .whole: return .integer(Int(text))
    case .fractional:
        // What cannot be held as a finite number was not meant as an infinite one.
        let value = Double(text)
        return .float(value?.isFinite == true ? value : nil)
    }
}

private func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
}
