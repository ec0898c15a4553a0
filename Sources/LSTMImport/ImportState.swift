// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// What was recognised of a state_dict.
struct RecognisedState {
    var input: ImportedModel.Input
    var layers: [ImportedLayer]
    /// Stands before every module's path.
    var prefix: String
    var assumptions: [String]
    /// What the names prove to be missing, one sentence each: also among the assumptions.
    var openQuestions: [String]
    /// What a reading may decide.
    var open: OpenChoices
    /// Each tensor that the model has: its full name in the file, and its name under the layer's.
    var tensors: [(source: String, target: String)]
}

/// Reads a stack of layers off the names and shapes of a state_dict.
func recognise(_ state: StateListing, path: String) throws(ImportFailure) -> RecognisedState {
    var listing = state
    guard !listing.entries.isEmpty else { throw ImportFailure(.noTensors, in: path) }
    let first = FirstState(takingFrom: &listing)
    let found = modules(of: listing)
    guard found.count <= ImportLimits.modules else {
        throw ImportFailure(.tooManyModules(count: found.count, limit: ImportLimits.modules), in: path)
    }
    let known = try recognised(found, path: path)
    let lstms = known.compactMap { if case .lstm(let lstm, _) = $0.kind { lstm } else { nil } }
    guard !lstms.isEmpty else { throw ImportFailure(.noLSTM, in: path) }
    if let name = first.names.first, lstms.count != 1 || !first.fits(lstms[0]) {
        throw ImportFailure(.stateWithoutLSTM(name), in: path)
    }
    let chain = try ordered(known, hasModuleOrder: listing.hasModuleOrder, path: path)
    let gaps: [NumberingGap]
    do throws(ImportMistake) {
        if let mistake = contradiction(in: chain.modules) { throw mistake }
        let leftOut = LSTMImport.modules(
            of: StateListing(entries: state.leftOut.map { .init(name: $0, shape: []) }, hasModuleOrder: false))
        gaps = try numberingGaps(in: chain.modules, leftOut: leftOut.map(\.path))
    } catch {
        throw ImportFailure(error, in: path, notes: chainNotes(chain.modules))
    }
    return StateWriter(chain: chain, firstState: first, gaps: gaps).state()
}

/// The only order that sizes leave, a line a module.
private func chainNotes(_ modules: [RecognisedModule]) -> [String] {
    modules.prefix(12).map(\.summary) + (modules.count > 12 ? ["and \(modules.count - 12) more"] : [])
}

/// Every module as what it is; all that are not known in one run.
private func recognised(_ modules: [ModuleTensors], path: String) throws(ImportFailure) -> [RecognisedModule] {
    var known: [RecognisedModule] = []
    var mistakes: [ImportMistake] = []
    for module in modules {
        do throws(ImportMistake) { known.append(try recognise(module)) } catch { mistakes.append(error) }
    }
    guard !mistakes.isEmpty else { return known }
    let limit = ImportLimits.mistakes
    let more = mistakes.count > limit ? [ImportMistake.moreModules(count: mistakes.count - limit)] : []
    throw ImportFailure(mistakes.prefix(limit) + more, in: path)
}

/// The modules in the model's order, each bare matrix decided on.
private func ordered(
    _ modules: [RecognisedModule], hasModuleOrder: Bool, path: String
) throws(ImportFailure) -> ModuleChain {
    let embeddings = modules.filter { if case .embedding = $0.kind { true } else { false } }
    guard embeddings.count <= 1 else {
        throw ImportFailure(.severalEmbeddings(embeddings.prefix(8).map(\.tensors.shownPath)), in: path)
    }
    if let chain = chain(modules, hasModuleOrder: hasModuleOrder) { return chain }
    // A matrix that nothing can stand before may be the embedding of a model without a word for it.
    if embeddings.isEmpty {
        for (index, module) in modules.enumerated() {
            guard case .matrix(let rows, let columns) = module.kind else { continue }
            var changed = modules
            changed[index].kind = .embedding(tokens: rows, dim: columns)
            if let chain = chain(changed, hasModuleOrder: hasModuleOrder) { return chain }
        }
    }
    // Sizes first: taken inside the search, they stop Swift 6.3.1's optimiser with an ownership error.
    let sizes = modules.map(\.inputSize)
    let doubled = modules.first { module in
        guard case .lstm(let lstm, _) = module.kind, lstm.bidirectional else { return false }
        return zip(modules, sizes).contains { $1 == lstm.outputSize / 2 && $0.path != module.path }
    }
    throw ImportFailure(.noOrder(doubledLSTM: doubled?.tensors.shownPath), in: path, notes: chainNotes(modules))
}
