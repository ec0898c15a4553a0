// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// A step of a recurrent layer, and of the linear layer that reads it if there is one, in a single call; with the bits of
/// `PackedRecurrent.step` and `PackedLinear.run` one after the other.
///
/// Which function runs it is settled here, once, by the layers' sizes. Immutable, as they are.
public final class LSTMStep: @unchecked Sendable {
    /// Whose memory `stream` points into.
    private let lstm: PackedRecurrent
    private let linear: PackedLinear?
    /// An `lstmc_stream`.
    private let stream: UnsafeMutableRawPointer

    /// `lstmc_stream_init`.
    @usableFromInline
    typealias Filling = (
        UnsafeMutablePointer<lstmc_stream>, UnsafePointer<lstmc_kernels>, UnsafePointer<lstmc_recurrent>, Int,
        UnsafePointer<lstmc_matrix>?, Bool
    ) -> Void

    @usableFromInline
    init(_ lstm: PackedRecurrent, _ linear: PackedLinear?, workspace: Int, filledBy fill: Filling) {
        let sizes = lstm.sizes
        precondition(!sizes.bidirectional, "a bidirectional layer has no single steps")
        precondition(linear.map { $0.kernels == lstm.kernels } ?? true, "the layers are packed for different kernels")
        precondition(lstm.stepWorkspaceCount <= workspace, "the generated code is for another version of LSTMRuntime")
        self.lstm = lstm
        self.linear = linear
        let stream = UnsafeMutablePointer<lstmc_stream>.allocate(capacity: 1)
        let roomy = lstmc_has_room(sizes.numLayers, sizes.projSize)
        if var matrix = linear?.matrix {
            fill(stream, lstm.kernels, lstm.passes, sizes.numLayers, &matrix, roomy)
        } else {
            fill(stream, lstm.kernels, lstm.passes, sizes.numLayers, nil, roomy)
        }
        self.stream = UnsafeMutableRawPointer(stream)
    }

    deinit { stream.deallocate() }

    /// One step of one sequence.
    ///
    /// - Parameters:
    ///   - x: inputSize floats.
    ///   - h: as `PackedRecurrent.step` has it. An lstm of one layer without projection overwrites what comes after h and c,
    ///     up to a multiple of 16 floats.
    ///   - c: the same, an lstm's alone.
    ///   - y: what the linear layer gives, or the lstm's output where there is none; nil where it is not wanted.
    ///   - workspace: as many floats as `init` was told, anywhere.
    public func run(
        _ x: UnsafePointer<Float>, h: UnsafeMutablePointer<Float>, c: UnsafeMutablePointer<Float>? = nil,
        into y: UnsafeMutablePointer<Float>?, workspace: UnsafeMutablePointer<Float>
    ) {
        runStep(stream.assumingMemoryBound(to: lstmc_stream.self), x, h, c, y, workspace)
    }

    /// The step without a reference to it: counting references would cost more than a small layer's step. It is for as
    /// long as the step it is of.
    package var unretained: Unretained { Unretained(stream: stream.assumingMemoryBound(to: lstmc_stream.self)) }

    /// What `run` needs of a step.
    package struct Unretained {
        fileprivate let stream: UnsafePointer<lstmc_stream>

        /// As `LSTMStep.run`.
        package func run(
            _ x: UnsafePointer<Float>, h: UnsafeMutablePointer<Float>, c: UnsafeMutablePointer<Float>?,
            into y: UnsafeMutablePointer<Float>?, workspace: UnsafeMutablePointer<Float>
        ) {
            runStep(stream, x, h, c, y, workspace)
        }
    }
}

// As in PackedRecurrent+Step.swift: nothing allocates or locks as far as the kernels.
@_noAllocation @_noLocks
private func runStep(
    _ stream: UnsafePointer<lstmc_stream>, _ x: UnsafePointer<Float>, _ h: UnsafeMutablePointer<Float>,
    _ c: UnsafeMutablePointer<Float>?, _ y: UnsafeMutablePointer<Float>?, _ workspace: UnsafeMutablePointer<Float>
) {
    _unsafePerformance { stream.pointee.step(stream, x, h, c, y, workspace) }
}
