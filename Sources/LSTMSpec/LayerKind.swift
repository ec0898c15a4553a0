// SPDX-License-Identifier: Apache-2.0

/// A kind of layer as the spec's language knows it: its word, its keys and what they mean.
///
/// The kinds themselves are described in LSTMIR, which hands them to ``parse(_:kinds:)``.
public struct LayerKind: Sendable {
    /// The word an entry of this kind begins with.
    public let word: String
    /// What a layer of this kind does, in whole sentences.
    package let summary: String
    /// The keys beside the word and `from`, in the order of the documentation.
    package let keys: [AnyLayerKey]
    /// How many values it takes.
    package let inputs: InputCount
    /// Words other tools use for its keys, too far from them for a slip.
    let otherWords: [String: String]
    /// Words other tools use for the kind itself.
    let nicknames: [String]

    /// How many values a layer takes.
    package enum InputCount: Hashable, Sendable {
        case one
        case two
        case twoOrMore
    }

    package init(
        _ word: String, _ summary: String, keys: [AnyLayerKey] = [], inputs: InputCount = .one,
        otherWords: [String: String] = [:], nicknames: [String] = []
    ) {
        (self.word, self.summary, self.keys, self.inputs) = (word, summary, keys, inputs)
        (self.otherWords, self.nicknames) = (otherWords, nicknames)
    }

    /// The names of its keys.
    package var keyNames: [String] { keys.map(\.description.key) }
    /// Every key's description, in that order.
    package var keyDescriptions: [KeyDescription] { keys.map(\.description) }

    /// What the value of the kind word itself is.
    package var nameDescription: KeyDescription {
        .init(
            word, .identifier, required: true,
            summary
                + " The value is the layer's name: a Swift identifier that no other layer has, no keyword, and none "
                + "of State, step, process, output, h_n, c_n, h0, c0, x and lengths.")
    }

    /// What `from` means for it.
    package var fromDescription: KeyDescription {
        switch inputs {
        case .one:
            .init(
                "from", .references(minimum: 1, maximum: 1),
                "What the layer takes: an earlier layer, an input, or a part of a recurrent layer such as lstm.h_n. "
                    + "Default: the layer before, or the only input.")
        case .two:
            .init("from", .references(minimum: 2, maximum: 2), required: true, "The two values it takes, in order.")
        case .twoOrMore:
            .init(
                "from", .references(minimum: 2, maximum: nil), required: true,
                "The values it takes, two or more, in order.")
        }
    }
}

extension LayerKind: Hashable {
    /// Kinds are told apart by their words.
    public static func == (a: Self, b: Self) -> Bool { a.word == b.word }
    public func hash(into hasher: inout Hasher) { hasher.combine(word) }
}

/// A key of a layer: how it is described, and how its value is read.
package struct LayerKey<Value: Sendable>: Sendable {
    package let description: KeyDescription
    let read: @Sendable (_ node: Node, _ key: String, _ findings: Findings) -> Value?

    package var name: String { description.key }
    /// The key among a kind's keys.
    package var any: AnyLayerKey { AnyLayerKey(self) }
}

/// A key whose type of value is forgotten.
package struct AnyLayerKey: Sendable {
    package let description: KeyDescription
    /// Gives a `Field` of the key's type.
    let read: @Sendable (MappingReader) -> any Sendable

    init<Value>(_ key: LayerKey<Value>) {
        description = key.description
        read = { reader in
            key.description.isRequired ? reader.required(key.name, key.read) : reader.field(key.name, key.read)
        }
    }
}

extension LayerKey<Int> {
    package static func integer(
        _ key: String, minimum: Int?, maximum: Int? = nil, required: Bool = false, default standard: String? = nil,
        _ text: String
    ) -> Self {
        .init(
            description: .init(
                key, .integer(minimum: minimum, maximum: maximum), required: required, default: standard, text),
            read: readInteger)
    }
}

extension LayerKey<Double> {
    package static func number(
        _ key: String, minimum: Double? = nil, maximum: Double? = nil, default standard: String? = nil, _ text: String
    ) -> Self {
        .init(
            description: .init(key, .number(minimum: minimum, maximum: maximum), default: standard, text),
            read: readNumber)
    }
}

extension LayerKey<Bool> {
    package static func boolean(_ key: String, default standard: String, _ text: String) -> Self {
        .init(description: .init(key, .boolean, default: standard, text), read: readBool)
    }
}

extension LayerKey<String> {
    package static func text(_ key: String, _ text: String) -> Self {
        .init(description: .init(key, .text, text), read: readText)
    }
}

extension LayerKey<[Located<Int>]> {
    package static func sizes(_ key: String, _ text: String) -> Self {
        .init(description: .init(key, .sizes, required: true, text), read: readSizes)
    }
}

extension LayerKey<Numbers> {
    package static func numbers(_ key: String, default standard: String? = nil, _ text: String) -> Self {
        .init(description: .init(key, .numbers, default: standard, text), read: readNumbers)
    }
}

extension LayerKey<InitialEntry> {
    package static func initial(hasC: Bool, _ text: String) -> Self {
        let section = Section.initial(hasC: hasC)
        return .init(
            description: .init("initial", .section(section), text),
            read: { node, key, findings in readInitial(node, key, section, findings) })
    }
}

extension LayerKey where Value: RawRepresentable<String> & CaseIterable {
    package static func choice(_ key: String, default standard: String, _ text: String) -> Self {
        .init(
            description: .init(key, .choice(Value.allCases.map(\.rawValue)), default: standard, text), read: readChoice)
    }
}

extension LayerKey<IntegerOrWord> {
    package static func integer(
        _ key: String, minimum: Int, or words: [String], default standard: String? = nil, _ text: String
    ) -> Self {
        .init(
            description: .init(key, .integerOrWord(minimum: minimum, words: words), default: standard, text),
            read: integerReader(or: words))
    }
}

/// A whole number, or a word in its place.
package enum IntegerOrWord: Hashable, Sendable {
    case integer(Int)
    case word(String)
}

/// Numbers as a layer's key gives them: one for all, one for each value, or a tensor's name.
package enum Numbers: Hashable, Sendable {
    case one(Double)
    case list([Double])
    case tensor(String)
}

/// Every kind that a spec may use, in the order of the documentation.
package struct LayerKinds: Sendable {
    package let all: [LayerKind]
    private let byWord: [String: LayerKind]

    package init(_ all: [LayerKind]) {
        self.all = all
        byWord = Dictionary(uniqueKeysWithValues: all.map { ($0.word, $0) })
    }

    package subscript(word: String) -> LayerKind? { byWord[word] }

    /// The words, in order.
    package var words: [String] { all.map(\.word) }

    /// True where some kind takes a key of this name.
    func haveKey(_ key: String) -> Bool { all.contains { $0.keyNames.contains(key) } }

    /// The kind that `word` was probably meant to be.
    func nearest(to word: String) -> LayerKind? {
        let lowercased = word.lowercased()
        if let kind = all.first(where: { $0.nicknames.contains(lowercased) }) { return kind }
        return LSTMSpec.nearest(to: word, among: words).flatMap { byWord[$0] }
    }
}

extension LayerKind.InputCount {
    package var words: String {
        switch self {
        case .one: "one value"
        case .two: "two values"
        case .twoOrMore: "two or more values"
        }
    }
}
