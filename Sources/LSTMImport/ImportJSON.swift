// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMSpec

/// JSON that says by its content what it is: RTNeural's layers, a state_dict, ICU's segmenter, or Neural Amp Modeler's.
func importJSON(_ bytes: [UInt8], path: String, options: ImportOptions) throws(ImportFailure) -> ImportedModel {
    let file = try JSONItem(bytes, path: path)
    if file.optional("architecture") != nil, file.optional("weights") != nil {
        return try importNAM(file, path: path, options: options)
    }
    if file.optional("layers") != nil || file.optional("in_shape") != nil {
        return try importRTNeural(file, path: path, options: options)
    }
    if isSegmenter(file) { return try importSegmenter(file, path: path, options: options) }
    if let state = file.optional("state_dict") {
        let settings = try checkSettings(file, path: path, options: options)
        var model = try importState(state, path: path, options: options)
        try checkUnits(of: model, file, path: path)
        model.batchFirst = settings.batchFirst
        model.assumptions += settings.assumptions
        if settings.skip > 0 {
            model.addSkip(channels: settings.skip)
            model.open?.stepwise = "'model_data.skip', which adds the input to each step's result"
        }
        return model
    }
    guard file.value.members?.contains(where: { $0.value.elements != nil }) == true else {
        throw ImportFailure(.unknownJSON, in: path)
    }
    return try importState(file, path: path, options: options)
}

/// A state_dict whose tensors are lists, as `{name: tensor.tolist()}` gives; its order is the module's.
private func importState(
    _ state: JSONItem, path: String, options: ImportOptions
) throws(ImportFailure) -> ImportedModel {
    let patterns = options.ignore.map(GlobPattern.init)
    var listing = StateListing(entries: [], hasModuleOrder: true)
    var tensors: [String: (floats: [Float], shape: [Int])] = [:]
    var mistakes: [ImportMistake] = []
    do throws(ImportMistake) {
        for (name, item) in try state.members() {
            guard !patterns.contains(where: { $0.matches(name) }) else {
                listing.leftOut.append(name)
                continue
            }
            // Python's None: the module has no such bias.
            if case .null = item.value, name.split(separator: ".").last?.hasPrefix("bias") == true { continue }
            do throws(ImportMistake) {
                let tensor = try item.tensor()
                tensors[name] = tensor
                listing.entries.append(.init(name: name, shape: tensor.shape))
            } catch {
                mistakes.append(error)
            }
        }
    } catch {
        mistakes.append(error)
    }
    guard mistakes.isEmpty else { throw ImportFailure(Array(mistakes.prefix(ImportLimits.mistakes)), in: path) }
    let recognised = try recognise(listing, path: path)
    return recognised.converted(
        recognised.tensors.compactMap { name in
            tensors[name.source].map { NamedTensor(name.target, floats: $0.floats, shape: $0.shape) }
        })
}

/// What CoreAudioML's trainers (GuitarML's Proteus and others) say beside the tensors, in `model_data`.
///
/// Its SimpleRNN takes (time, batch, features), and with `skip` adds that many of the input's channels to the output.
private func checkSettings(
    _ file: JSONItem, path: String, options: ImportOptions
) throws(ImportFailure) -> (batchFirst: Bool?, skip: Int, assumptions: [String]) {
    let known: Set = ["model_data", "state_dict"]
    var assumptions = unusedSentences(file.otherNames(than: known))
    guard let settings = file.optional("model_data") else { return (nil, 0, assumptions) }
    assumptions += unusedSentences(
        settings.otherNames(than: [
            "model", "input_size", "skip", "output_size", "unit_type", "num_layers", "hidden_size", "bias_fl",
        ]), of: "model_data.")
    var skip = 0
    do throws(ImportMistake) {
        if let unit = settings.optional("unit_type"), !["LSTM", "GRU"].contains(try unit.text()) {
            throw unit.unsupported(quoted(try unit.text()), "and lstmc reads LSTM and GRU models only")
        }
        if let sentence = try skipSentence(settings.optional("skip"), options: options) {
            assumptions.append(sentence)
        } else {
            skip = try skippedChannels(settings)
        }
    } catch {
        throw ImportFailure(error, in: path)
    }
    let model = settings.optional("model")?.value.string
    if let model, model != "SimpleRNN" {
        assumptions.append("the model is a \(quoted(model)), which may do more than its weights show")
    }
    return (model == "SimpleRNN" ? false : nil, skip, assumptions)
}

/// The weights are those of the units that the file names.
private func checkUnits(of model: ImportedModel, _ file: JSONItem, path: String) throws(ImportFailure) {
    guard let unit = file.optional("model_data")?.optional("unit_type"), let named = unit.value.string else { return }
    for layer in model.layers {
        guard case .lstm(let recurrent) = layer.kind, recurrent.cell.word != named.lowercased() else { continue }
        let word = recurrent.cell.word.uppercased()
        throw ImportFailure(
            unit.unsupported(quoted(named), "and the weights are those of \(word == "GRU" ? "a" : "an") \(word)"),
            in: path)
    }
}

/// Names a file's entries that are read by nobody.
func unusedSentences(_ names: [String], of place: String = "") -> [String] {
    names.prefix(8).map { "\(quoted(place + $0)) is taken to say nothing about the model" }
        + (names.count > 8 ? ["so are \(names.count - 8) more entries there"] : [])
}

/// How many of the input's first channels are added to the output; no more than there are, nor than the output can take.
private func skippedChannels(_ settings: JSONItem) throws(ImportMistake) -> Int {
    guard let skip = settings.optional("skip"), try isOn(skip) else { return 0 }
    let channels = if case .bool = skip.value { 1 } else { try skip.size() }
    let inputs = try settings.optional("input_size")?.size() ?? channels
    let outputs = try settings.optional("output_size")?.size() ?? 1
    guard channels <= inputs, channels == outputs || channels == 1 || outputs == 1 else {
        throw skip.wrong("at most the \(inputs) channels of the input, and as many as the output has or one")
    }
    return channels
}

/// True for a switch that is true, or a number that is not 0.
func isOn(_ item: JSONItem) throws(ImportMistake) -> Bool {
    if case .bool(let value) = item.value { return value }
    return try item.number() != 0
}

/// Says that the sum of input and output is left out, where the user asked for that; nil where there is none.
func skipSentence(_ skip: JSONItem?, options: ImportOptions) throws(ImportMistake) -> String? {
    guard let skip, options.ignoresSkip, try isOn(skip) else { return nil }
    return
        "the sum of input and output ('\(skip.place)') is left out: THE PROGRAM HAS TO ADD THE INPUT to what the model gives"
}
