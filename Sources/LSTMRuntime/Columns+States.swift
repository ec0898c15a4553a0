// SPDX-License-Identifier: Apache-2.0

extension Columns {
    /// A recurrent layer's states, (states, batch, size), side by side: (batch, states * size). y is not x.
    @_alwaysEmitIntoClient
    public static func gather(
        _ x: UnsafePointer<Float>, states: Int, batch: Int, size: Int, into y: UnsafeMutablePointer<Float>
    ) {
        for state in 0..<states {
            copy(
                x + state * batch * size, rows: batch, size: size, stride: size, into: y + state * size,
                stride: states * size)
        }
    }

    /// Vectors that hold a recurrent layer's states side by side, (batch, states * size), as a state: (states, batch, size). y
    /// is not x.
    @_alwaysEmitIntoClient
    public static func scatter(
        _ x: UnsafePointer<Float>, states: Int, batch: Int, size: Int, into y: UnsafeMutablePointer<Float>
    ) {
        for state in 0..<states {
            copy(
                x + state * size, rows: batch, size: size, stride: states * size, into: y + state * batch * size,
                stride: size)
        }
    }
}
