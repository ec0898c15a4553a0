// SPDX-License-Identifier: Apache-2.0

import LSTMHeader
import LSTMIR
import LSTMInterpreter

/// What a stream remembers: an `lstmc_state`.
///
/// One thread at a time uses it: another is told so, and waits for nobody.
final class StreamState: @unchecked Sendable {
    let open: OpenModel
    private let stream: InterpreterStream
    /// Anything where a thread is at work.
    private let busy: UnsafeMutablePointer<UnsafeMutableRawPointer?>

    private init(_ open: OpenModel, _ stream: InterpreterStream) {
        (self.open, self.stream) = (open, stream)
        busy = .allocate(capacity: 1)
        busy.initialize(to: nil)
    }

    deinit { busy.deallocate() }

    /// A stream at its first step.
    convenience init(
        _ open: OpenModel, _ given: UnsafePointer<lstmc_tensor>?, _ count: Int
    ) throws(Report) {
        let values = open.streamed.map { open.model.results[$0].value }
        guard let stream = InterpreterStream(open.interpreted, keeping: values) else {
            throw Report(.noStream(open.model.streamObstacleWords ?? "no input has steps"))
        }
        for (layer, state) in try open.firstStates(given, count, steps: stream.delay + 1) {
            stream.begin(layer: layer, slot: 0, with: state.h)
            if !state.c.isEmpty { stream.begin(layer: layer, slot: 1, with: state.c) }
        }
        self.init(open, stream)
    }

    /// A stream that goes on from here.
    func copy() throws(Report) -> StreamState {
        try begin()
        defer { end() }
        guard let copy = InterpreterStream(copying: stream) else { throw Report(.noStream("it cannot be copied")) }
        return StreamState(open, copy)
    }

    private func begin() throws(Report) {
        if lstmc_slot_fill(busy, UnsafeMutableRawPointer(busy)) == 0 { throw Report(.inUse) }
    }

    private func end() { _ = lstmc_slot_take(busy) }

    /// Runs the next steps.
    ///
    /// - Returns: how many of them gave a result.
    func process(
        _ given: UnsafePointer<lstmc_tensor>?, _ count: Int, into memory: UnsafePointer<lstmc_memory>?,
        _ memoryCount: Int
    ) throws(Report) -> Int {
        try begin()
        defer { end() }
        let chunk = try Chunk(try Given(given, count, for: open), open)
        guard memoryCount == open.streamed.count else {
            throw Report(.resultCount(found: memoryCount, expected: open.streamed.map { open.model.results[$0].name }))
        }
        if memory == nil, memoryCount > 0 { throw Report(.null("results")) }
        let sizes = open.streamed.map { open.results[$0].stepCount }
        for number in 0..<memoryCount {
            let result = open.streamed[number]
            guard let memory, memory[number].data != nil else { continue }
            guard let bytes = checkedProduct(chunk.steps, sizes[number], open.results[result].elementBytes) else {
                throw Report(.sizes(open.model.results[result].name))
            }
            if memory[number].bytes < bytes {
                throw Report(.memory(open.model.results[result].name, bytes: memory[number].bytes, needed: bytes))
            }
        }
        var written = 0
        for step in 0..<chunk.steps {
            guard stream.step({ chunk.address($0, step) }) != nil else { continue }
            for number in 0..<memoryCount {
                guard let target = memory?[number].data else { continue }
                let port = open.results[open.streamed[number]]
                let values = UnsafeBufferPointer(start: stream.result(number), count: sizes[number])
                port.copy(values, to: target + written * sizes[number] * port.elementBytes)
            }
            written += 1
        }
        return written
    }

    /// Runs one step.
    ///
    /// - Returns: whether it gave a result.
    func step(
        _ inputs: UnsafePointer<UnsafeRawPointer?>?, _ results: UnsafePointer<UnsafeMutableRawPointer?>?
    ) throws(Report) -> Bool {
        try begin()
        defer { end() }
        guard let inputs else { throw Report(.null("inputs")) }
        for index in open.inputs.indices {
            guard let data = inputs[index] else { throw Report(.noData(open.model.inputs[index].name)) }
            let tokens = open.inputs[index].tokens
            if tokens == 0 { continue }
            let id = Int(data.loadUnaligned(as: Int32.self))
            if id < 0 || id >= tokens {
                throw Report([InputMistake.tokenOutOfRange(id: id, at: 0, count: tokens)])
            }
        }
        if results == nil, !open.streamed.isEmpty { throw Report(.null("results")) }
        let given = stream.step { index in
            // Seen above.
            (inputs[index] ?? UnsafeRawPointer(inputs)).assumingMemoryBound(to: Float.self)
        }
        guard given != nil else { return false }
        for (number, result) in open.streamed.enumerated() {
            guard let target = results?[number] else { continue }
            let port = open.results[result]
            port.copy(UnsafeBufferPointer(start: stream.result(number), count: port.stepCount), to: target)
        }
        return true
    }
}

extension OpenModel {
    /// The first states that are given to a stream, by layer.
    fileprivate func firstStates(
        _ given: UnsafePointer<lstmc_tensor>?, _ count: Int, steps: Int
    ) throws(Report) -> [Int: StateValues] {
        try checkCount(count, "given_count")
        if count == 0 { return [:] }
        guard let given else { throw Report(.null("given")) }
        let tensors = try Given.states(given, count, for: self)
        let shapes = model.inputs.map { ($0.shape.hasTime ? [steps] : []) + $0.shape.sizes }
        do {
            return try Inputs.given(tensors, shapes: shapes, for: model).initialStates
        } catch {
            throw Report(error)
        }
    }
}

/// Some steps of one sequence, each input where it is or, converted, in memory of the chunk's own.
private struct Chunk {
    private(set) var steps = 0
    private var places: [UnsafeRawPointer] = []
    /// Bytes from one step to the next; 0 of what is the same at all steps.
    private var strides: [Int] = []
    private var converted: [Converted] = []

    init(_ given: Given, _ open: OpenModel) throws(Report) {
        var first: (name: String, steps: Int)?
        for (tensor, input) in zip(given.inputs, open.model.inputs) {
            let steps = try add(tensor, input, open)
            guard input.shape.hasTime else { continue }
            if let first, first.steps != steps {
                throw Report([
                    InputMistake.differentSteps(
                        first: first.name, steps: first.steps, second: input.name, other: steps)
                ])
            }
            first = first ?? (input.name, steps)
        }
        if let other = given.others.first {
            throw Report([InputMistake.unusedTensor(other.title(open), nearest: nil)])
        }
        steps = first?.steps ?? 0
    }

    func address(_ index: Int, _ step: Int) -> UnsafePointer<Float> {
        (places[index] + strides[index] * step).assumingMemoryBound(to: Float.self)
    }

    /// Takes one input; gives its steps.
    private mutating func add(
        _ tensor: UnsafePointer<lstmc_tensor>, _ input: Model.Input, _ open: OpenModel
    ) throws(Report) -> Int {
        let axes = tensor.shape
        let native = Int32(input.tokens == nil ? LSTMC_FLOAT32 : LSTMC_INT32)
        let isOne = axes.count == input.shape.sizes.count + (input.shape.hasTime ? 1 : 0)
        let fits = isOne && Array(axes.suffix(input.shape.sizes.count)) == input.shape.sizes
        let steps = input.shape.hasTime ? axes.first ?? 0 : 1
        strides.append(input.shape.hasTime ? input.shape.count * MemoryLayout<Float>.stride : 0)
        if fits, tensor.count == 0 {
            places.append(UnsafeRawPointer(tensor))
            return steps
        }
        if fits, tensor.pointee.type == native, let data = tensor.pointee.data {
            places.append(data)
            try tensor.checkTokens(data, of: input)
            return steps
        }
        let stored = try tensor.stored(input.name)
        let given: GivenInput
        do {
            given = try GivenInput(stored, as: input, of: open.model)
        } catch {
            throw Report(error)
        }
        if given.batch != nil { throw Report(.batchInStream(input.name)) }
        let copy = Converted(given.values)
        converted.append(copy)
        places.append(UnsafeRawPointer(copy.pointer))
        return steps
    }
}

/// Values in memory of their own.
private final class Converted {
    let pointer: UnsafeMutableRawPointer

    init(_ values: InputValues) {
        pointer = .allocate(byteCount: max(values.count * 4, 4), alignment: 4)
        switch values {
        case .features(let floats): floats.withUnsafeBytes(fill)
        case .tokens(let ids): ids.withUnsafeBytes(fill)
        }
    }

    private func fill(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(start: pointer, count: bytes.count).copyMemory(from: bytes)
    }

    deinit { pointer.deallocate() }
}
