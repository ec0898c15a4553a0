// SPDX-License-Identifier: Apache-2.0

import LSTMCommands
import LSTMGeneration
import LSTMHeader
import LSTMIR
import LSTMInterpreter
import LSTMSpec

/// A model that is ready to run: an `lstmc_model`. Any number of threads may use it.
final class OpenModel: @unchecked Sendable {
    let model: Model
    let interpreted: InterpretedModel
    let inputs: [lstmc_port]
    let results: [lstmc_port]
    let firstStates: [lstmc_port]
    /// What a stream gives at each step, by its index among the results.
    let streamed: [Int]
    /// All about it as JSON.
    let description: UnsafePointer<CChar>
    let sessions = SessionPool()
    private let strings = CStrings()

    /// Opens a file, or a text that stands for one.
    init(_ path: String, text: [UInt8]? = nil) throws(Report) {
        var loader = SpecLoader(collecting: ())
        let model = text.map { loader.read($0, at: path)?.model } ?? loader.model(at: path)
        let interpreted = model.flatMap { loader.runnable($0) }
        if (try? loader.proceed()) == nil { throw Report(loader) }
        guard let model, let interpreted else { throw Report(loader) }
        (self.model, self.interpreted) = (model, interpreted)
        let strings = strings
        inputs = model.inputs.map { lstmc_port($0, strings) }
        results = model.results.map { lstmc_port($0, model, strings) }
        firstStates = model.startedIndices.flatMap { index in
            zip(model.stateNames(ofLayer: index), model.layers[index].operation.stateSlots).map { name, slot in
                lstmc_port(name, LSTMC_FLOAT32, LSTMC_PER_STATE, [slot.states, slot.size], strings)
            }
        }
        streamed = model.results.indices.filter { model.results[$0].part == .output }
        let warnings = loader.collected?.diagnostics ?? []
        description = strings.keep(modelDescription(model, path: path, warnings: warnings))
    }
}

extension lstmc_port {
    fileprivate init(
        _ name: String, _ type: some BinaryInteger, _ per: some BinaryInteger, _ sizes: [Int], tokens: Int = 0,
        _ strings: CStrings
    ) {
        self.init()
        self.name = strings.keep(name)
        self.type = Int32(truncatingIfNeeded: type)
        self.per = Int32(truncatingIfNeeded: per)
        self.tokens = tokens
        rank = Int32(sizes.count)
        fill(&self.sizes, with: sizes)
    }

    fileprivate init(_ input: Model.Input, _ strings: CStrings) {
        self.init(
            input.name, input.tokens == nil ? LSTMC_FLOAT32 : LSTMC_INT32,
            input.shape.hasTime ? LSTMC_PER_STEP : LSTMC_PER_SEQUENCE, input.shape.sizes, tokens: input.tokens ?? 0,
            strings)
    }

    fileprivate init(_ result: Model.Result, _ model: Model, _ strings: CStrings) {
        let layer = model.layers[result.layer]
        switch result.part {
        case .output:
            self.init(
                result.name, layer.output.element == .integer ? LSTMC_INT64 : LSTMC_FLOAT32,
                layer.output.hasTime ? LSTMC_PER_STEP : LSTMC_PER_SEQUENCE, layer.output.sizes, strings)
        case .state(let slot):
            let slot = layer.operation.stateSlots[slot]
            self.init(result.name, LSTMC_FLOAT32, LSTMC_PER_STATE, [slot.states, slot.size], strings)
        }
    }
}
