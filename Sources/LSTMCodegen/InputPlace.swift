// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// An input of the model and what it is called.
    struct InputPlace {
        let input: Model.Input
        /// As the spec writes it.
        let specName: String
        /// The label of the argument; nil for the only input.
        let label: String?
        /// The arguments of the calls on whole sequences, of `process` and of `step`.
        let array: String
        let chunk: String
        let frame: String
        /// Its memory, inside functions.
        let pointer: String
        /// A step's copy, inside functions.
        let copy: String
        /// The names of its static facts.
        let sizeName: String
        let shapeName: String

        var hasTime: Bool { input.shape.hasTime }
        var isTokens: Bool { input.tokens != nil }
        /// The element's type.
        var element: String { isTokens ? "Swift.Int32" : "Swift.Float" }
        /// The values of a step.
        var count: Int { input.shape.count }

        /// How the runtime checks it: `size: 40`, `tokens: 74`.
        var check: String {
            switch input.kind {
            case .features: "size: \(count)"
            case .tokens(let count): "tokens: \(count)"
            }
        }

        /// An argument of a call: `x`, `audio: audio`.
        func argument(_ value: String) -> String { label.map { "\($0): \(value)" } ?? value }

        /// A parameter of a function: `_ x: [Float]`, `audio: [Float]`.
        func parameter(_ name: String, _ type: String) -> String {
            label.map { $0 == name ? "\(name): \(type)" : "\($0) \(name): \(type)" } ?? "_ \(name): \(type)"
        }
    }

    static func inputs(of model: Model, _ names: inout NamePools) -> [InputPlace] {
        guard model.inputs.count > 1 else {
            return model.inputs.map { input in
                let isTokens = input.tokens != nil
                return InputPlace(
                    input: input, specName: "x", label: nil, array: isTokens ? "ids" : "x",
                    chunk: isTokens ? "ids" : "samples", frame: isTokens ? "id" : "frame", pointer: "x",
                    copy: "frame",
                    sizeName: isTokens ? "tokenCount" : "inputSize", shapeName: "inputShape")
            }
        }
        return model.inputs.map { input in
            let name = names.locals.unique(lowerCamelCase(input.name))
            let label = names.labels.unique(lowerCamelCase(input.name))
            return InputPlace(
                input: input, specName: input.name, label: label, array: name, chunk: name, frame: name, pointer: name,
                copy: names.locals.unique(name + "Frame"),
                sizeName: names.facts.unique(label + (input.tokens == nil ? "Size" : "TokenCount")),
                shapeName: names.facts.unique(label + "Shape"))
        }
    }

    /// The input whose steps a stream takes: the first with a time axis.
    var clock: InputPlace? { inputs.first(where: \.hasTime) }

    /// True where a stream takes so many steps of an input as of `clock`.
    func isStepped(_ place: InputPlace) -> Bool { place.input.shape.steps == clock?.input.shape.steps }
}

extension TypePlan.InputPlace {
    /// The shape of one sequence, or of a batch, or of what a stream takes, with its elements.
    func shape(_ axes: [String]) -> String {
        if isTokens { return axes.isEmpty ? "a token id" : tuple(axes) + " token ids" }
        return tuple(axes + input.shape.sizes.map(String.init)) + " floats"
    }

    /// In which range token ids are, after `shape`; nil of floats.
    func range(_ axes: [String]) -> String? { input.tokens.map { (axes.isEmpty ? "" : ", each") + " in 0..<\($0)" } }
}
