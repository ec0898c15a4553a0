// SPDX-License-Identifier: Apache-2.0

/// What a recurrent layer gives, with PyTorch's shapes.
public struct LSTMResult: Equatable, Sendable {
    /// (time, batch, outputSize) or (batch, time, outputSize).
    public var output: [Float]
    /// (numLayers * directions, batch, stateSize).
    public var hN: [Float]
    /// (numLayers * directions, batch, hiddenSize); empty where there is no c.
    public var cN: [Float]

    /// The three results as they are.
    public init(output: [Float], hN: [Float], cN: [Float]) {
        self.output = output
        self.hN = hN
        self.cN = cN
    }
}

// Compiled where it is called, as in StreamMemory+Values.swift.
extension PackedRecurrent {
    /// Whole sequences in arrays: `run` with memory of its own and every size checked.
    ///
    /// - Parameters:
    ///   - x: (time, batch, inputSize) or (batch, time, inputSize), as `layout` says; the number of steps follows from it.
    ///   - batch: the number of sequences.
    ///   - layout: of x and of the output.
    ///   - lengths: the steps of each sequence, 1 to time; all have the same number by default.
    ///   - h0: (numLayers * directions, batch, stateSize); zero by default, given together with c0.
    ///   - c0: (numLayers * directions, batch, hiddenSize), of an lstm alone.
    ///   - threads: at most so many share the work, the caller's among them; the bits are the same.
    /// - Throws: ``InputError`` where a size, a length, the batch or the threads are not what they must be.
    @_alwaysEmitIntoClient
    public func callAsFunction(
        _ x: [Float], batch: Int = 1, layout: SequenceLayout = .timeFirst, lengths: [Int32]? = nil,
        h0: [Float]? = nil, c0: [Float]? = nil, threads: Int = 1
    ) throws(InputError) -> LSTMResult {
        try SequenceBatch.check(batch: batch)
        try SequenceBatch.check(threads: threads)
        let steps = x.count / (batch * sizes.inputSize)
        guard steps > 0 else { throw .notPositive("steps", found: steps) }
        try InputError.check("x", x.count, is: steps * batch * sizes.inputSize)
        guard sizes.cell.kind != .lstm || (h0 == nil) == (c0 == nil) else { throw .halfAState }
        if let lengths { try InputError.check(lengths: lengths, steps: steps, batch: batch) }
        let counts = (h: batch * sizes.hCount, c: batch * sizes.cCount)
        if let h0 { try InputError.check("h0", h0.count, is: counts.h) }
        if let c0 { try InputError.check("c0", c0.count, is: counts.c) }

        var result = LSTMResult(
            output: [Float](repeating: 0, count: steps * batch * sizes.outputSize),
            hN: h0 ?? [Float](repeating: 0, count: counts.h), cN: c0 ?? [Float](repeating: 0, count: counts.c))
        let workspace = AlignedFloats(count: workspaceCount(steps: steps, batch: batch, threads: threads))
        lengths.withPointer { lengths in
            result.hN.withUnsafeMutableBufferPointer { h in
                result.cN.withUnsafeMutableBufferPointer { c in
                    guard let h = h.baseAddress else { return }
                    run(
                        x, steps: steps, batch: batch, layout: layout, lengths: lengths, h: h,
                        c: sizes.cell.kind == .lstm ? c.baseAddress : nil, into: &result.output,
                        workspace: workspace.pointer, threads: threads)
                }
            }
        }
        return result
    }
}

extension [Int32]? {
    @_alwaysEmitIntoClient
    func withPointer(_ body: (UnsafePointer<Int32>?) -> Void) {
        guard let self else { return body(nil) }
        self.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
