// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// An entry of a spec's `layers:` by its word and keys; keys that have their default are left out.
public struct SpecEntry: Sendable, Hashable {
    /// The kind's word.
    public var word: String
    /// The keys, in the order of the documentation.
    public var settings: [Setting]
    /// A name for a layer that its file does not name.
    public var usualName: String

    /// A key with its value.
    public struct Setting: Sendable, Hashable {
        /// The key.
        public var key: String
        /// The value.
        public var value: Value

        init(_ key: String, _ value: Value) { (self.key, self.value) = (key, value) }
    }

    /// A key's value.
    public enum Value: Sendable, Hashable {
        case integer(Int)
        case number(Double)
        case numbers([Double])
        case sizes([Int])
        case boolean(Bool)
        case text(String)
        case names(FirstValues)
    }

    init(_ word: String, _ settings: [(String, Value)] = []) {
        self.init(word, settings.map { Setting($0.0, $0.1) })
    }

    init(_ word: String, _ settings: [Setting], usualName: String? = nil) {
        (self.word, self.settings, self.usualName) = (word, settings, usualName ?? word)
    }
}

/// The values that a recurrent layer's state begins with, by their names in the spec.
public struct FirstValues: Sendable, Hashable {
    /// For h.
    public var h: String
    /// For c; nil for zeros, and where there is none.
    public var c: String?

    var text: String { "{ h: \(h)" + (c.map { ", c: \($0)" } ?? "") + " }" }
}

extension SpecEntry.Value {
    /// The shortest number that is this float.
    static func float(_ value: Float) -> Self { .number(shortest(Double(value))) }

    /// As a number; nil where it is none.
    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .numbers, .sizes, .boolean, .text, .names: nil
        }
    }

    /// As YAML has it.
    var text: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .numbers(let values): "[" + values.map { "\($0)" }.joined(separator: ", ") + "]"
        case .sizes(let values): "[" + values.map(String.init).joined(separator: ", ") + "]"
        case .boolean(let value): "\(value)"
        case .text(let text): yamlText(text)
        case .names(let names): names.text
        }
    }
}

/// What this version's specs can say, asked of the language itself: a kind or a key that comes to it is written from
/// then on, and refused by its own name until then.
enum SpecLanguage {
    /// What a layer needs and specs do not have, in words for a message; nil where they have all of it.
    static func lack(of kind: ImportedLayer.Kind) -> String? {
        guard let known = OperationKind.language[kind.word] else { return "the layer kind \(quoted(kind.word))" }
        for (key, value) in kind.settings {
            guard let description = known.keyDescriptions.first(where: { $0.key == key }) else {
                return "the key \(quoted(key)) of \(quoted(kind.word))"
            }
            if case .choice(let words) = description.value, !words.contains(value) {
                return "\(quoted(value)) as \(quoted(key)) of \(quoted(kind.word))"
            }
        }
        return nil
    }

    /// Whether there is a kind of this word, and a key of it.
    static func has(_ word: String, key: String? = nil) -> Bool {
        guard let known = OperationKind.language[word] else { return false }
        return key.map { key in known.keyDescriptions.contains { $0.key == key } } ?? true
    }
}
