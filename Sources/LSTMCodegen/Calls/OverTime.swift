// SPDX-License-Identifier: Apache-2.0

import LSTMIR

// Layers that look at whole sequences, each over its own steps.

extension CallSite {
    func pool(_ pool: Pool) -> Call { overTime("Pooling", pool.function.rawValue) }

    func select(_ select: Select) -> Call { overTime("Sequences", "select", [.number("index", select.index)]) }

    var flip: Call { overTime("Sequences", "flip") }

    func steps(_ range: StepRange) -> Call {
        let bounds = [("start", range.start), ("stop", range.stop)].map { label, bound in
            Call.Argument.text(label, bound.map(String.init) ?? "nil")
        }
        return overTime("Sequences", "slice", bounds, call.output.map { [sizes($0.rows)[0]] } ?? [])
    }

    /// A vector as a sequence of equal steps.
    var repeated: Call {
        guard let output = call.output else { return Call(.type("Sequences", "repeated"), []) }
        return Call(
            .type("Sequences", "repeated"),
            [.pointer(x)] + sizes(output.rows) + [.number("size", output.count), layout, .pointer("into", y)])
    }

    private func overTime(
        _ type: String, _ function: String, _ before: [Call.Argument] = [], _ after: [Call.Argument] = []
    ) -> Call {
        guard let input = call.inputs.first else { return Call(.type(type, function), []) }
        let size = Call.Argument.number("size", input.count)
        return Call(
            .type(type, function),
            [.pointer(x)] + before + sizes(input.rows) + [size, layout] + lengths(input.rows) + [.pointer("into", y)]
                + after)
    }

    var argmax: Call { rowwise("argmax") }
}
