// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

// Convolutions over the positions inside a step, compiled where they are called.

extension PackedConv1d {
    /// Floats of workspace for steps of (inChannels, positions).
    @_alwaysEmitIntoClient
    public func workspaceCount(positions: Int) -> Int {
        let padded = positions + left + right
        return lstmc_conv1d_positions_workspace(
            padded, Windows.count(padded, extent: extent, stride: stride), kernelSize, dilation, groupChannels,
            groupOutputs)
    }

    /// `rows` steps of (inChannels, positions) to (outChannels, new positions). y is not x.
    ///
    /// - Parameters:
    ///   - x: (rows, inChannels, positions).
    ///   - rows: the vectors.
    ///   - positions: of each vector.
    ///   - y: (rows, outChannels, newPositions); not x.
    ///   - workspace: `workspaceCount(positions:)` floats, anywhere.
    @_alwaysEmitIntoClient
    public func run(
        _ x: UnsafePointer<Float>, rows: Int, positions: Int, into y: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>
    ) {
        let windows = Windows.count(positions + left + right, extent: extent, stride: stride)
        precondition(windows > 0, "\(positions) positions have no window")
        let most = lstmc_conv1d_steps_at_once(windows)
        for (group, matrix) in groups.enumerated() {
            let from = x + group * groupChannels * positions
            let to = y + group * groupOutputs * windows
            for first in Swift.stride(from: 0, to: rows, by: most) {
                run(
                    matrix, from + first * inChannels * positions, rows: min(most, rows - first), positions: positions,
                    windows: windows, into: to + first * outChannels * windows, workspace)
            }
        }
    }

    /// Some steps of one group.
    @_alwaysEmitIntoClient
    func run(
        _ matrix: PackedLinear, _ x: UnsafePointer<Float>, rows: Int, positions: Int, windows: Int,
        into y: UnsafeMutablePointer<Float>, _ workspace: UnsafeMutablePointer<Float>
    ) {
        let (channels, outputs) = (groupChannels, groupOutputs)
        let isInPlace = inChannels == 1 && dilation == 1 && left == 0 && right == 0
        let hasGaps = dilation > 1
        // Floats from a window to the next, and from a step to the next.
        let apart = hasGaps ? kernelSize * channels : stride * channels
        let pitch = hasGaps ? windows * apart : isInPlace ? positions : (positions + left + right) * channels
        var given = x
        if !isInPlace {
            for row in 0..<rows {
                gather(
                    x + row * inChannels * positions, positions: positions, windows: windows,
                    into: workspace + row * pitch)
            }
            given = UnsafePointer(workspace)
        }
        if windows == 1 {
            matrix.run(given, apart: pitch, rows: rows, into: y, apart: outChannels)
        } else if outputs == 1 {
            for row in 0..<rows {
                matrix.run(
                    given + row * pitch, apart: apart, rows: windows, into: y + row * outChannels * windows, apart: 1)
            }
        } else {
            // A result for each window, which is turned round.
            let results = workspace + (isInPlace ? 0 : rows * pitch)
            if rows == 1 {
                matrix.run(given, apart: apart, rows: windows, into: results, apart: outputs)
            } else {
                withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: rows * windows) { list in
                    for index in 0..<(rows * windows) {
                        list.initializeElement(at: index, to: given + index / windows * pitch + index % windows * apart)
                    }
                    matrix.run(list, into: results, apart: outputs)
                }
            }
            for index in 0..<(rows * windows) {
                let to = y + index / windows * outChannels * windows + index % windows
                lstmc_scatter(to, windows, results + index * outputs, outputs)
            }
        }
    }

    /// One step's channels position by position with zeros around them; its windows, one after another, where a window
    /// has gaps.
    @_alwaysEmitIntoClient
    func gather(
        _ x: UnsafePointer<Float>, positions: Int, windows: Int, into workspace: UnsafeMutablePointer<Float>
    ) {
        let channels = groupChannels
        if dilation == 1 {
            workspace.update(repeating: 0, count: left * channels)
            let inside = workspace + left * channels
            for channel in 0..<channels {
                lstmc_scatter(inside + channel, channels, x + channel * positions, positions)
            }
            (inside + positions * channels).update(repeating: 0, count: right * channels)
            return
        }
        for window in 0..<windows {
            for element in 0..<kernelSize {
                let position = window * stride + element * dilation - left
                let target = workspace + (window * kernelSize + element) * channels
                let isInside = position >= 0 && position < positions
                for channel in 0..<channels { target[channel] = isInside ? x[channel * positions + position] : 0 }
            }
        }
    }
}
