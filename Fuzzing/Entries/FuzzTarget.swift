// SPDX-License-Identifier: Apache-2.0

/// What takes files from strangers, one case for each family of them.
///
/// `run` is what libFuzzer calls with bytes of its own, and what the replay test calls with those that once failed.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// A spec, from YAML to everything that is made of a model.
    case spec
    case safetensors
    /// A .pt file, or the pickle in one.
    case pickle
    /// A .npz or .npy file.
    case numpy
    case onnx
    /// RTNeural's, Neural Amp Modeler's, and a state_dict.
    case json
    /// A .keras archive or a .h5 file, or a configuration and the weights that go with it.
    case keras
    /// A vocabulary and the text that is read with it.
    case text
    /// A CSV or WAV file to run a model on.
    case inputs

    /// Reads `bytes` as far as any command would; throws where a reader's promise is broken.
    public func run(_ bytes: [UInt8]) throws(Violation) {
        switch self {
        case .spec: try fuzzSpec(bytes)
        case .safetensors: try fuzzSafetensors(bytes)
        case .pickle: try fuzzPickle(bytes)
        case .numpy: try fuzzNumPy(bytes)
        case .onnx: try checkImport(of: bytes, path: "model.onnx")
        case .json:
            try checkImport(of: bytes, path: "model.json")
            try checkImport(of: bytes, path: "model.nam")
        case .keras: try fuzzKeras(bytes)
        case .text: try fuzzText(bytes)
        case .inputs: try fuzzInputs(bytes)
        }
    }
}

/// A promise that was broken: as bad as a crash, and reported like one.
public struct Violation: Error, CustomStringConvertible {
    public let description: String
}

func require(_ isKept: Bool, _ promise: @autoclosure () -> String) throws(Violation) {
    if !isKept { throw Violation(description: "broken: " + promise()) }
}
