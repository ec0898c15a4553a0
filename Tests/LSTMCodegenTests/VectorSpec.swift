// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMFiles
import TestSupport
import Testing

private let vectors = repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Vectors")

/// The cases of PyTorch and Keras, whose shapes generated code must have seen.
let vectorFiles = fixtureNames(in: vectors, suffix: ".safetensors")

/// A spec of the shape that one of PyTorch's cases has: the module's arguments in the file's metadata.
func vectorSpec(_ file: String, name: String) throws -> String {
    let bytes = [UInt8](try Data(contentsOf: vectors.appendingPathComponent(file)))
    let config = try #require(try SafetensorsDirectory(bytes).metadata["config"])
    let arguments = try #require(try JSONSerialization.jsonObject(with: Data(config.utf8)) as? [String: Any])
    func isTrue(_ key: String, default defaultValue: Bool) -> Bool { arguments[key] as? Bool ?? defaultValue }
    func number(_ key: String, default defaultValue: Int) -> Int { arguments[key] as? Int ?? defaultValue }
    let others = ["proj_size", "reset_after", "activation", "recurrent_activation", "nonlinearity"].compactMap { key in
        arguments[key].map { value in "\(key): \(key == "reset_after" ? "\(value as? Bool == true)" : "\(value)")" }
    }
    return """
        lstmc: 1
        name: \(name)
        input: { features: \(number("input_size", default: 1)), batch_first: \(isTrue("batch_first", default: false)) }
        weights: { file: weights.safetensors }
        layers:
          - \(arguments["cell"] as? String ?? "lstm"): lstm
            hidden_size: \(number("hidden_size", default: 1))
            num_layers: \(number("num_layers", default: 1))
            bias: \(isTrue("bias", default: true))
            bidirectional: \(isTrue("bidirectional", default: false))
        \(others.map { "    \($0)\n" }.joined())
        """
}
