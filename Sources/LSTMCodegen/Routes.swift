// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// The functions that run the layers, one call a line in spec order.
    func printRoutes(_ printer: inout CodePrinter) {
        printer.print()
        printer.print("// MARK: - The layers, in the order of the spec")
        printExtension(&printer) { printer in
            printRoute(
                .whole, "run", ["steps: Swift.Int", "batch: Swift.Int", "lengths: Swift.UnsafePointer<Swift.Int32>?"],
                &printer)
            guard canStream, !chunksAreWhole else { return }
            printer.print()
            printRoute(.chunk, "chunk", ["steps: Swift.Int"], &printer)
        }
    }

    private func printRoute(
        _ mode: Route.Mode, _ name: String, _ sizes: [String], _ printer: inout CodePrinter
    ) {
        let route = Route(self, mode)
        var parameters = ["_ x: \(inputPointer)"] + sizes
        for place in lstms {
            parameters += [
                "\(place.h): Swift.UnsafeMutablePointer<Swift.Float>",
                "\(place.c): Swift.UnsafeMutablePointer<Swift.Float>",
            ]
        }
        parameters += steppedResults.map { "\($0.name): Swift.UnsafeMutablePointer<Swift.Float>" }
        printer.function("private func \(name)", parameters, "") { printer in
            if route.usesRows { printer.print("let rows = steps * batch") }
            printMemory(of: route, &printer) { printer in
                for call in route.calls { printer.list(call.callee, call.arguments) }
                if mode == .whole { printPadding(&printer) }
            }
        }
    }

    /// Memory for the values between layers, and the lstm layers' workspace, around `body`.
    private func printMemory(
        of route: Route, _ printer: inout CodePrinter, _ body: (inout CodePrinter) -> Void
    ) {
        let batch = route.mode == .whole ? "batch" : "1"
        let workspaces = lstms.map { "layers.\($0.name).workspaceCount(steps: steps, batch: \(batch))" }
        let values = route.temporaries.map { product($0.rows, $0.size) }
        guard !workspaces.isEmpty || !values.isEmpty else { return body(&printer) }
        if workspaces.count == 1 {
            printer.print("let workspaceCount = \(workspaces[0])")
        } else if !workspaces.isEmpty {
            printer.list("let workspaceCount = Swift.max", workspaces)
        }
        let total = values + (workspaces.isEmpty ? [] : ["workspaceCount"])
        printer.print("LSTMRuntime.withWorkspace(floats: \(total.joined(separator: " + "))) { memory in")
        printer.indent { printer in
            var start = "memory"
            for (temporary, count) in zip(route.temporaries, values) {
                printer.print("let \(temporary.name) = \(start)")
                start = "\(temporary.name) + \(count)"
            }
            if !workspaces.isEmpty { printer.print("let workspace = \(start)") }
            body(&printer)
        }
        printer.print("}")
    }

    /// Results with a time axis are zero past a sequence's length; an lstm sees to its own.
    private func printPadding(_ printer: inout CodePrinter) {
        let padded = steppedResults.filter { result in
            if case .lstm = result.layer.operation { false } else { result.layer.output.hasTime }
        }
        guard !padded.isEmpty else { return }
        printer.block("if let lengths") { printer in
            for result in padded {
                printer.list(
                    "LSTMRuntime.zeroPadding",
                    [
                        result.name, "steps: steps", "batch: batch", "size: \(result.size)",
                        "layout: \(model.batchFirst ? ".batchFirst" : ".timeFirst")", "lengths: lengths",
                    ])
            }
        }
    }
}
