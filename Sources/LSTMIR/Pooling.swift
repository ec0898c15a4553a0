// SPDX-License-Identifier: Apache-2.0

extension Lowering {
    /// `mean` and `max` over the valid steps: what they give has no time axis.
    mutating func lowerPooling(_ operation: Layer.Operation, flow: inout Flow) -> Layer.Operation? {
        flow = flow == .unknown ? .unknown : .vector(flow.size)
        return operation
    }
}
