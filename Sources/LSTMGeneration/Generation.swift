// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMCodegen
import LSTMFiles
import LSTMIR
import LSTMSpec

/// A spec with everything that its source is generated from.
package struct Generation {
    package let spec: String
    package let model: Model
    package let parameters: ModelParameters
    package let vocabulary: Vocabulary?
    package let fingerprint: String

    /// `X` of `X.lstm.yaml`: the file name up to its first dot.
    package var stem: String { String(model.specFileName.unicodeScalars.prefix { $0 != "." }) }

    /// Reads and checks a spec and its files; nil, with the reasons reported, where something is wrong.
    package init?(_ spec: String, _ loader: inout SpecLoader) {
        guard let model = loader.model(at: spec) else { return nil }
        let vocabulary = loader.vocabulary(of: model)
        if model.weights == nil {
            loader.report(GenerationMistake.noWeights, at: .init(startOf: spec))
        }
        guard let parameters = loader.parameters(of: model), (model.vocabulary == nil) == (vocabulary == nil) else {
            return nil
        }
        self.spec = spec
        self.model = model
        self.parameters = parameters
        self.vocabulary = vocabulary
        let weightBytes = parameters.bytes(for: model)
        var hash = Fingerprint()
        hash.combine(loader.sources[spec]?.bytes ?? [])
        for (scalar, id) in vocabulary?.ids.sorted(by: { $0.key < $1.key }) ?? [] {
            hash.combine(UInt64(scalar.value) << 32 | UInt64(UInt32(bitPattern: id)))
        }
        for entry in vocabulary?.longer ?? [] {
            for scalar in entry.scalars { hash.combine(UInt64(scalar.value)) }
            hash.combine(1 << 63 | UInt64(UInt32(bitPattern: entry.id)))
        }
        hash.combine(weightBytes)
        fingerprint = hash.text
    }

    package var isEmbedded: Bool { model.weights?.placement == .embedded }

    package func sourceOptions(_ access: SourceOptions.Access, hasCHeader: Bool = false) -> SourceOptions {
        SourceOptions(
            access: access, toolVersion: toolVersion, fingerprint: fingerprint, vocabulary: vocabulary,
            hasCHeader: hasCHeader)
    }

    package func source(access: SourceOptions.Access, hasCHeader: Bool = false) -> String {
        swiftSource(
            for: model, weights: isEmbedded ? EmbeddedWeights(parameters.bytes(for: model)) : nil,
            options: sourceOptions(access, hasCHeader: hasCHeader))
    }

    /// The C header of the type; nil where the model's name is none for C.
    package func header(access: SourceOptions.Access) -> String? {
        cHeader(for: model, weightsInFile: !isEmbedded, options: sourceOptions(access, hasCHeader: true))
    }
}

extension ModelParameters {
    /// All parameters in the model's order, each as it is kept, little-endian.
    package func bytes(for model: Model) -> [UInt8] {
        let count = model.weightBytes
        // No array of floats on the way: that would be all weights once more.
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
            var start = 0
            for parameter in model.parameters {
                let piece = UnsafeMutableRawBufferPointer(
                    UnsafeMutableBufferPointer(rebasing: bytes[start..<(start + parameter.byteCount)]))
                self[layer: parameter.layer, key: parameter.key]?.write(as: parameter.precision.kept, to: piece)
                start += parameter.byteCount
            }
            initialized = count
        }
    }
}

/// FNV-1a over words of 8 bytes: it tells versions of a model apart, and is no protection against anybody.
package struct Fingerprint {
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    package mutating func combine(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01B3 }

    /// The bytes and how many there are; a plain loop, because weights are millions of bytes.
    package mutating func combine(_ bytes: [UInt8]) {
        combine(UInt64(bytes.count))
        var hash = self.hash
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            while offset + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                hash = (hash ^ word) &* 0x0000_0100_0000_01B3
                offset += 8
            }
            while offset < bytes.count {
                hash = (hash ^ UInt64(bytes[offset])) &* 0x0000_0100_0000_01B3
                offset += 1
            }
        }
        self.hash = hash
    }

    package var text: String { hexadecimal(hash, digits: 16).lowercased() }
}

/// What stands in the way of generating code.
package enum GenerationMistake: Mistake {
    case noWeights
    case sameFile(String, other: String, first: String)
    case sameType(String, first: String)
    case notUpToDate(command: String)
    case noTest(String)
    case noCName(String)
    case sameCName(String, first: String)

    package var code: String {
        switch self {
        case .noWeights: "no-weights"
        case .sameFile, .sameType, .sameCName: "duplicate-output"
        case .notUpToDate: "not-up-to-date"
        case .noTest: "no-test"
        case .noCName: "no-c-name"
        }
    }

    package var message: String {
        switch self {
        case .noWeights:
            "the spec has no 'weights', so there is nothing to generate a model from; add 'weights: {file: ...}'"
        case .sameFile(let path, let other, let first) where path == other:
            "this spec and \(quoted(first)) would both be written to \(quoted(fileName(of: path))); rename one of them"
        case .sameFile(let path, let other, let first):
            "this spec and \(quoted(first)) would be written to \(quoted(fileName(of: path))) and "
                + "\(quoted(fileName(of: other))), one file for systems that do not tell such names apart; rename one of them"
        case .sameType(let name, let first): "this spec and \(quoted(first)) both define the type \(quoted(name))"
        case .noTest(let name):
            "no test of a type \(quoted(name)) compiles: it hides what Swift Testing means by the name; give the model another "
                + "'name', or leave out --tests"
        case .noCName(let name):
            "the type \(quoted(name)) has no name in C, where letters are a to z; give the model another 'name', or leave out "
                + "--c-header"
        case .sameCName(let name, let first):
            "this spec and \(quoted(first)) both give C the name \(quoted(name)); give one of the models another 'name'"
        case .notUpToDate(let command): "this file is not what its spec gives; run: \(command)"
        }
    }
}
