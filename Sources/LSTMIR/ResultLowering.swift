// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// What is known of one entry after its lowering, right or wrong: enough for what reads it and for the results.
struct Outcome {
    /// nil where the entry's name is a hole.
    var name: String?
    var namePlace: SourceLocation?
    /// nil where the entry's kind is not known.
    var kind: OperationKind?
    /// nil where something about it is wrong.
    var operation: Operation?
    /// What it takes.
    var inputs: [Value?] = []
    var flow: Flow
    /// The kind word's place.
    var location: SourceLocation

    /// The slots of its state, where they are known.
    var slots: [StateSlot] { operation?.stateSlots ?? [] }

    /// The size of a result's last axis, where it is known.
    func size(of part: Model.Result.Part) -> Int? {
        switch part {
        case .output: flow.size
        case .state(let slot): slots.indices.contains(slot) ? slots[slot].size : nil
        }
    }
}

extension Lowering {
    /// The results asked for, or what the last layer gives.
    mutating func modelResults() -> [Model.Result]? {
        guard let outputs = document.outputs.value else {
            return document.outputs.isAbsent ? outcomes.indices.last.flatMap { given(by: $0) } : nil
        }
        // With a layer whose name or kind is a hole, any name may be its.
        let known = knownResults()
        let isSure = outcomes.allSatisfy { $0.name != nil && $0.kind != nil } && !document.layers.isInvalid
        let names = known.flatMap(\.names)
        let byName = Dictionary(known.flatMap { entry in entry.names.map { ($0, entry.results) } }) { first, _ in first
        }
        var results: [Model.Result] = []
        var listed: Set<Model.Result> = []
        var isWhole = true
        for output in outputs {
            guard let given = byName[output.value] else {
                isWhole = false
                guard isSure else { continue }
                report(
                    .unknownResult(output.value, nearest: meant(by: output.value, among: names), known: names),
                    at: output.location)
                continue
            }
            for result in given {
                if !listed.insert(result).inserted { report(.duplicateResult(result.name), at: output.location) }
                results.append(result)
            }
        }
        return isWhole ? results : nil
    }

    /// What one layer gives, under the names that files and the command line use.
    private func given(by index: Int) -> [Model.Result]? {
        guard let name = outcomes[index].name, let kind = outcomes[index].kind else { return nil }
        guard kind.isRecurrent else { return [Model.Result(name: name, layer: index, part: .output)] }
        let prefix = outcomes.count { $0.kind?.isRecurrent == true } == 1 ? "" : name + "."
        return kind.resultNames.enumerated().map { number, part in
            Model.Result(name: prefix + part, layer: index, part: number == 0 ? .output : .state(number - 1))
        }
    }

    /// Every name `outputs` understands, and the results it means; a recurrent layer's own name means all of them.
    private func knownResults() -> [(names: [String], results: [Model.Result])] {
        outcomes.indices.flatMap { index -> [(names: [String], results: [Model.Result])] in
            guard let layer = outcomes[index].name, let given = given(by: index) else { return [] }
            guard given.count > 1 else { return [([layer], given)] }
            let parts = zip(given, outcomes[index].kind?.resultNames ?? []).map { result, part in
                let long = "\(layer).\(part)"
                return (names: result.name == long ? [long] : [result.name, long], results: [result])
            }
            return [([layer], given)] + parts
        }
    }

    /// Labels with the indices of those that begin a segment; nil where they are wrong.
    mutating func modelLabels(results: [Model.Result]?) -> (names: [String], starts: [Int])? {
        let starts = document.segmentStarts
        if document.labels.isInvalid || starts.isInvalid { return nil }
        guard let labels = document.labels.located else {
            if let location = starts.location { report(.segmentStartsWithoutLabels, at: location) }
            return ([], [])
        }
        checkDistinct(labels.value)
        checkLabelCount(labels, results: results)
        let names = labels.value.map(\.value)
        let places = Dictionary(zip(names, names.indices)) { first, _ in first }
        var indices: Set<Int> = []
        for start in starts.value ?? [] {
            guard let index = places[start.value] else {
                report(
                    .unknownSegmentStart(start.value, nearest: meant(by: start.value, among: names)),
                    at: start.location)
                continue
            }
            if !indices.insert(index).inserted { report(.duplicateSegmentStart(start.value), at: start.location) }
        }
        return (names, indices.sorted())
    }

    private mutating func checkDistinct(_ labels: [Located<String>]) {
        var firstPlaces: [String: SourceLocation] = [:]
        for label in labels {
            if label.value.isEmpty {
                report(.emptyLabel, at: label.location)
            } else if let first = firstPlaces[label.value] {
                report(
                    .duplicateLabel(label.value), at: label.location, notes: [.init("the first is here", at: first)])
            } else {
                firstPlaces[label.value] = label.location
            }
        }
    }

    private mutating func checkLabelCount(_ labels: Located<[Located<String>]>, results: [Model.Result]?) {
        guard let result = results?.last else { return }
        let outcome = outcomes[result.layer]
        if outcome.flow.element == .integer {
            report(.labelsOfIntegers(result: result.name), at: labels.location)
        } else if let size = outcome.size(of: result.part), labels.value.count != size {
            report(
                .labelCount(labels: labels.value.count, size: size, result: result.name), at: labels.location,
                notes: [.init("\(quoted(result.name)) comes from this layer", at: outcome.location)])
        }
        if let location = document.segmentStarts.location, result.part != .output || outcome.flow.hasNoTime {
            report(.segmentsWithoutTime(result: result.name), at: location)
        }
    }
}

extension Flow {
    fileprivate var hasNoTime: Bool { time == .absent }
}
