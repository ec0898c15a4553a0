// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

extension PackedConv1d {
    /// Floats of workspace for a step of each of so many streams.
    @_alwaysEmitIntoClient
    public func workspaceCount(streams batch: Int) -> Int { batch * kernelSize * groupChannels }

    /// One step of each of `batch` streams of a causal convolution, with the same bits as for each alone.
    ///
    /// - Parameters:
    ///   - x: (batch, inChannels) floats.
    ///   - batch: the number of streams.
    ///   - past: (batch, dilation * (kernelSize - 1), inChannels) floats: the steps before, the last one at the end; then
    ///     those after this call.
    ///   - y: (batch, outChannels) floats.
    ///   - workspace: `workspaceCount(streams:)` floats, anywhere.
    @_alwaysEmitIntoClient
    public func run(
        _ x: UnsafePointer<Float>, batch: Int, past: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>
    ) {
        let (channels, outputs, before) = (groupChannels, groupOutputs, (extent - 1) * inChannels)
        let width = kernelSize * channels
        for (group, matrix) in groups.enumerated() {
            for row in 0..<batch {
                let window = workspace + row * width
                let steps = past + row * before + group * channels
                for element in 0..<(kernelSize - 1) {
                    (window + element * channels).update(from: steps + element * dilation * inChannels, count: channels)
                }
                (window + width - channels).update(from: x + row * inChannels + group * channels, count: channels)
            }
            matrix.run(workspace, apart: width, rows: batch, into: y + group * outputs, apart: outChannels)
        }
        if before == 0 { return }
        for row in 0..<batch {
            let steps = past + row * before
            steps.update(from: steps + inChannels, count: before - inChannels)
            (steps + before - inChannels).update(from: x + row * inChannels, count: inChannels)
        }
    }
}
