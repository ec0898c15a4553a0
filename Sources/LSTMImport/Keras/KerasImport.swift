// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMRuntime
import LSTMSpec

/// Reads a model that Keras saved: `.keras`, or a whole model's `.h5` or `.hdf5`.
///
/// Sequential models and Functional ones that are one chain; the weights are converted to PyTorch's names and shapes,
/// bit for bit. Time and memory are bounded by the file's size. Throws for the first thing that no spec can say, with
/// its layer, its weight or its byte.
func readKeras(_ bytes: [UInt8], fileName: String) throws(KerasMistake) -> ImportedModel {
    guard fileName.lowercased().hasSuffix(".keras") else { return try readLegacy(bytes) }
    let archive: ZipArchive
    do { archive = try ZipArchive(bytes) } catch { throw .zip(error) }
    let json = try parsed(bytes, try member("config.json", of: archive), member: "config.json")
    let config = try KerasConfig(json)
    let file = try HDF5File(bytes, in: try member("model.weights.h5", of: archive))
    var reader = KerasReader(try KerasWeights(file, layers: config.layers, isLegacy: false))
    return try reader.model(config)
}

private func readLegacy(_ bytes: [UInt8]) throws(KerasMistake) -> ImportedModel {
    var file = try HDF5File(bytes, in: 0..<bytes.count)
    guard let text = try file.strings("model_config", of: file.root, path: "/")?.first else {
        let links = try file.links(of: file.root, path: "/")
        let names = try file.strings("layer_names", of: file.root, path: "/")
        let hasWeights = links["layers"] != nil || names != nil
        throw hasWeights ? .weightsOnly : .noConfig
    }
    let json = try parsed(Array(text.utf8), 0..<text.utf8.count, member: "model_config")
    let config = try KerasConfig(json)
    var reader = KerasReader(try KerasWeights(file, layers: config.layers, isLegacy: true))
    return try reader.model(config)
}

private func member(_ name: String, of archive: ZipArchive) throws(KerasMistake) -> Range<Int> {
    let found: Range<Int>?
    do { found = try archive.data(of: name) } catch { throw .zip(error) }
    guard let found else { throw .missingMember(name) }
    return found
}

private func parsed(_ bytes: [UInt8], _ range: Range<Int>, member: String) throws(KerasMistake) -> JSONValue {
    do {
        return try JSONValue(parsing: bytes, in: range)
    } catch {
        throw .config(member: member, problem: "\(error.message) (its byte \(error.offset - range.lowerBound))")
    }
}

/// Makes layers and tensors of a configuration, one layer after another.
struct KerasReader {
    var weights: KerasWeights
    var layers: [ImportedLayer] = []
    var tensors: [NamedTensor] = []
    var assumptions: [String] = []
    var naming = LayerNaming()
    var input: ImportedModel.Input?
    /// What the next layer gets.
    var features: Int?
    var hasTime = true

    init(_ weights: KerasWeights) {
        self.weights = weights
    }

    mutating func model(_ config: KerasConfig) throws(KerasMistake) -> ImportedModel {
        let unknown = config.chain.map { config.layers[$0] }.filter { !Self.isKnown($0) }
        guard unknown.isEmpty else {
            throw .unknownLayers(unknown.map { "\(quoted($0.name)) (\(cut($0.kind)))" })
        }
        if let shape = config.inputShape { readInput(shape) }
        for position in config.chain { try read(config.layers[position], at: position) }
        let lstms = layers.filter { if case .lstm = $0.kind { true } else { false } }
        guard !lstms.isEmpty else { throw .noLSTM }
        guard let input else { throw .noInput }
        var model = ImportedModel(input: input, batchFirst: true, layers: layers, weights: .converted(tensors))
        if let last = layers.last, case .lstm = last.kind {
            model.outputs = [lstms.count > 1 ? "\(last.name).output" : "output"]
        }
        model.assumptions = assumptions
        return model
    }

    /// (batch, time, features), or (batch, time) of tokens: an embedding has the last word on those.
    private mutating func readInput(_ shape: [JSONValue]) {
        if shape.count == 3, let size = shape[2].integer, 1..<(1 << 31) ~= size {
            features = size
            input = .features(size)
        }
        let fixed = [(0, "sequences"), (1, "steps")].compactMap { axis, word in
            shape.indices.contains(axis) ? shape[axis].integer.map { "\($0) \(word)" } : nil
        }
        if !fixed.isEmpty {
            assumptions.append("the model is for \(fixed.joined(separator: " of ")): the spec takes any number")
        }
    }

    @discardableResult
    mutating func append(_ layer: KerasLayer, _ kind: ImportedLayer.Kind, _ word: String, name: String? = nil) -> String
    {
        let name = naming.name(for: name ?? layer.name, kind: word)
        layers.append(ImportedLayer(name: name, kind: kind))
        return name
    }

    mutating func add(_ view: TensorView?, _ name: String) {
        if let tensor = view?.named(name) { tensors.append(tensor) }
    }

    /// A weight with the shape that it must have; nil there for any size.
    mutating func weight(
        _ layer: KerasLayer, _ place: WeightPlace, _ index: Int, _ shape: [Int?]
    ) throws(KerasMistake) -> TensorView {
        let view = try weights.tensor(
            layer, at: place.position, inner: place.inner, index: index, legacyIndex: place.legacyStart + index)
        guard view.shape.count == shape.count, zip(view.shape, shape).allSatisfy({ $1 == nil || $0 == $1 }),
            view.elementCount > 0
        else {
            let expected = "(" + shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ") + ")"
            throw .weight(
                path: weights.path(place.position, inner: place.inner, index: index), layer: layer.name,
                .shape(view.shape, expected: expected))
        }
        guard view.type.isFloat else {
            throw .weight(
                path: weights.path(place.position, inner: place.inner, index: index), layer: layer.name, .type)
        }
        return view
    }
}

/// Where a layer's weights are: inside which parts of it, and after how many others in older files.
struct WeightPlace {
    var position: Int
    var inner: [String] = []
    var legacyStart = 0
}
