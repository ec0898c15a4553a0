// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension KerasReader {
    /// Calls a model's layers in their order.
    ///
    /// - Parameter values: what the model takes; nil for the file's own model, whose inputs are the spec's.
    /// - Returns: its results, nil where one comes from what no spec can say.
    mutating func run(
        _ model: KerasModel, with values: [KerasValue?]?, in scope: KerasScope
    ) throws(KerasMistake) -> [KerasValue?] {
        guard scope.depth <= ImportLimits.nestedModels else {
            throw .malformed(place: "config", expected: "at most \(ImportLimits.nestedModels) models in one another")
        }
        return model.isSequential
            ? [try runChain(model, with: values, in: scope)] : try runGraph(model, with: values, in: scope)
    }

    private mutating func runChain(
        _ model: KerasModel, with values: [KerasValue?]?, in scope: KerasScope
    ) throws(KerasMistake) -> KerasValue? {
        var value: KerasValue? = values?.first ?? nil
        var isPoisoned = values != nil && value == nil
        if let values, values.count != 1 { throw .malformed(place: "layers", expected: "called with one value") }
        for (position, layer) in model.layers.enumerated() {
            if layer.kind == "InputLayer" {
                guard position == 0 else { throw layer.mistake(.severalInputs) }
                if values == nil { value = try firstInput(layer) }
                continue
            }
            if values == nil, position == 0 { value = try impliedInput(layer, model) }
            var arguments: [KerasValue] = []
            if let value { arguments = [value] }
            if value == nil, !isPoisoned { throw .noInput }
            let results = try called(
                layer, KerasCall(positional: [], named: []), arguments, isPoisoned: isPoisoned,
                scope.place(of: layer, at: position), depth: scope.depth)
            // Inside a chain a layer of several results is not followed by another.
            if let results, results.count != 1, position + 1 < model.layers.count {
                throw layer.mistake(.severalResults)
            }
            value = results?.first
            isPoisoned = results == nil
        }
        return value
    }

    private mutating func firstInput(_ layer: KerasLayer) throws(KerasMistake) -> KerasValue {
        let (batch, shape) = try shape(of: layer)
        describeFixedSizes(batch: batch, shape: shape, input: nil)
        return try addInput(layer, shape: shape, isOnly: true)
    }

    /// Older Sequential models say the input's shape in their first layer, or not at all.
    private mutating func impliedInput(_ layer: KerasLayer, _ model: KerasModel) throws(KerasMistake) -> KerasValue {
        if model.inputShape != nil { return try firstInput(layer) }
        let isTokens = layer.kind == "Embedding"
        return try addInput(layer, shape: isTokens ? [nil] : [nil, nil], isOnly: true)
    }

    // MARK: Graphs

    /// One call of a layer.
    private struct Call: Hashable {
        let layer: Int
        let call: Int
    }

    private mutating func runGraph(
        _ model: KerasModel, with values: [KerasValue?]?, in scope: KerasScope
    ) throws(KerasMistake) -> [KerasValue?] {
        let numbers = try callNumbers(model)
        func call(_ reference: KerasReference) throws(KerasMistake) -> Call {
            guard let layer = model.positions[reference.layer] else { throw .unknownReference(reference.layer) }
            guard let call = numbers[layer][reference.call] else {
                throw model.layers[layer].mistake(.unknownCall(reference.call))
            }
            return Call(layer: layer, call: call)
        }
        var results: [Call: [KerasValue]?] = [:]
        if let values, values.count != model.inputs.count {
            throw .malformed(place: "config.input_layers", expected: "as many as the model is called with")
        }
        for (index, input) in model.inputs.enumerated() {
            let place = try call(input)
            let layer = model.layers[place.layer]
            guard layer.kind == "InputLayer" else { throw layer.mistake(.noInputLayer) }
            if let values {
                results[place] = values[index].map { [$0] } ?? .some(nil)
            } else {
                results[place] = [try graphInput(layer, isOnly: model.inputs.count == 1)]
            }
        }
        let order = try self.order(model, from: model.outputs, done: Set(results.keys), call: call)
        for place in order {
            let layer = model.layers[place.layer]
            let made = place.call < layer.calls.count ? layer.calls[place.call] : KerasCall(positional: [], named: [])
            var taken: [KerasValue?] = []
            for reference in made.references {
                let all = results[try call(reference)] ?? nil
                guard let all else {
                    taken.append(nil)
                    continue
                }
                guard all.indices.contains(reference.result) else {
                    throw layer.mistake(.unknownInput(reference.layer))
                }
                taken.append(all[reference.result])
            }
            let known = taken.compactMap(\.self)
            results[place] = try called(
                layer, made, known, isPoisoned: known.count != taken.count, scope.place(of: layer, at: place.layer),
                depth: scope.depth)
        }
        return try model.outputs.map { output throws(KerasMistake) in
            guard let all = results[try call(output)] ?? nil else { return nil }
            guard all.indices.contains(output.result) else { throw .unknownReference(output.layer) }
            return all[output.result]
        }
    }

    private mutating func graphInput(_ layer: KerasLayer, isOnly: Bool) throws(KerasMistake) -> KerasValue {
        let (batch, shape) = try shape(of: layer)
        let value = try addInput(layer, shape: shape, isOnly: isOnly)
        describeFixedSizes(batch: batch, shape: shape, input: isOnly ? nil : value.reference)
        return value
    }

    /// Of each layer, which of its listed calls a reference's number means.
    ///
    /// Calls that are no part of the model are not listed, though Keras counts them: the numbers that references have are
    /// those of the listed calls, in order.
    private func callNumbers(_ model: KerasModel) throws(KerasMistake) -> [[Int: Int]] {
        var used = Array(repeating: Set<Int>(), count: model.layers.count)
        var references = model.outputs + model.inputs
        for layer in model.layers { references += layer.calls.flatMap(\.references) }
        for reference in references {
            guard let layer = model.positions[reference.layer] else { continue }
            used[layer].insert(reference.call)
        }
        var numbers: [[Int: Int]] = []
        for (layer, calls) in zip(model.layers, used) {
            guard calls.count <= max(layer.calls.count, 1) else { throw layer.mistake(.unknownCall(calls.max() ?? 0)) }
            // Where a call's result is not used, only a number of the list itself is certain.
            let isWhole = calls.count == max(layer.calls.count, 1)
            guard isWhole || calls.allSatisfy({ $0 < layer.calls.count }) else {
                throw layer.mistake(.unknownCall(calls.max() ?? 0))
            }
            numbers.append(
                Dictionary(uniqueKeysWithValues: calls.sorted().enumerated().map { ($1, isWhole ? $0 : $1) }))
        }
        return numbers
    }

    /// The calls that results need, each after those that it needs; in the file's order where that leaves it open.
    private func order(
        _ model: KerasModel, from outputs: [KerasReference], done: Set<Call>,
        call: (KerasReference) throws(KerasMistake) -> Call
    ) throws(KerasMistake) -> [Call] {
        func needs(_ place: Call) throws(KerasMistake) -> [Call] {
            let layer = model.layers[place.layer]
            guard place.call < layer.calls.count else { return [] }
            var needs: [Call] = []
            for reference in layer.calls[place.call].references {
                guard model.positions[reference.layer] != nil else {
                    throw layer.mistake(.unknownInput(reference.layer))
                }
                needs.append(try call(reference))
            }
            return needs
        }
        // What is needed at all.
        var needed: Set<Call> = []
        var left: [Call] = []
        for output in outputs { left.append(try call(output)) }
        while let next = left.popLast() {
            guard !done.contains(next), needed.insert(next).inserted else { continue }
            left += try needs(next)
        }
        var order: [Call] = []
        var finished = done
        var open: Set<Call> = []
        let all = needed.sorted { ($0.layer, $0.call) < ($1.layer, $1.call) }
        for first in all {
            var stack = [(first, false)]
            while let (place, isReady) = stack.popLast() {
                if isReady {
                    open.remove(place)
                    if finished.insert(place).inserted { order.append(place) }
                    continue
                }
                guard !finished.contains(place) else { continue }
                guard open.insert(place).inserted else { throw model.layers[place.layer].mistake(.circle) }
                stack.append((place, true))
                for need in try needs(place).reversed() where !finished.contains(need) { stack.append((need, false)) }
            }
        }
        return order
    }

    // MARK: One call

    /// What a call gives; nil, and noted why, where no spec can say it.
    private mutating func called(
        _ layer: KerasLayer, _ call: KerasCall, _ values: [KerasValue], isPoisoned: Bool, _ place: WeightPlace,
        depth: Int
    ) throws(KerasMistake) -> [KerasValue]? {
        guard layer.isModel || Self.isKnown(layer) else {
            if !unknown.contains(where: { $0.place == layer.place && $0.name == layer.name }) { unknown.append(layer) }
            return nil
        }
        note(layer)
        if layer.isModel {
            let model = try KerasModel(layer.json, place: "\(layer.place).")
            let taken = KerasArguments(call, values).ofModel
            let values: [KerasValue?] =
                isPoisoned ? Array(repeating: nil, count: max(model.inputs.count, 1)) : taken
            let scope = KerasScope(place, model, weights, depth: depth + 1)
            let results = try run(model, with: values, in: scope)
            let known = results.compactMap(\.self)
            return known.count == results.count ? known : nil
        }
        guard !isPoisoned else {
            reportSettings(layer, call, place)
            return nil
        }
        do throws(KerasMistake) {
            return try read(layer, KerasArguments(call, values), place)
        } catch {
            guard error.isAboutLayer else { throw error }
            report(error)
            return nil
        }
    }

    /// What a layer cannot be whatever it takes, where that is not known: tried on sequences of any size.
    private mutating func reportSettings(_ layer: KerasLayer, _ call: KerasCall, _ place: WeightPlace) {
        var trial = self
        (trial.layers, trial.tensors, trial.naming, trial.mistakes) = ([], [], LayerNaming(), [])
        let any = KerasValue("any", [nil], KerasTime(axis: .made(.fixed(0), by: "any"), count: nil))
        let values = Array(repeating: any, count: max(1, call.references.count))
        do throws(KerasMistake) { _ = try trial.read(layer, KerasArguments(call, values), place) } catch {
            trial.mistakes.append(error)
        }
        for mistake in trial.mistakes where mistake.isAboutSettings { report(mistake) }
    }
}

/// What a layer is called with, each value in the place of its reference.
struct KerasArguments {
    let call: KerasCall
    let values: [KerasValue]

    init(_ call: KerasCall, _ values: [KerasValue]) { (self.call, self.values) = (call, values) }

    /// The value of one of the call's references.
    func value(_ argument: KerasArgument?) -> KerasValue? {
        guard case .value(let reference)? = argument,
            let index = call.references.firstIndex(of: reference), values.indices.contains(index)
        else { return nil }
        return values[index]
    }

    /// What a model inside another is called with: the mask goes with the value.
    fileprivate var ofModel: [KerasValue] {
        guard !call.references.isEmpty else { return values }
        let taken = call.positional.flatMap(\.references).compactMap { value(.value($0)) }
        guard taken.count == 1, let mask = value(call.argument(-1, "mask")), mask.mask != nil else { return taken }
        return [taken[0].masked(mask.maskedInput)]
    }

    /// The only or first value.
    var first: KerasValue? { values.first }

    /// The values of a list of them; nil where one is none.
    func values(_ arguments: [KerasArgument]) -> [KerasValue]? {
        let found = arguments.compactMap { value($0) }
        return found.count == arguments.count ? found : nil
    }
}
