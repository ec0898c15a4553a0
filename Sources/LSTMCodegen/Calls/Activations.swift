// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension CallSite {
    /// A function of one value.
    func pointwise(_ function: Pointwise) -> Call {
        let numbers = function.numbers.map { Call.Argument.number($0.label, $0.value) }
        return Call(
            .type("Elementwise", function.runtimeName),
            [.pointer(x), values("count", of: call.inputs.first)] + numbers + [.pointer("into", y)])
    }

    func softmax(_ softmax: Softmax) -> Call { rowwise(softmax.isLog ? "logSoftmax" : "softmax") }

    /// One weight for each value of a step, or one for all values.
    func prelu(_ prelu: PReLU) -> Call {
        let input = call.inputs.first
        let steps = Call.Argument.count("rows", input.map { rows($0.rows) } ?? .one)
        let count = prelu.numParameters == 1 ? values("rows", of: input) : steps
        return Call(.layer(packed, "run"), [.pointer(x), count, .pointer("into", y)])
    }
}

extension PReLU {
    var packing: Packing {
        Packing(
            "PackedPReLU", ["numParameters: \(numParameters)"] + (positions == 1 ? [] : ["positions: \(positions)"]))
    }
}
