// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMKernels

/// A convolution's parameters in kernel order: y = bias + part(W, window), the terms of a window element by element, and
/// channel by channel within each. Each group is a matrix product of its own.
///
/// Compiled where it is called: every program carries this module's other public functions.
public struct PackedConv1d: Sendable {
    /// in_channels: the floats of a step, or C of (C, L).
    public let inChannels: Int
    /// out_channels.
    public let outChannels: Int
    /// kernel_size: the elements of a window.
    public let kernelSize: Int
    /// Elements from one window to the next.
    public let stride: Int
    /// Zeros before the axis.
    public let left: Int
    /// Zeros after it.
    public let right: Int
    /// Elements from one of a window to the next.
    public let dilation: Int
    /// A matrix for each group: (out_channels / groups, kernel_size * in_channels / groups).
    @usableFromInline let groups: [PackedLinear]

    /// weight: (outChannels, inChannels / groups, kernelSize); bias: (outChannels).
    @_alwaysEmitIntoClient
    public init(
        inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 1, left: Int = 0, right: Int = 0,
        dilation: Int = 1, groups: Int = 1, weight: any FloatSource, bias: (any FloatSource)?
    ) {
        self.init(
            inChannels: inChannels, outChannels: outChannels, kernelSize: kernelSize, stride: stride, left: left,
            right: right, dilation: dilation, groups: groups, weight: weight, bias: bias
        ) { inFeatures, outFeatures, weight, bias in
            PackedLinear(inFeatures: inFeatures, outFeatures: outFeatures, weight: weight, bias: bias)
        }
    }

    /// - Parameter pack: the product of one group's windows, from its in_features, out_features, weight and bias.
    @_alwaysEmitIntoClient
    init(
        inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int, left: Int, right: Int, dilation: Int,
        groups: Int, weight: any FloatSource, bias: (any FloatSource)?,
        packedBy pack: (Int, Int, FloatArray, FloatArray?) -> PackedLinear
    ) {
        (self.inChannels, self.outChannels, self.kernelSize) = (inChannels, outChannels, kernelSize)
        (self.stride, self.left, self.right, self.dilation) = (stride, left, right, dilation)
        let (channels, outputs) = (inChannels / groups, outChannels / groups)
        let all = weight.floats()
        let biases = bias?.floats()
        precondition(all.count == outChannels * channels * kernelSize && biases?.count ?? outChannels == outChannels)
        self.groups = (0..<groups).map { group in
            var matrix = [Float](repeating: 0, count: outputs * channels * kernelSize)
            for output in 0..<outputs {
                let row = output * channels * kernelSize
                let from = group * outputs * channels * kernelSize + row
                for channel in 0..<channels {
                    for element in 0..<kernelSize {
                        matrix[row + element * channels + channel] = all[from + channel * kernelSize + element]
                    }
                }
            }
            let part = biases.map { Array($0[(group * outputs)..<((group + 1) * outputs)]) }
            return pack(
                channels * kernelSize, outputs, FloatArray(matrix, shape: [outputs, channels * kernelSize]),
                part.map { FloatArray($0, shape: [outputs]) })
        }
    }

    /// Reads and packs the parameters of an nn.Conv1d.
    @_alwaysEmitIntoClient
    public init<Reader: ParameterReader>(
        _ reader: Reader, inChannels: Int, outChannels: Int, kernelSize: Int, stride: Int = 1, left: Int = 0,
        right: Int = 0, dilation: Int = 1, groups: Int = 1, bias: Bool = true
    ) throws(Reader.Failure) {
        var reader = reader
        let weight = try reader.next("weight", [outChannels, inChannels / groups, kernelSize])
        let bias = bias ? try reader.next("bias", [outChannels]) : nil
        self.init(
            inChannels: inChannels, outChannels: outChannels, kernelSize: kernelSize, stride: stride, left: left,
            right: right, dilation: dilation, groups: groups, weight: weight, bias: bias)
    }

    /// Channels of x, and of y, in one group.
    @_alwaysEmitIntoClient
    var groupChannels: Int { inChannels / groups.count }
    @_alwaysEmitIntoClient
    var groupOutputs: Int { outChannels / groups.count }

    /// Elements from a window's first to its last.
    @_alwaysEmitIntoClient
    var extent: Int { dilation * (kernelSize - 1) + 1 }
}

// MARK: - Over time

extension PackedConv1d {
    /// Floats of workspace for sequences of `steps`.
    @_alwaysEmitIntoClient
    public func workspaceCount(steps: Int) -> Int {
        let padded = steps + left + right
        return lstmc_conv1d_workspace(
            padded, Windows.count(padded, extent: extent, stride: stride), kernelSize, dilation, groupChannels)
    }

    /// Floats of workspace for `steps` of a stream.
    @_alwaysEmitIntoClient
    public func workspaceCount(chunk steps: Int) -> Int {
        lstmc_conv1d_stream_workspace(steps, kernelSize, dilation, inChannels, groupChannels)
    }

    /// Each sequence by itself; what y, of `newSteps` steps, has past a sequence's own end is zero. y is not x.
    ///
    /// - Parameters:
    ///   - x: steps * batch vectors of inChannels floats, in `layout`.
    ///   - steps: of the longest sequence.
    ///   - batch: the number of sequences.
    ///   - layout: of x and of y.
    ///   - lengths: one for each sequence; nil where all have `steps`.
    ///   - y: newSteps * batch vectors of outChannels floats.
    ///   - newSteps: the steps that y has.
    ///   - workspace: `workspaceCount(steps:)` floats, anywhere.
    ///   - threads: at most so many share each sequence's windows, the caller's among them; the bits are the same.
    @_alwaysEmitIntoClient
    public func run(
        _ x: UnsafePointer<Float>, steps: Int, batch: Int, layout: SequenceLayout, lengths: Lengths? = nil,
        into y: UnsafeMutablePointer<Float>, steps newSteps: Int, workspace: UnsafeMutablePointer<Float>,
        threads: Int = 1
    ) {
        let strides = layout.strides(steps: steps, batch: batch, size: inChannels)
        let newStrides = layout.strides(steps: newSteps, batch: batch, size: outChannels)
        for row in 0..<batch {
            let length = lengths.map { Int($0[row]) } ?? steps
            let windows = Windows.count(length + left + right, extent: extent, stride: stride)
            precondition(windows <= newSteps, "\(newSteps) steps have no room for \(windows)")
            let to = y + row * newStrides.row
            slide(
                x + row * strides.row, apart: strides.time, length: length, left: left, right: right, windows: windows,
                into: to, apart: newStrides.time, workspace, threads: threads)
            for step in windows..<newSteps {
                (to + step * newStrides.time).update(repeating: 0, count: outChannels)
            }
        }
    }

    /// `steps` of one stream of a causal convolution, with the same bits as a run over all of them.
    ///
    /// - Parameters:
    ///   - x: (steps, inChannels) floats.
    ///   - steps: the next ones.
    ///   - past: (dilation * (kernelSize - 1), inChannels) floats: the steps before, the last one at the end; then those
    ///     after this call.
    ///   - y: (steps, outChannels) floats.
    ///   - workspace: `workspaceCount(chunk:)` floats, anywhere.
    @_alwaysEmitIntoClient
    public func run(
        _ x: UnsafePointer<Float>, steps: Int, past: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>
    ) {
        let before = (extent - 1) * inChannels
        let count = steps * inChannels
        workspace.update(from: past, count: before)
        (workspace + before).update(from: x, count: count)
        past.update(from: workspace + count, count: before)
        slide(
            workspace, apart: inChannels, length: extent - 1 + steps, left: 0, right: 0, windows: steps, into: y,
            apart: outChannels, workspace + before + count)
    }

    /// Each step by itself: a kernel of 1. `rows` times `inChannels` floats at x, `rows` times `outChannels` at y; at most
    /// `threads` threads share them.
    @_alwaysEmitIntoClient
    public func run(_ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, threads: Int = 1) {
        for (group, matrix) in groups.enumerated() {
            matrix.run(
                x + group * groupChannels, apart: inChannels, rows: rows, into: y + group * groupOutputs,
                apart: outChannels, threads: threads)
        }
    }

    /// The windows of one sequence, whose steps are `apart` floats apart.
    @_alwaysEmitIntoClient
    func slide(
        _ x: UnsafePointer<Float>, apart: Int, length: Int, left: Int, right: Int, windows: Int,
        into y: UnsafeMutablePointer<Float>, apart yApart: Int, _ workspace: UnsafeMutablePointer<Float>,
        threads: Int = 1
    ) {
        let (channels, outputs) = (groupChannels, groupOutputs)
        let isInPlace =
            left == 0 && right == 0 && (kernelSize == 1 || (groups.count == 1 && dilation == 1 && apart == channels))
        for (group, matrix) in groups.enumerated() {
            let (from, to) = (x + group * channels, y + group * outputs)
            if isInPlace {
                // The windows lie in memory as they are.
                matrix.run(from, apart: stride * apart, rows: windows, into: to, apart: yApart, threads: threads)
                continue
            }
            if dilation == 1 {
                workspace.update(repeating: 0, count: left * channels)
                Columns.copy(
                    from, rows: length, size: channels, stride: apart, into: workspace + left * channels,
                    stride: channels)
                (workspace + (left + length) * channels).update(repeating: 0, count: right * channels)
                matrix.run(
                    workspace, apart: stride * channels, rows: windows, into: to, apart: yApart, threads: threads)
                continue
            }
            let width = kernelSize * channels
            let most = lstmc_conv1d_windows_at_once()
            for first in Swift.stride(from: 0, to: windows, by: most) {
                let count = min(most, windows - first)
                for window in 0..<count {
                    for element in 0..<kernelSize {
                        let step = (first + window) * stride + element * dilation - left
                        let target = workspace + window * width + element * channels
                        if step >= 0, step < length {
                            target.update(from: from + step * apart, count: channels)
                        } else {
                            target.update(repeating: 0, count: channels)
                        }
                    }
                }
                matrix.run(
                    workspace, apart: width, rows: count, into: to + first * yApart, apart: yApart, threads: threads)
            }
        }
    }
}

extension PackedLinear {
    /// Rows of x and of y that lie `apart` floats from one another.
    @_alwaysEmitIntoClient
    func run(
        _ x: UnsafePointer<Float>, apart: Int, rows: Int, into y: UnsafeMutablePointer<Float>, apart yApart: Int,
        threads: Int = 1
    ) {
        if rows == 0 { return }
        multiply(x, apart: apart, rows: rows, into: y, apart: yApart, threads: threads)
    }

    /// Rows of x that are listed.
    @_alwaysEmitIntoClient
    func run(
        _ x: UnsafeMutableBufferPointer<UnsafePointer<Float>>, into y: UnsafeMutablePointer<Float>, apart yApart: Int
    ) {
        guard let first = x.first else { return }
        withUnsafePointer(to: matrix) {
            multiply($0, UnsafePointer(x.baseAddress), first, 0, x.count, y, yApart)
        }
    }
}
