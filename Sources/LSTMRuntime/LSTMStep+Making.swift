// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

extension LSTMStep {
    /// - Parameters:
    ///   - lstm: the layer, of one direction.
    ///   - linear: packed `after` the layer.
    ///   - workspace: the floats of workspace that the caller keeps; at least the layer's `stepWorkspaceCount`.
    // Compiled where it is called: every program carries this module's public functions and what they name, and one
    // without streams need not carry the kernels' functions for steps.
    @_alwaysEmitIntoClient
    public convenience init(_ lstm: PackedRecurrent, _ linear: PackedLinear? = nil, workspace: Int) {
        self.init(lstm, linear, workspace: workspace, filledBy: lstmc_stream_init)
    }
}
