// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMSpec

/// A checkpoint under PyTorch's names, which a spec can name as it is.
func importCheckpoint(
    _ bytes: [UInt8], path: String, options: ImportOptions
) throws(ImportFailure) -> ImportedModel {
    let place = SourceLocation(startOf: path)
    let checkpoint: Checkpoint
    do {
        checkpoint = try Checkpoint(
            bytes, fileName: path, key: options.key, inflate: { inflate($0, $1, size: $2) })
    } catch {
        throw ImportFailure([error.diagnostic(at: place, notes: keyNotes(error))])
    }
    let patterns = options.ignore.map(GlobPattern.init)
    func isIgnored(_ name: String) -> Bool { patterns.contains { $0.matches(name) } }
    var blockers: [Diagnostic] = []
    let unreadable = checkpoint.doubtful.filter { !isIgnored($0.key) }
    for (name, mistake) in unreadable.sorted(by: { $0.key < $1.key }).prefix(ImportLimits.mistakes) {
        blockers.append(
            mistake.diagnostic(
                at: place, notes: ["if the model does without it, leave it out with --ignore \(quoted(name))"]))
    }
    let elsewhere = checkpoint.elsewhere.filter { !isIgnored($0) }
    let parameters = elsewhere.filter { isParameterName($0.split(separator: ".").last ?? "") }
    if !parameters.isEmpty { blockers += ImportFailure(.tensorsElsewhere(parameters), in: path).diagnostics }
    let names = checkpoint.fileOrder.filter { !isIgnored($0) }
    let listing = StateListing(
        entries: names.compactMap { name in checkpoint.tensors[name].map { .init(name: name, shape: $0.shape) } },
        hasModuleOrder: checkpoint.format != .safetensors, leftOut: checkpoint.fileOrder.filter(isIgnored))
    // Views of one short storage can have any shape; every value is looked at before a spec is written.
    var left = (bytes.count + checkpoint.inflatedBytes).multipliedReportingOverflow(by: 4).partialValue
    for name in names {
        left -= min(left + 1, checkpoint.tensors[name]?.elementCount ?? 0)
        guard left >= 0 else { throw ImportFailure(.tooManyElements(file: bytes.count), in: path) }
    }
    let state: RecognisedState
    do {
        state = try recognise(listing, path: path)
    } catch {
        // What else is wrong may only follow from what cannot be read.
        let others = error.diagnostics.filter {
            blockers.isEmpty || ($0.mistake as? ImportMistake)?.standsAlone == true
        }
        throw ImportFailure(blockers + others)
    }
    guard blockers.isEmpty else { throw ImportFailure(blockers) }
    var model = model(state, of: checkpoint, options: options)
    model.assumptions += unusedSentences(checkpoint.passedOver.filter { !isIgnored($0) })
    model.assumptions += outsideSentences(elsewhere)
    model.assumptions += roundingSentences(state.tensors.compactMap { checkpoint.tensors[$0.source] })
    return model
}

/// What float64 tensors lose; nothing of those that hold what float32 holds, too.
private func roundingSentences(_ tensors: [StoredTensor]) -> [String] {
    let rounded = tensors.reduce(0) { $0 + $1.countRoundedToFloat32 }
    if rounded == 0 { return [] }
    let all = tensors.reduce(0) { $0 + $1.elementCount }
    return [
        "\(grouped(rounded)) of \(grouped(all)) values are float64 and are rounded to float32, in which everything is computed"
    ]
}

private func model(_ state: RecognisedState, of checkpoint: Checkpoint, options: ImportOptions) -> ImportedModel {
    // No text of a spec has a NUL character, so a name with one cannot stand there.
    let areNamesWritable = !state.tensors.contains { $0.source.utf8.contains(0) }
    // No build opens what is compressed.
    guard options.converts || checkpoint.isCompressed || !areNamesWritable else {
        var model = ImportedModel(
            input: state.input, layers: state.layers,
            weights: .inPlace(prefix: state.prefix, key: options.key, ignore: options.ignore))
        model.assumptions = state.assumptions
        model.openQuestions = state.openQuestions
        model.open = state.open
        return model
    }
    let tensors = state.tensors.compactMap { name in
        checkpoint.tensors[name.source].map { NamedTensor(name.target, $0) }
    }
    return state.converted(tensors)
}

extension RecognisedState {
    /// The model with its tensors in a file of their own, under the layers' names.
    func converted(_ tensors: [NamedTensor]) -> ImportedModel {
        let layers = layers.map { layer in
            var layer = layer
            layer.module = nil
            if case .lstm(var lstm) = layer.kind, lstm.initialH != nil {
                lstm.initialH = "\(layer.name).initial_h"
                lstm.initialC = "\(layer.name).initial_c"
                layer.kind = .lstm(lstm)
            }
            return layer
        }
        var model = ImportedModel(input: input, layers: layers, weights: .converted(tensors))
        model.assumptions = assumptions
        model.openQuestions = openQuestions
        model.open = open
        return model
    }
}

/// Tensors outside the state_dict, such as the mean and the deviation that an input was scaled with.
private func outsideSentences(_ names: [String]) -> [String] {
    guard !names.isEmpty else { return [] }
    return [
        "\(listedFew(names, limit: 8)) \(names.count == 1 ? "stands" : "stand") outside the state_dict and "
            + "\(names.count == 1 ? "is" : "are") not used: no input is scaled, and no result"
    ]
}

/// What to do on the command line about a dictionary of several.
private func keyNotes(_ mistake: CheckpointMistake) -> [String] {
    switch mistake {
    case .severalStateDictionaries(let keys):
        keys.first.map { ["to import one, name it: --key \(quoted($0))"] } ?? []
    default: []
    }
}
