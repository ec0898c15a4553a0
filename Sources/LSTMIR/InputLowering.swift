// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Lowering {
    /// The inputs, each bound to its name; false where one did not come out whole.
    mutating func lowerInputs() -> Bool {
        guard let entries = inputEntries else { return false }
        guard entries.count <= Limits.inputs else {
            let place = document.inputs.location ?? document.location
            report(.tooManyInputs(count: entries.count, limit: Limits.inputs), at: place)
            return false
        }
        for (index, entry) in entries.enumerated() { lower(entry, index: index) }
        return inputs.count == entries.count && !document.inputs.isInvalid
    }

    /// What `inputs` has, or `input`; nil for a hole.
    private var inputEntries: [InputEntry]? {
        document.inputs.isAbsent ? document.input.value.map { [$0] } : document.inputs.value
    }

    /// Where an input is named, or written.
    func inputPlace(_ index: Int) -> SourceLocation {
        guard let entries = inputEntries, entries.indices.contains(index) else { return document.location }
        return entries[index].name?.location ?? entries[index].location
    }

    private mutating func lower(_ entry: InputEntry, index: Int) {
        let name = entry.name?.value ?? "x"
        if let name = entry.name { checkInputName(name) }
        let (kind, sizes, origin) = inputKind(entry, name: name)
        inputTokens.append(entry.tokens.value.flatMap { $0 >= 1 ? $0 : nil })
        clocks.append(index)
        let isStepped = entry.per.value ?? .step == .step
        let isTokens = !entry.tokens.isAbsent && entry.features.isAbsent && entry.shape.isAbsent
        var flow = Flow.unknown
        if entry.tokens.isInvalid, !isTokens {
            // Neither, both or a wrong one: `parse` has said so.
        } else {
            flow.element = isTokens ? .integer : .float
            flow.sizes = isTokens ? [] : sizes.map { $0 } ?? [nil]
        }
        flow.time = entry.per.isInvalid ? .unknown : isStepped ? .steps(.input(index)) : .absent
        let padding = inputPadding(entry, isTokens: isTokens, isStepped: isStepped)
        let place = entry.name?.location ?? entry.location
        if scope[name] == nil {
            let factor = isTokens ? SizeFactor("tokens", entry.tokens) : SizeFactor("features", entry.features)
            scope[name] = Binding(value: .input(index), flow: flow, origin: origin, factor: factor, place: place)
        }
        guard let kind, let shape = flow.shape, !entry.padding.isInvalid else { return }
        inputs.append(Model.Input(name: name, kind: kind, shape: shape, padding: padding))
    }

    private mutating func checkInputName(_ name: Located<String>) {
        if !Names.isIdentifier(name.value) {
            report(.notAnIdentifier(what: "input name", name: name.value), at: name.location)
        } else if name.value != "x", Names.isReservedForLayers(name.value) {
            report(.reservedName(what: "input name", name: name.value), at: name.location)
        }
    }

    private mutating func inputKind(
        _ entry: InputEntry, name: String
    ) -> (kind: Model.Input.Kind?, sizes: [Int?]?, origin: Diagnostic.Note?) {
        if let features = entry.features.located, entry.tokens.isAbsent, entry.shape.isAbsent {
            let size = size(entry.features, "features")
            let origin = size.map {
                Diagnostic.Note(
                    "the input\(entry.name == nil ? "" : " " + quoted(name)) has \($0) features here",
                    at: features.location)
            }
            return (size.map { .features([$0]) }, [size], origin)
        }
        if entry.tokens.located != nil, entry.features.isAbsent, entry.shape.isAbsent {
            return (size(entry.tokens, "tokens").map { .tokens($0) }, [], nil)
        }
        if let shape = entry.shape.located, entry.features.isAbsent, entry.tokens.isAbsent {
            let sizes = sizes(entry.shape, "shape")
            let origin = sizes.flatMap(\.last).map {
                Diagnostic.Note(
                    "the input\(entry.name == nil ? "" : " " + quoted(name)) has a last axis of \($0) here",
                    at: shape.location)
            }
            return (sizes.map { .features($0) }, sizes, origin)
        }
        return (nil, nil, nil)
    }

    private mutating func inputPadding(_ entry: InputEntry, isTokens: Bool, isStepped: Bool) -> Float? {
        guard let padding = entry.padding.located else { return nil }
        if !isStepped {
            report(.paddingWithoutTime, at: padding.location)
            return nil
        }
        if isTokens {
            let tokens = entry.tokens.value ?? .max
            guard let id = Int(exactly: padding.value), (0..<max(tokens, 1)).contains(id) else {
                report(
                    .outOfRange(
                        key: "padding", value: "\(padding.value)",
                        range: "a token id, 0 to \(max(tokens, 1) - 1)"), at: padding.location)
                return nil
            }
            return Float(padding.value)
        }
        return float(padding, "padding")
    }
}
