// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// An input of a model, as far as its layers have said what it is.
struct KerasInput {
    let name: String
    /// What Keras calls it.
    let layer: String
    /// The axes after the batch; nil in them for any size.
    var shape: [Int?]
    /// The number of token ids, once an embedding reads it.
    var tokens: Int?
    /// Whether it is read as numbers.
    var isFloats = false
    /// How many layers read it so.
    var readers = 0
    /// Whether its one axis was made steps of.
    var isStepped = false
    /// The value of its paddings, once a mask is made of it.
    var padding: Double?

    func named() throws(KerasMistake) -> ImportedModel.NamedInput {
        var input: ImportedModel.NamedInput
        if let tokens {
            input = .init(name, .tokens(tokens))
        } else {
            let sizes = shape.dropFirst(shape.count > 1 ? 1 : 0).compactMap(\.self)
            guard !sizes.isEmpty, sizes.count == max(shape.count - 1, 1) else { throw .noInput }
            input = .init(name, sizes.count == 1 ? .features(sizes[0]) : .shape(sizes))
            input.isPerSequence = shape.count == 1
        }
        input.padding = padding
        return input
    }
}

extension KerasReader {
    /// Adds an input; `shape` is without the batch.
    mutating func addInput(_ layer: KerasLayer, shape: [Int?], isOnly: Bool) throws(KerasMistake) -> KerasValue {
        guard 1...3 ~= shape.count else {
            throw layer.mistake(.axes(shape.count + 1))
        }
        let name = isOnly ? "x" : naming.name(for: layer.name, kind: "input")
        let index = inputs.count
        inputs.append(KerasInput(name: name, layer: layer.name, shape: shape))
        // One axis is features of a sequence, until an embedding reads it.
        let time = shape.count > 1 ? KerasTime(axis: .input(index), count: shape[0]) : nil
        var value = KerasValue(name, shape.count > 1 ? Array(shape.dropFirst()) : shape, time)
        value.input = index
        return value
    }

    /// What an InputLayer says, without the batch.
    func shape(of layer: KerasLayer) throws(KerasMistake) -> (batch: Int?, shape: [Int?]) {
        guard let axes = (layer.config["batch_shape"] ?? layer.config["batch_input_shape"])?.elements, !axes.isEmpty
        else { throw .malformed(place: "\(layer.place).config.batch_shape", expected: "a list of sizes") }
        let sizes = try axes.map { axis throws(KerasMistake) -> Int? in
            if case .null = axis { return nil }
            guard let size = axis.integer, 1..<(1 << 31) ~= size else {
                throw .malformed(place: "\(layer.place).config.batch_shape", expected: "a list of sizes")
            }
            return size
        }
        return (sizes[0], Array(sizes.dropFirst()))
    }

    /// What a spec does not hold a user to.
    mutating func describeFixedSizes(batch: Int?, shape: [Int?], input: String?) {
        var fixed = [batch.map { "\($0) sequences" }].compactMap(\.self)
        if shape.count > 1, let steps = shape[0] { fixed.append("\(steps) steps") }
        guard !fixed.isEmpty else { return }
        let subject = input.map { "the input \(quoted($0)) has" } ?? "the model is for"
        assumptions.append("\(subject) \(fixed.joined(separator: " of ")): the spec takes any number")
    }

    // MARK: Reading

    /// A value as numbers; an input that is read as such is no token ids.
    mutating func floats(_ value: KerasValue, _ layer: KerasLayer) throws(KerasMistake) -> KerasValue {
        guard value.mask == nil else { throw layer.mistake(.takesMask) }
        guard let index = value.input else { return value }
        guard inputs[index].tokens == nil else { throw layer.mistake(.tokensAsNumbers) }
        guard value.time != nil || !inputs[index].isStepped else { throw layer.mistake(.reshapesShared) }
        inputs[index].isFloats = true
        inputs[index].readers += 1
        return value
    }

    /// Says the size of an input's last axis, where the file left it open.
    mutating func resolve(_ value: inout KerasValue, size: Int) {
        guard value.size == nil, !value.sizes.isEmpty else { return }
        value.sizes[value.sizes.count - 1] = size
        if let index = value.input { inputs[index].shape[inputs[index].shape.count - 1] = size }
    }

    /// An input as token ids.
    mutating func tokens(_ value: KerasValue, _ count: Int, _ layer: KerasLayer) throws(KerasMistake) -> KerasTime {
        guard let index = value.input, value.mask == nil else { throw layer.mistake(.notFirst) }
        guard inputs[index].shape.count == 1, !inputs[index].isFloats else { throw layer.mistake(.needsTokens) }
        guard inputs[index].tokens == nil || inputs[index].tokens == count else {
            throw layer.mistake(.otherTokens(inputs[index].tokens ?? 0, count))
        }
        inputs[index].tokens = count
        return KerasTime(axis: .input(index), count: inputs[index].shape[0])
    }

    /// Makes an input's paddings known: one value for all that read it.
    mutating func pad(_ index: Int, with value: Double, _ layer: KerasLayer) throws(KerasMistake) {
        guard inputs[index].padding == nil || inputs[index].padding == value else {
            throw layer.mistake(.setting("mask_value", "\(value) beside \(inputs[index].padding ?? 0)"))
        }
        inputs[index].padding = value
    }

    // MARK: Paddings

    /// Notes that a layer reads a value's whole time axis.
    mutating func readTime(of value: KerasValue, _ layer: KerasLayer, skipsPadding: Bool) {
        guard let root = value.time?.axis.root else { return }
        timeReaders.append((layer, root, skipsPadding && value.padding == root))
    }

    /// A spec leaves an input's paddings out everywhere: Keras does so only where a mask comes to a layer that knows it.
    func checkPaddings() throws(KerasMistake) {
        for reader in timeReaders where !reader.skipsPadding && inputs[reader.root].padding != nil {
            throw reader.layer.mistake(.readsPaddings)
        }
    }

    mutating func describePaddings(_ inputs: [ImportedModel.NamedInput]) {
        guard inputs.contains(where: { $0.padding != nil }) else { return }
        assumptions.append(
            "paddings before and after a sequence are skipped, as Keras' mask does; results at paddings are zeros, where "
                + "Keras repeats others or computes with them")
    }
}
