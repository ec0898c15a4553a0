// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime

/// Where a Keras file has its layers' weights.
struct KerasWeights {
    private var file: HDF5File
    private let isLegacy: Bool
    /// The group that the layers' groups are in.
    private let top: [String]
    /// A layer's group in it, by the layer's position.
    private let groups: [String]
    /// Bytes of weights that may still be read: datasets can share theirs.
    private var bytesLeft: Int

    init(_ file: HDF5File, layers: [KerasLayer], isLegacy: Bool) throws(KerasMistake) {
        var file = file
        self.isLegacy = isLegacy
        bytesLeft = file.bytes.count
        if isLegacy {
            // A file of weights alone has the layers at its top.
            top = try file.object(["model_weights"], from: file.root) == nil ? [] : ["model_weights"]
            groups = layers.map(\.name)
        } else {
            // Keras 2's .keras files call the container by another name.
            let old = "_layer_checkpoint_dependencies"
            top = try file.object([old], from: file.root) == nil ? ["layers"] : [old]
            groups = classPaths(layers)
        }
        self.file = file
    }

    /// Weight number `index` of a layer, or of the layer inside it that `inner` leads to.
    ///
    /// - Parameter legacyIndex: its number among all weights of the layer, which is how older files have them.
    mutating func tensor(
        _ layer: KerasLayer, at position: Int, inner: [String], index: Int, legacyIndex: Int
    ) throws(KerasMistake) -> TensorView {
        var path = top + [groups[position]]
        if isLegacy {
            guard let group = try file.object(path, from: file.root),
                let names = try file.strings("weight_names", of: group, path: path.joined(separator: "/")),
                names.indices.contains(legacyIndex)
            else {
                throw .weight(path: path.joined(separator: "/"), layer: layer.name, .missing)
            }
            path += names[legacyIndex].split(separator: "/").prefix(32).map(String.init)
        } else {
            path += inner + ["vars", "\(index)"]
        }
        let text = path.joined(separator: "/")
        guard let address = try file.object(path, from: file.root),
            let view = try file.tensor(at: address, path: text)
        else { throw .weight(path: text, layer: layer.name, .missing) }
        bytesLeft -= min(bytesLeft + 1, view.byteCount)
        guard bytesLeft >= 0 else { throw .hdf5(.loop, offset: address) }
        return view
    }

    /// The path of a weight, for a message.
    func path(_ position: Int, inner: [String], index: Int) -> String {
        (top + [groups[position]] + (isLegacy ? [] : inner + ["vars"]) + ["\(index)"]).joined(separator: "/")
    }
}

/// Keras 3 names a layer's group after its class, numbered among its like: `lstm`, `lstm_1`.
private func classPaths(_ layers: [KerasLayer]) -> [String] {
    var counts: [String: Int] = [:]
    return layers.map { layer in
        let stem = snakeCase(layer.kind)
        let count = counts[stem, default: 0]
        counts[stem] = count + 1
        return count == 0 ? stem : "\(stem)_\(count)"
    }
}

/// `LayerNormalization` as `layer_normalization`, and `LSTM` as `lstm`.
private func snakeCase(_ kind: String) -> String {
    var result = ""
    let characters = Array(kind.unicodeScalars.prefix(200))
    for (index, scalar) in characters.enumerated() {
        let isUpper = ("A"..."Z").contains(scalar)
        let follows = index > 0 && ("a"..."z").contains(characters[index - 1])
        let leads =
            index > 0 && index + 1 < characters.count && ("a"..."z").contains(characters[index + 1])
        if isUpper, follows || leads { result += "_" }
        result += String(scalar).lowercased()
    }
    return result
}
