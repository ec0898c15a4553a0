// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMCommands
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

extension SpecLoader {
    /// What `--input` gives, once or several times: a file with everything, or `NAME=FILE` and `NAME=0.3,0.7`.
    mutating func inputs(_ given: [String], for model: Model) -> FileInputs? {
        let named = given.map { (text: $0, name: inputName(in: $0, model)) }
        if given.count == 1, named[0].name == nil {
            if model.inputs.count == 1 || ["safetensors", "npz"].contains(fileExtension(given[0])) {
                return fileInputs(given[0], model)
            }
        }
        var byName: [String: GivenInput] = [:]
        var sampleRate: Int?
        var isWhole = true
        for (text, name) in named {
            let place = SourceLocation(startOf: "--input")
            guard let name, let input = model.inputs.first(where: { $0.name == name }) else {
                report(NamedInputMistake.noName(text, known: model.inputs.map(\.name)), at: place)
                isWhole = false
                continue
            }
            guard byName[name] == nil else {
                report(NamedInputMistake.twice(name), at: place)
                isWhole = false
                continue
            }
            let value = String(text.unicodeScalars.dropFirst(name.unicodeScalars.count + 1))
            guard let read = read(value, as: input, of: model) else {
                isWhole = false
                continue
            }
            byName[name] = read.given
            sampleRate = sampleRate ?? read.sampleRate
        }
        let missing = model.inputs.map(\.name).filter { name in
            byName[name] == nil && !named.contains { $0.name == name }
        }
        if !missing.isEmpty {
            report(NamedInputMistake.missing(missing), at: .init(startOf: "--input"))
        }
        let inputs = model.inputs.compactMap { byName[$0.name] }
        guard isWhole, missing.isEmpty, inputs.count == model.inputs.count else { return nil }
        do {
            return FileInputs(inputs: try Inputs(inputs, for: model), sampleRate: sampleRate)
        } catch {
            report(error, at: .init(startOf: "--input"))
            return nil
        }
    }

    /// The input's name before the first '='; nil where none stands there.
    private func inputName(in text: String, _ model: Model) -> String? {
        guard let end = text.unicodeScalars.firstIndex(of: "=") else { return nil }
        let name = String(text.unicodeScalars[..<end])
        return model.inputs.contains { $0.name == name } ? name : nil
    }

    private mutating func read(
        _ value: String, as input: Model.Input, of model: Model
    ) -> (given: GivenInput, sampleRate: Int?)? {
        if !input.shape.hasTime, let numbers = numbers(value) {
            guard numbers.count == input.shape.count else {
                let mistake = NamedInputMistake.count(input.name, found: numbers.count, expected: input.shape.count)
                report(mistake, at: .init(startOf: "--input"))
                return nil
            }
            return (GivenInput(.features(numbers), steps: 1, batch: nil), nil)
        }
        switch fileExtension(value) {
        case "csv":
            guard let source = csvSource(value) else { return nil }
            let read = GivenInput.reading(csv: source, as: input)
            report(read.diagnostics)
            return read.given.map { ($0, nil) }
        case "wav":
            guard let bytes = bytes(of: "the input", at: value, limit: FileLimits.inputBytes) else { return nil }
            return wave(bytes, value, as: input).map { ($0.given, $0.sampleRate) }
        default:
            guard let tensors = tensors(at: value, others: " or, for one sequence, .csv or .wav") else { return nil }
            let place = SourceLocation(startOf: value)
            guard let tensor = tensors[input.name] ?? tensors["x"] ?? (tensors.count == 1 ? tensors.values.first : nil)
            else {
                report(InputMistake.missingInput(input.name, known: tensors.keys.sorted()), at: place)
                return nil
            }
            do {
                return (try GivenInput(tensor, as: input, of: model), nil)
            } catch {
                report(error, at: place)
                return nil
            }
        }
    }

    /// `0.3,0.7`; nil where it is something else.
    private func numbers(_ text: String) -> [Float]? {
        let pieces = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = pieces.compactMap { piece in NumberForm(String(piece)) == nil ? nil : Float(String(piece)) }
        return numbers.count == pieces.count && numbers.allSatisfy(\.isFinite) ? numbers : nil
    }
}

/// What is wrong with the inputs named on the command line.
enum NamedInputMistake: Mistake {
    case noName(String, known: [String])
    case twice(String)
    case missing([String])
    case count(String, found: Int, expected: Int)

    var code: String { "named-input" }

    var message: String {
        switch self {
        case .noName(let text, let known):
            "\(quoted(text)) names none of the model's inputs; write NAME=FILE with \(listed(known, "or"))"
        case .twice(let name): "input \(quoted(name)) is given twice"
        case .missing(let names):
            "there is nothing for \(names.count == 1 ? "input" : "inputs") \(listed(names)); add --input \(names[0])=FILE, or "
                + "give one .safetensors file with all of them"
        case .count(let name, let found, let expected):
            "input \(quoted(name)) has \(counted(expected, "value")) a sequence, but \(found) are given"
        }
    }
}
