// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMCodegen
import LSTMFiles
import LSTMIR
import LSTMInterpreter
import TestSupport

/// A model with parameters drawn from a seed: what is generated for it, and how that is checked.
public struct DrawnModel: ParameterSource, Sendable {
    public let model: Model
    public let text: String
    public let seed: UInt64
    public var access = SourceOptions.Access.public
    /// Whether the type has functions for C.
    public var hasCHeader = false

    public init(text: String, path: String, seed: UInt64) throws {
        model = try lowered(text, path: path)
        self.text = text
        self.seed = seed
    }

    public func source(of parameter: Parameter) -> any FloatSource { drawn(parameter).kept(for: parameter) }

    /// Before it is kept in the model's precision.
    private func drawn(_ parameter: Parameter) -> FloatArray {
        var random = SeededRandom(seed: seed ^ stableHash("\(parameter.layer).\(parameter.key)"))
        let range: ClosedRange<Float> = parameter.isPositive ? 0.3...1.5 : -0.7...0.7
        let values = (0..<parameter.elementCount).map { _ in random.float(in: range) }
        return FloatArray(values, shape: parameter.shape)
    }

    private var isEmbedded: Bool { model.weights?.placement != .file }

    /// The type's C header.
    public func header() -> String? { cHeader(for: model, weightsInFile: !isEmbedded, options: options) }

    /// What the header gives out; nil where the model's name is none for C.
    public var cIdentifiers: [String]? { LSTMCodegen.cIdentifiers(of: model, weightsInFile: !isEmbedded) }

    public func swift() -> String {
        swiftSource(
            for: model, weights: isEmbedded ? EmbeddedWeights(model.parameters.flatMap(keptBytes)) : nil,
            options: options)
    }

    private var options: SourceOptions {
        let vocabulary = model.vocabulary.map { entry in
            let longer: [Vocabulary.Entry] = [
                .init(scalars: ["a", "b"], id: 0), .init(scalars: ["e", "\u{301}"], id: 1),
                .init(scalars: ["\u{1F469}", "\u{200D}", "\u{1F680}"], id: 2),
            ]
            return Vocabulary(
                ids: ["a": 1, "b": 2, "c": 3, "é": 0, "\u{1F600}": 2],
                longer: entry.file.value == "pieces.json" ? longer : [], unknown: Int32(entry.unknown))
        }
        return SourceOptions(
            access: access, toolVersion: "0.1.0", fingerprint: "0123456789abcdef", vocabulary: vocabulary,
            hasCHeader: hasCHeader)
    }

    private func keptBytes(of parameter: Parameter) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: parameter.byteCount)
        bytes.withUnsafeMutableBytes { source(of: parameter).write(as: parameter.precision.kept, to: $0) }
        return bytes
    }

    /// The parameters as a safetensors file of float32, under the last of the names that are read.
    public func weightFile() -> [UInt8] {
        safetensorsBytes(
            model.parameters.map { parameter in
                NamedTensor(
                    parameter.tensorNames.last ?? parameter.key, floats: drawn(parameter).values,
                    shape: parameter.shape)
            })
    }

    /// - Parameter limit: how many rows and steps at most, more or less.
    public func cases(limit: Int = 5) throws -> [UInt8] {
        try caseFile(for: model, text: text, parameters: self, seed: seed, limit: limit)
    }
}

/// What the type of a model offers.
public struct TypeCapability {
    public let canStream: Bool

    public init(_ model: Model) {
        canStream = TypeNames(model, isEmbedded: true).canStream
    }
}
