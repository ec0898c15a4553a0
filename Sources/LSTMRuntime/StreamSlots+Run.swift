// SPDX-License-Identifier: Apache-2.0

extension StreamSlots {
    /// One step of each of these streams, in batches; allocates nothing.
    ///
    /// - Parameters:
    ///   - model: what the calls are given.
    ///   - ids: the streams.
    ///   - hasResult: where to say which of them have a result; nil where all have one.
    ///   - alone: runs a step of the stream of this number on its state, which scratch memory follows.
    ///   - together: runs a step of so many streams, the first of this number, on their states: each part of a state for all
    ///     streams, (states, batch, size), as many times its offset after the beginning as there are streams; then scratch
    ///     memory.
    /// - Precondition: every stream is there, and none twice.
    @_alwaysEmitIntoClient
    public mutating func run<Model>(
        _ model: Model, _ ids: UnsafeBufferPointer<StreamID>, hasResult: UnsafeMutablePointer<Bool>? = nil,
        alone: (Model, Int, UnsafeMutablePointer<Float>) -> Void,
        together: (Model, Int, Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        let refused = mistake(in: ids)
        precondition(refused == nil, refused?.description ?? "")
        var first = 0
        while first < ids.count {
            var end = first
            while end < ids.count, end - first < rows, !isStarting(ids[end].slot) { end += 1 }
            if end - first < 2 {
                // The stream of `first` is at its start, or has no neighbour to run with.
                let (from, count) = (memory(of: ids[first].slot), stride)
                if let hasResult, let start {
                    hasResult[first] = stepsSeen(from[start.offset], of: start.delay) == start.delay
                }
                batch.pointer.update(from: from, count: count)
                alone(model, first, batch.pointer)
                from.update(from: batch.pointer, count: count)
                first += 1
                continue
            }
            if let hasResult { (hasResult + first).update(repeating: true, count: end - first) }
            gather(ids, first..<end)
            together(model, first, end - first, batch.pointer)
            scatter(ids, first..<end)
            first = end
        }
    }

    /// Whether the stream's next step is one of the first, which are not like the others.
    @_alwaysEmitIntoClient
    func isStarting(_ slot: Int) -> Bool {
        guard let start else { return false }
        return stepsSeen(memory(of: slot)[start.offset], of: start.steps) < start.steps
    }

    @_alwaysEmitIntoClient
    func gather(_ ids: UnsafeBufferPointer<StreamID>, _ range: Range<Int>) {
        for row in 0..<range.count {
            let state = memory(of: ids[range.lowerBound + row].slot)
            for number in 0..<parts.count { parts.pointer[number].gather(state, row, of: range.count, batch.pointer) }
        }
    }

    @_alwaysEmitIntoClient
    func scatter(_ ids: UnsafeBufferPointer<StreamID>, _ range: Range<Int>) {
        for row in 0..<range.count {
            let state = memory(of: ids[range.lowerBound + row].slot)
            for number in 0..<parts.count { parts.pointer[number].scatter(batch.pointer, row, of: range.count, state) }
        }
    }
}

extension StreamSlots.Part {
    /// From a state to its row of `rows`.
    @_alwaysEmitIntoClient
    func gather(_ state: UnsafePointer<Float>, _ row: Int, of rows: Int, _ batch: UnsafeMutablePointer<Float>) {
        let (from, to) = (state + offset, batch + offset * rows + row * size)
        for number in 0..<states { (to + number * rows * size).update(from: from + number * size, count: size) }
    }

    /// From its row to a state.
    @_alwaysEmitIntoClient
    func scatter(_ batch: UnsafePointer<Float>, _ row: Int, of rows: Int, _ state: UnsafeMutablePointer<Float>) {
        let (from, to) = (batch + offset * rows + row * size, state + offset)
        for number in 0..<states { (to + number * size).update(from: from + number * rows * size, count: size) }
    }
}

/// The address of what many streams are given, or of the streams; `body` is not run where there are none.
@_alwaysEmitIntoClient
public func withInputPointer<Element: BitwiseCopyable>(
    _ x: Span<Element>, _ body: (UnsafePointer<Element>) -> Void
) {
    x.withUnsafeBufferPointer { x in
        if let x = x.baseAddress { body(x) }
    }
}

/// The address of what says which streams have a result.
@_alwaysEmitIntoClient
public func withFlagPointer(_ y: inout MutableSpan<Bool>, _ body: (UnsafeMutablePointer<Bool>) -> Void) {
    y.withUnsafeMutableBufferPointer { y in
        if let y = y.baseAddress { body(y) }
    }
}
