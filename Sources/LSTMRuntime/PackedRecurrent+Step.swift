// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

extension PackedRecurrent {
    /// Floats of workspace that `step` needs.
    public var stepWorkspaceCount: Int {
        (0..<sizes.numLayers).reduce(0) { max($0, lstmc_step_workspace(passes + $1)) }
    }

    /// One time step of one sequence, with the same bits as `run`; not for a bidirectional layer.
    ///
    /// - Parameters:
    ///   - x: inputSize floats.
    ///   - h: (numLayers, stateSize): the state before, then the state after. The output is its last stateSize floats;
    ///     `output(ofState:)` points at them.
    ///   - c: (numLayers, hiddenSize): the same, an lstm's alone.
    ///   - workspace: `stepWorkspaceCount` floats, anywhere.
    public func step(
        _ x: UnsafePointer<Float>, h: UnsafeMutablePointer<Float>, c: UnsafeMutablePointer<Float>? = nil,
        workspace: UnsafeMutablePointer<Float>
    ) {
        precondition(!sizes.bidirectional, "a bidirectional layer has no single steps")
        stepLayers(passes, sizes.numLayers, x, h, c, workspace)
    }

    /// Where the last layer's h is in a state of one row.
    public func output(ofState h: UnsafePointer<Float>) -> UnsafePointer<Float> {
        h + (sizes.numLayers - 1) * sizes.stateSize
    }

    /// `step` on spans, with a copy of the output.
    @_alwaysEmitIntoClient
    public func step(
        _ x: Span<Float>, h: inout MutableSpan<Float>, c: inout MutableSpan<Float>, into y: inout MutableSpan<Float>,
        workspace: inout MutableSpan<Float>
    ) {
        precondition(x.count == sizes.inputSize, "x has \(x.count) values, not \(sizes.inputSize)")
        precondition(h.count == sizes.hCount && c.count == sizes.cCount, "h and c have another layer's sizes")
        precondition(y.count == sizes.outputSize, "y has \(y.count) values, not \(sizes.outputSize)")
        precondition(workspace.count >= stepWorkspaceCount, "the workspace is too small")
        x.withUnsafeBufferPointer { x in
            h.withUnsafeMutableBufferPointer { h in
                c.withUnsafeMutableBufferPointer { c in
                    workspace.withUnsafeMutableBufferPointer { workspace in
                        guard let x = x.baseAddress, let h = h.baseAddress,
                            let workspace = workspace.baseAddress
                        else { return }
                        step(x, h: h, c: sizes.cell.kind == .lstm ? c.baseAddress : nil, workspace: workspace)
                    }
                }
            }
        }
        let first = (sizes.numLayers - 1) * sizes.stateSize
        for index in 0..<sizes.outputSize { y[index] = h[first + index] }
    }
}

// The compiler checks that nothing allocates or locks as far as the kernels, which are C and which it cannot see into.
@_noAllocation @_noLocks
private func stepLayers(
    _ passes: UnsafePointer<lstmc_recurrent>, _ layers: Int,
    _ x: UnsafePointer<Float>, _ h: UnsafeMutablePointer<Float>, _ c: UnsafeMutablePointer<Float>?,
    _ workspace: UnsafeMutablePointer<Float>
) {
    _unsafePerformance { lstmc_step(passes, layers, x, h, c, workspace) }
}
