// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMSpec

/// Neural Amp Modeler's .nam file with the architecture LSTM.
///
/// Its weights are one list. For each layer: the matrix (4 * hidden_size, input + hidden_size), row-major, its gates in
/// PyTorch's order; the bias, which is the sum of PyTorch's two; the first h; the first c. Then the head's matrix
/// (out_channels, hidden_size) and its bias.
func importNAM(_ bytes: [UInt8], path: String, options: ImportOptions) throws(ImportFailure) -> ImportedModel {
    let file = try JSONItem(bytes, path: path)
    return try importNAM(file, path: path, options: options)
}

func importNAM(_ file: JSONItem, path: String, options: ImportOptions) throws(ImportFailure) -> ImportedModel {
    guard options.ignore.isEmpty else { throw ImportFailure(.ignoreNotApplicable, in: path) }
    do throws(ImportMistake) {
        return try NAMFile(file).model()
    } catch {
        throw ImportFailure(error, in: path)
    }
}

private struct NAMFile {
    private let file: JSONItem
    private let inputSize: Int
    private let hiddenSize: Int
    private let numLayers: Int
    private let outputSize: Int
    private var weights: ArraySlice<Float>

    init(_ file: JSONItem) throws(ImportMistake) {
        self.file = file
        let architecture = try file.member("architecture")
        let word = try architecture.text()
        guard word == "LSTM" else {
            throw architecture.unsupported(quoted(word), "and lstmc reads LSTM models only")
        }
        try Self.checkVersion(try file.member("version"))
        let config = try file.member("config")
        inputSize = try config.member("input_size").size()
        hiddenSize = try config.member("hidden_size").size()
        let layers = try config.member("num_layers")
        numLayers = try layers.size()
        guard numLayers <= Limits.stackedLayers else { throw layers.wrong("at most \(Limits.stackedLayers)") }
        outputSize = try config.optional("out_channels")?.size() ?? 1
        if let channels = config.optional("in_channels"), try channels.size() != inputSize {
            throw channels.wrong("input_size (\(inputSize))")
        }
        let known: Set = ["input_size", "hidden_size", "num_layers", "in_channels", "out_channels"]
        if let other = config.otherNames(than: known).first, let item = config.optional(other) {
            throw item.unsupported(
                "a setting that is not known", "so that the model may be another than its weights say")
        }
        // With sizes of a million at most, nothing here overflows.
        let first = 4 * hiddenSize * (inputSize + hiddenSize) + 6 * hiddenSize
        let others = (numLayers - 1) * (8 * hiddenSize * hiddenSize + 6 * hiddenSize)
        weights = try file.member("weights").vector(first + others + outputSize * (hiddenSize + 1))[...]
    }

    /// 0.5.0 is the first and 0.7 the last version that Neural Amp Modeler's own reader takes.
    private static func checkVersion(_ version: JSONItem) throws(ImportMistake) {
        let parts = try version.text().split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, parts[0] == 0, let minor = parts[1], 5...7 ~= minor, parts[2] != nil else {
            throw version.unsupported(quoted(try version.text()), "and lstmc reads versions 0.5 to 0.7")
        }
    }

    func model() throws(ImportMistake) -> ImportedModel {
        var reader = self
        var lstm = ImportedLayer.LSTM(inputSize: inputSize, hiddenSize: hiddenSize)
        lstm.numLayers = numLayers
        lstm.initialH = "lstm.initial_h"
        lstm.initialC = "lstm.initial_c"
        var model = ImportedModel(
            input: .features(inputSize), batchFirst: true,
            layers: [
                ImportedLayer(name: "lstm", kind: .lstm(lstm)),
                ImportedLayer(name: "head", kind: .linear(outFeatures: outputSize, bias: true)),
            ],
            weights: .converted(reader.tensors()))
        model.summary = summary
        model.assumptions = try assumptions()
        return model
    }

    private mutating func take(_ count: Int) -> [Float] {
        defer { weights = weights.dropFirst(count) }
        return Array(weights.prefix(count))
    }

    private mutating func tensors() -> [NamedTensor] {
        var tensors: [NamedTensor] = []
        var (h, c): ([Float], [Float]) = ([], [])
        let gates = 4 * hiddenSize
        for layer in 0..<numLayers {
            let inputs = layer == 0 ? inputSize : hiddenSize
            var (input, hidden): ([Float], [Float]) = ([], [])
            for _ in 0..<gates {
                input += take(inputs)
                hidden += take(hiddenSize)
            }
            tensors += [
                NamedTensor("lstm.weight_ih_l\(layer)", floats: input, shape: [gates, inputs]),
                NamedTensor("lstm.weight_hh_l\(layer)", floats: hidden, shape: [gates, hiddenSize]),
                NamedTensor("lstm.bias_ih_l\(layer)", floats: take(gates), shape: [gates]),
                NamedTensor("lstm.bias_hh_l\(layer)", floats: [Float](repeating: 0, count: gates), shape: [gates]),
            ]
            h += take(hiddenSize)
            c += take(hiddenSize)
        }
        return tensors + [
            NamedTensor("lstm.initial_h", floats: h, shape: [numLayers, hiddenSize]),
            NamedTensor("lstm.initial_c", floats: c, shape: [numLayers, hiddenSize]),
            NamedTensor("head.weight", floats: take(outputSize * hiddenSize), shape: [outputSize, hiddenSize]),
            NamedTensor("head.bias", floats: take(outputSize), shape: [outputSize]),
        ]
    }

    /// The model's name and its maker's, as far as the metadata has them.
    private var summary: String? {
        guard let metadata = file.optional("metadata"), let name = metadata.optional("name")?.value.string else {
            return nil
        }
        let maker = metadata.optional("modeled_by")?.value.string
        return cut(name) + (maker.map { ", modeled by \(cut($0))" } ?? "")
    }

    private func assumptions() throws(ImportMistake) -> [String] {
        let rate = try file.optional("sample_rate")?.number()
        let about = rate.map { "the audio has \($0.formattedShort) samples a second, the file's sample_rate" }
        return [
            about ?? "the audio has the sample rate that the model was trained with, which the file does not give",
            "levels and loudness in the file's metadata are for the program around the model, and are not applied",
        ]
    }
}

extension Double {
    /// Without a fraction where it has none.
    var formattedShort: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}
