// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// A step of an lstm, and of the linear layer that reads it if there is one, in a single call; with the bits of
/// `PackedLSTM.step` and `PackedLinear.run` one after the other.
///
/// Which function runs it is settled here, once, by the layers' sizes. Immutable, as they are.
public final class LSTMStep: @unchecked Sendable {
    /// Whose memory `stream` points into.
    private let lstm: PackedLSTM
    private let linear: PackedLinear?
    private let stream: UnsafeMutablePointer<lstmc_stream>

    init(lstm: PackedLSTM, linear: PackedLinear?, stream: UnsafeMutablePointer<lstmc_stream>) {
        self.lstm = lstm
        self.linear = linear
        self.stream = stream
    }

    deinit { stream.deallocate() }

    /// One step of one sequence.
    ///
    /// - x: inputSize floats.
    /// - h, c: as `PackedLSTM.step` has them. An lstm of one layer without projection overwrites what comes after them,
    ///   up to a multiple of 16 floats.
    /// - y: what the linear layer gives, or the lstm's output where there is none; nil where it is not wanted.
    /// - workspace: as many floats as `init` was told, anywhere.
    public func run(
        _ x: UnsafePointer<Float>, h: UnsafeMutablePointer<Float>, c: UnsafeMutablePointer<Float>,
        into y: UnsafeMutablePointer<Float>?, workspace: UnsafeMutablePointer<Float>
    ) {
        runStep(stream, x, h, c, y, workspace)
    }
}

// As in LSTM+Step.swift: nothing allocates or locks as far as the kernels.
@_noAllocation @_noLocks
private func runStep(
    _ stream: UnsafePointer<lstmc_stream>, _ x: UnsafePointer<Float>, _ h: UnsafeMutablePointer<Float>,
    _ c: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>?, _ workspace: UnsafeMutablePointer<Float>
) {
    _unsafePerformance { stream.pointee.step(stream, x, h, c, y, workspace) }
}
