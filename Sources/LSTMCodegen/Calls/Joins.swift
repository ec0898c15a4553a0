// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension CallSite {
    /// The first two, then what there is with each further one.
    func combine(_ combine: Combination) -> [Call] {
        guard let output = call.output, var first = call.inputs.first else { return [] }
        return call.inputs.dropFirst().map { second in
            defer { first = output }
            return join(combine.function.rawValue, first, second, output)
        }
    }

    private func join(_ function: String, _ a: Plan.Operand, _ b: Plan.Operand, _ output: Plan.Operand) -> Call {
        if [a, b].allSatisfy({ $0.rows == output.rows && $0.sizes == output.sizes }) {
            return Call(
                .type("Combine", function),
                [.pointer(pointer(a)), .pointer(pointer(b)), values("count", of: output), .pointer("into", y)])
        }
        let operands = [a, b].map { operand in
            // Without time there is one step, which all have.
            Call.Argument(
                nil, .operand(pointer(operand), size: operand.size, hasTime: operand.rows == output.rows))
        }
        let axes: [Call.Argument] = [.number("outer", output.vectors), .number("size", output.size), layout]
        return Call(.type("Combine", function), operands + sizes(output.rows) + axes + [.pointer("into", y)])
    }

    /// The values side by side: each into columns of its own.
    var concat: [Call] {
        guard let output = call.output else { return [] }
        var column = 0
        return call.inputs.map { input in
            let target = y + column
            column += input.size
            let end: [Call.Argument] = [.pointer("into", target), .number("stride", output.size)]
            guard input.rows == output.rows else {
                let axes: [Call.Argument] = [.number("outer", output.vectors), .number("size", input.size), layout]
                return Call(.type("Columns", "repeated"), [.pointer(pointer(input))] + sizes(output.rows) + axes + end)
            }
            return Call(
                .type("Columns", "copy"),
                [
                    .pointer(pointer(input)), vectors("rows", of: output), .number("size", input.size),
                    .number("stride", input.size),
                ] + end)
        }
    }
}
