// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// Where a Keras file has its layers' weights.
struct KerasWeights {
    private var file: HDF5File
    let isLegacy: Bool
    /// The group that the layers' groups are in.
    let top: [String]
    /// Bytes of weights that may still be read: datasets can share theirs.
    private var bytesLeft: Int
    /// Tensor names of a layer's group in an older file.
    private var legacyNames: [String: [String]] = [:]

    init(_ file: HDF5File, isLegacy: Bool) throws(KerasMistake) {
        var file = file
        self.isLegacy = isLegacy
        // A layer that is called several times is read as often.
        bytesLeft = file.bytes.count.multipliedReportingOverflow(by: 4).partialValue
        if isLegacy {
            // A file of weights alone has the layers at its top.
            top = try file.object(["model_weights"], from: file.root) == nil ? [] : ["model_weights"]
        } else {
            // Keras 2's .keras files call the container by another name.
            let old = "_layer_checkpoint_dependencies"
            top = try file.object([old], from: file.root) == nil ? ["layers"] : [old]
        }
        self.file = file
    }

    /// Weight number `index` of a layer, or of the layer inside it that the place's `inner` leads to.
    mutating func tensor(_ layer: KerasLayer, _ place: WeightPlace, index: Int) throws(KerasMistake) -> TensorView {
        let path = try isLegacy ? legacyPath(layer, place, index) : place.path + place.inner + ["vars", "\(index)"]
        let text = path.joined(separator: "/")
        guard let address = try file.object(path, from: file.root),
            let view = try file.tensor(at: address, path: text)
        else { throw .weight(path: text, layer: layer.name, .missing) }
        bytesLeft -= min(bytesLeft + 1, view.byteCount)
        guard bytesLeft >= 0 else { throw .hdf5(.loop, offset: address) }
        return view
    }

    /// Older files list a top-level layer's weights, those of all layers inside it too, by names that begin with theirs.
    private mutating func legacyPath(
        _ layer: KerasLayer, _ place: WeightPlace, _ index: Int
    ) throws(KerasMistake) -> [String] {
        let group = top + [place.legacyGroup]
        let text = group.joined(separator: "/")
        if legacyNames[text] == nil {
            guard let address = try file.object(group, from: file.root),
                let names = try file.longStrings("weight_names", of: address, path: text)
            else { throw .weight(path: text, layer: layer.name, .missing) }
            legacyNames[text] = names
        }
        var names = legacyNames[text] ?? []
        if let inside = place.legacyInside {
            let parts = names.map { ($0, $0.split(separator: "/").map(String.init)) }
            let found = parts.filter { $0.1.dropLast().contains(inside) }
            let ways = Set(found.map { Array($0.1.prefix { $0 != inside }) })
            guard ways.count <= 1 else { throw .weight(path: text, layer: layer.name, .ambiguous) }
            names = found.map(\.0)
        }
        let number = place.legacyStart + index
        guard names.indices.contains(number) else { throw .weight(path: text, layer: layer.name, .missing) }
        return group + names[number].split(separator: "/").prefix(32).map(String.init)
    }

    /// The path of a weight, for a message.
    func path(_ place: WeightPlace, index: Int) -> String {
        (isLegacy ? top + [place.legacyGroup, "\(index)"] : place.path + place.inner + ["vars", "\(index)"])
            .joined(separator: "/")
    }
}

/// Where a layer's weights are.
struct WeightPlace {
    /// The layer's group.
    var path: [String]
    /// Inside which parts of the layer.
    var inner: [String] = []
    /// In older files, the group of the top-level layer that it is, or is in.
    var legacyGroup: String
    /// In older files, the layer's name where it is inside another.
    var legacyInside: String?
    /// In older files, after how many others.
    var legacyStart = 0

    func inside(_ inner: [String], legacyStart: Int = 0) -> WeightPlace {
        var place = self
        place.inner += inner
        place.legacyStart += legacyStart
        return place
    }
}

/// Where a model's layers have their weights: the file's own model, or one inside another.
struct KerasScope {
    /// Which group each layer has, by its position.
    private let groups: [String]
    private let container: [String]
    private let legacyGroup: String?
    let depth: Int

    init(_ weights: KerasWeights, _ model: KerasModel) {
        (container, legacyGroup, depth) = (weights.top, nil, 0)
        groups = classPaths(model.layers)
    }

    /// A model that is a layer, or is inside one.
    init(_ place: WeightPlace, _ model: KerasModel, _ weights: KerasWeights, depth: Int) {
        container = place.path + place.inner + weights.top
        (legacyGroup, self.depth) = (place.legacyGroup, depth)
        groups = classPaths(model.layers)
    }

    func place(of layer: KerasLayer, at position: Int) -> WeightPlace {
        WeightPlace(
            path: container + [groups[position]], legacyGroup: legacyGroup ?? layer.name,
            legacyInside: legacyGroup == nil ? nil : layer.name)
    }
}

/// Keras 3 names a layer's group after its class, numbered among its like: `lstm`, `lstm_1`. Operations have none.
private func classPaths(_ layers: [KerasLayer]) -> [String] {
    var counts: [String: Int] = [:]
    return layers.map { layer in
        guard !layer.isOperation else { return "" }
        let stem = snakeCase(layer.kind)
        let count = counts[stem, default: 0]
        counts[stem] = count + 1
        return count == 0 ? stem : "\(stem)_\(count)"
    }
}

/// `LayerNormalization` as `layer_normalization`, and `LSTM` as `lstm`.
func snakeCase(_ kind: String) -> String {
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
