// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

// A file of its own: a type's own file is in every program, and with this would come the kernels' functions for steps.
extension LSTMStep {
    /// - linear: packed `after` the lstm.
    /// - workspace: the floats of workspace that the caller keeps; at least the lstm's `stepWorkspaceCount`.
    public convenience init(_ lstm: PackedLSTM, _ linear: PackedLinear? = nil, workspace: Int) {
        let sizes = lstm.sizes
        precondition(!sizes.bidirectional, "a bidirectional lstm has no single steps")
        precondition(linear.map { $0.kernels == lstm.kernels } ?? true, "the layers are packed for different kernels")
        precondition(lstm.stepWorkspaceCount <= workspace, "the generated code is for another version of LSTMRuntime")
        let stream = UnsafeMutablePointer<lstmc_stream>.allocate(capacity: 1)
        let roomy = sizes.numLayers == 1 && sizes.projSize == 0
        if var matrix = linear?.matrix {
            lstmc_stream_init(stream, lstm.kernels, lstm.passes, sizes.numLayers, &matrix, roomy)
        } else {
            lstmc_stream_init(stream, lstm.kernels, lstm.passes, sizes.numLayers, nil, roomy)
        }
        self.init(lstm: lstm, linear: linear, stream: stream)
    }
}
