// SPDX-License-Identifier: Apache-2.0

// Readers of one value. Each gives the value, or reports what is wrong and gives nil.

/// A reader of values, as ``MappingReader`` takes it: the node, the key for the message, and where mistakes go.
typealias ValueReader<Value> = @Sendable (_ node: Node, _ key: String, _ findings: Findings) -> Value?

func readInteger(_ node: Node, _ key: String, _ findings: Findings) -> Int? {
    guard case .integer(let value) = scalarValue(node) else {
        return reportType(node, key, .wholeNumber, findings)
    }
    if value == nil { reportTooLarge(node, key, findings) }
    return value
}

/// A whole number is a number too.
func readNumber(_ node: Node, _ key: String, _ findings: Findings) -> Double? {
    switch scalarValue(node) {
    case .float(let value?): return value
    case .integer(let value?): return Double(value)
    case .float(nil), .integer(nil):
        reportTooLarge(node, key, findings)
        return nil
    case .null, .bool, .string, nil: return reportType(node, key, .number, findings)
    }
}

func readBool(_ node: Node, _ key: String, _ findings: Findings) -> Bool? {
    guard case .bool(let value) = scalarValue(node) else { return reportType(node, key, .boolean, findings) }
    return value
}

func readText(_ node: Node, _ key: String, _ findings: Findings) -> String? {
    readText(node, key, .text, findings)
}

/// An item of a list of texts.
func readTextItem(_ node: Node, _ key: String, _ findings: Findings) -> String? {
    readText(node, key, .texts, findings)
}

private func readText(_ node: Node, _ key: String, _ expected: Expectation, _ findings: Findings) -> String? {
    guard case .scalar(let scalar) = node.content, case .string = scalar.value else {
        return reportType(node, key, expected, findings)
    }
    return withoutNul(scalar.text, node, key, findings)
}

/// A label is text whatever it looks like.
///
/// `1`, `true` and `null` are labels too; only nothing at all is none.
func readLabel(_ node: Node, _ key: String, _ findings: Findings) -> String? {
    guard case .scalar(let scalar) = node.content, !(scalar.isPlain && scalar.text.isEmpty) else {
        return reportType(node, key, .texts, findings)
    }
    return withoutNul(scalar.text, node, key, findings)
}

/// One of an enum's words.
func readChoice<Choice>(_ node: Node, _ key: String, _ findings: Findings) -> Choice?
where Choice: RawRepresentable<String> & CaseIterable {
    guard let word = readText(node, key, findings) else { return nil }
    if let choice = Choice(rawValue: word) { return choice }
    let known = Choice.allCases.map(\.rawValue)
    let nearest = nearest(to: word, among: known)
    findings.report(.unknownChoice(word, key: key, known: known, nearest: nearest), at: node.location)
    return nil
}

func readCount(_ node: Node, _ key: String, _ findings: Findings) -> Int? { readAmount(node, key, .count, findings) }

func readBytes(_ node: Node, _ key: String, _ findings: Findings) -> Int? { readAmount(node, key, .bytes, findings) }

/// A list of what `readItem` reads; one wrong item makes the whole list wrong, since its length says something.
func listReader<Item>(allowsEmpty: Bool, _ readItem: @escaping ValueReader<Item>) -> ValueReader<[Located<Item>]> {
    { node, key, findings in
        guard case .sequence(let nodes) = node.content else { return reportType(node, key, .list, findings) }
        if nodes.isEmpty && !allowsEmpty {
            findings.report(.emptyList(key: key, isRequired: false), at: node.location)
            return nil
        }
        let items = nodes.map { item in readItem(item, key, findings).map { Located($0, at: item.location) } }
        let right = items.compactMap { $0 }
        return right.count == items.count ? right : nil
    }
}

/// A list of whole numbers.
func readSizes(_ node: Node, _ key: String, _ findings: Findings) -> [Located<Int>]? {
    listReader(allowsEmpty: false, readInteger)(node, key, findings)
}

/// A whole number, or one of `words`.
func integerReader(or words: [String]) -> ValueReader<IntegerOrWord> {
    { node, key, findings in
        guard case .string = scalarValue(node) else { return readInteger(node, key, findings).map { .integer($0) } }
        guard let word = readText(node, key, findings) else { return nil }
        if words.contains(word) { return .word(word) }
        findings.report(
            .unknownChoice(word, key: key, known: words, nearest: nearest(to: word, among: words)), at: node.location)
        return nil
    }
}

/// A number, a list of them, or a tensor's name.
func readNumbers(_ node: Node, _ key: String, _ findings: Findings) -> Numbers? {
    switch node.content {
    case .sequence:
        return listReader(allowsEmpty: false, readNumber)(node, key, findings).map { .list($0.map(\.value)) }
    case .scalar:
        switch scalarValue(node) {
        case .integer, .float: return readNumber(node, key, findings).map { .one($0) }
        case .string: return readText(node, key, findings).map { .tensor($0) }
        case .null, .bool, nil: break
        }
    case .mapping, .invalid: break
    }
    if !node.isInvalid { findings.report(.notANumberOrTensor(key: key, found: node.found), at: node.location) }
    return nil
}

/// The mapping in a node, or a report that there is none.
func readMapping(_ node: Node, _ key: String, _ findings: Findings) -> Mapping? {
    guard case .mapping(let mapping) = node.content else { return reportType(node, key, .mapping, findings) }
    return mapping
}

/// Reports that a value has the wrong type; silent about a value that is already reported.
func reportType<Value>(_ node: Node, _ key: String, _ expected: Expectation, _ findings: Findings) -> Value? {
    if !node.isInvalid {
        findings.report(.wrongType(key: key, expected: expected, found: node.found), at: node.location)
    }
    return nil
}

private func scalarValue(_ node: Node) -> ScalarValue? {
    if case .scalar(let scalar) = node.content { scalar.value } else { nil }
}

private func reportTooLarge(_ node: Node, _ key: String, _ findings: Findings) {
    guard case .scalar(let scalar) = node.content else { return }
    findings.report(.numberTooLarge(key: key, text: scalar.text), at: node.location)
}

/// Names and paths go to C functions, which would take a NUL for their end.
private func withoutNul(_ text: String, _ node: Node, _ key: String, _ findings: Findings) -> String? {
    guard text.utf8.contains(0) else { return text }
    findings.report(.nulCharacter(key: key), at: node.location)
    return nil
}

private func readAmount(_ node: Node, _ key: String, _ units: Units, _ findings: Findings) -> Int? {
    guard case .scalar(let scalar) = node.content else { return reportType(node, key, units.expectation, findings) }
    switch scalar.value {
    case .integer(let value?) where value >= 0: return value
    case .integer(nil) where !scalar.text.hasPrefix("-"):
        reportTooLarge(node, key, findings)
        return nil
    case .null, .bool, .integer: return reportType(node, key, units.expectation, findings)
    // With a unit it is text either way; a number in quotes is a mistake here as everywhere.
    case .string where !scalar.isPlain && scalar.text.utf8.allSatisfy { $0 == 0x2E || isDigit($0) }:
        return reportType(node, key, units.expectation, findings)
    case .float, .string: break
    }
    switch units.amount(scalar.text, key: key) {
    case .success(let value): return value
    case .failure(.wrongType(_, units.expectation, _)): return reportType(node, key, units.expectation, findings)
    case .failure(let mistake):
        findings.report(mistake, at: node.location)
        return nil
    }
}
