// SPDX-License-Identifier: Apache-2.0

/// What can be wrong in a spec's text: its YAML, its keys, and the types of its values.
package enum SpecMistake: Mistake, Error, Hashable {
    // The file.
    case fileTooLarge(limit: Int)
    case emptyFile
    case wrongEncoding(name: String)
    case invalidUTF8(byte: UInt8)
    case controlCharacter(UInt32)
    case invalidYAML(problem: String)
    case severalDocuments
    case rootIsNotMapping(found: Found)
    case nestedTooDeep(limit: Int)
    case tooManyNodes(limit: Int)
    case tooManyTagDirectives(limit: Int)
    case tooManyMistakes(limit: Int)

    // What YAML has and a spec has not.
    case duplicateKey(String)
    case keyIsNotText(found: Found)
    case customTag(String)
    case tagDoesNotFit(tag: String, text: String)
    case mergeKey
    case undefinedAlias(String)
    case cyclicAlias(String)

    // Keys.
    case unknownKey(String, in: Section, nearest: String?)
    case misplacedKey(String, in: Section, as: String, of: Section)
    case foreignLayerKey(String, kind: LayerKind)
    case missingKey(String, in: Section)

    // Values.
    case wrongType(key: String, expected: Expectation, found: Found)
    case numberTooLarge(key: String, text: String)
    case unknownUnit(String, key: String, known: [String])
    case unknownChoice(String, key: String, known: [String], nearest: String?)
    case emptyList(key: String, isRequired: Bool)
    case nulCharacter(key: String)
    case unsupportedVersion(Int)

    // Input and layers.
    case inputWithoutKind(key: String)
    case inputWithBothKinds(key: String, String, String)
    case inputAndInputs
    case emptyInputs
    case emptyInitial(keys: [String])
    case batchFirstBesideInput
    case notANumberOrTensor(key: String, found: Found)
    case layerIsNotMapping(found: Found, kinds: [String])
    case layerWithoutKind(kinds: [String])
    case unknownLayerKind(String, nearest: String?, kinds: [String])
    case severalLayerKinds(String, String)

    package var code: String { kind.rawValue }
}

/// What a value should have been.
package enum Expectation: Hashable, Sendable {
    case wholeNumber
    case number
    case boolean
    case text
    /// Text in each item of a list.
    case texts
    case list
    case mapping
    case count
    case bytes
}

/// What a value is, as far as a message tells it.
package enum Found: Hashable, Sendable {
    case nothing
    case bool(Bool)
    case number(String)
    case text(String, isQuoted: Bool)
    case list
    case mapping
}

extension SpecMistake {
    /// A mistake without its details, under the name that machines know it by.
    package enum Kind: String, CaseIterable, Sendable {
        case fileTooLarge = "file-too-large"
        case emptyFile = "empty-file"
        case wrongEncoding = "wrong-encoding"
        case invalidUTF8 = "invalid-utf-8"
        case controlCharacter = "control-character"
        case invalidYAML = "invalid-yaml"
        case severalDocuments = "several-documents"
        case rootIsNotMapping = "root-is-not-mapping"
        case nestedTooDeep = "nested-too-deep"
        case tooManyNodes = "too-many-nodes"
        case tooManyTagDirectives = "too-many-tag-directives"
        case tooManyMistakes = "too-many-mistakes"
        case duplicateKey = "duplicate-key"
        case keyIsNotText = "key-is-not-text"
        case customTag = "custom-tag"
        case tagDoesNotFit = "tag-does-not-fit"
        case mergeKey = "merge-key"
        case undefinedAlias = "undefined-alias"
        case cyclicAlias = "cyclic-alias"
        case unknownKey = "unknown-key"
        case misplacedKey = "misplaced-key"
        case foreignLayerKey = "foreign-layer-key"
        case missingKey = "missing-key"
        case wrongType = "wrong-type"
        case numberTooLarge = "number-too-large"
        case unknownUnit = "unknown-unit"
        case unknownChoice = "unknown-choice"
        case emptyList = "empty-list"
        case nulCharacter = "nul-character"
        case unsupportedVersion = "unsupported-version"
        case inputWithoutKind = "input-without-kind"
        case inputWithBothKinds = "input-with-both-kinds"
        case inputAndInputs = "input-and-inputs"
        case emptyInputs = "empty-inputs"
        case emptyInitial = "empty-initial"
        case batchFirstBesideInput = "batch-first-beside-input"
        case notANumberOrTensor = "not-a-number-or-tensor"
        case layerIsNotMapping = "layer-is-not-mapping"
        case layerWithoutKind = "layer-without-kind"
        case unknownLayerKind = "unknown-layer-kind"
        case severalLayerKinds = "several-layer-kinds"
    }

    package var kind: Kind {
        switch self {
        case .fileTooLarge: .fileTooLarge
        case .emptyFile: .emptyFile
        case .wrongEncoding: .wrongEncoding
        case .invalidUTF8: .invalidUTF8
        case .controlCharacter: .controlCharacter
        case .invalidYAML: .invalidYAML
        case .severalDocuments: .severalDocuments
        case .rootIsNotMapping: .rootIsNotMapping
        case .nestedTooDeep: .nestedTooDeep
        case .tooManyNodes: .tooManyNodes
        case .tooManyTagDirectives: .tooManyTagDirectives
        case .tooManyMistakes: .tooManyMistakes
        case .duplicateKey: .duplicateKey
        case .keyIsNotText: .keyIsNotText
        case .customTag: .customTag
        case .tagDoesNotFit: .tagDoesNotFit
        case .mergeKey: .mergeKey
        case .undefinedAlias: .undefinedAlias
        case .cyclicAlias: .cyclicAlias
        case .unknownKey: .unknownKey
        case .misplacedKey: .misplacedKey
        case .foreignLayerKey: .foreignLayerKey
        case .missingKey: .missingKey
        case .wrongType: .wrongType
        case .numberTooLarge: .numberTooLarge
        case .unknownUnit: .unknownUnit
        case .unknownChoice: .unknownChoice
        case .emptyList: .emptyList
        case .nulCharacter: .nulCharacter
        case .unsupportedVersion: .unsupportedVersion
        case .inputWithoutKind: .inputWithoutKind
        case .inputWithBothKinds: .inputWithBothKinds
        case .inputAndInputs: .inputAndInputs
        case .emptyInputs: .emptyInputs
        case .emptyInitial: .emptyInitial
        case .batchFirstBesideInput: .batchFirstBesideInput
        case .notANumberOrTensor: .notANumberOrTensor
        case .layerIsNotMapping: .layerIsNotMapping
        case .layerWithoutKind: .layerWithoutKind
        case .unknownLayerKind: .unknownLayerKind
        case .severalLayerKinds: .severalLayerKinds
        }
    }
}
