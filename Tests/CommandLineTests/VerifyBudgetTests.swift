// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("verify: budgets")
struct VerifyBudgetTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    /// A program that is taken for Python, and hands out `tensors`.
    private func python(_ tensors: [String: Tensor]) throws -> String {
        try box.write("given.safetensors", safetensors(tensors))
        return try box.writeProgram("python", "#!/bin/sh\ncp given.safetensors \"$3\"\n")
    }

    private func verify(_ arguments: String...) throws -> Outcome { try box.run(["verify"] + arguments) }

    private static func echo(_ limit: String) -> String {
        """
        lstmc: 1
        name: Echo
        input: { features: 2 }
        layers:
          - relu: y
        budget:
          max_error: \(limit)

        """
    }

    @Test("above the budget is one error for a result, at the key") func budget() throws {
        try box.write("Echo.lstm.yaml", Self.echo("1e-2"))
        try box.write("t.safetensors", safetensors(["x": Tensor([1, 2], [1, 2]), "y": Tensor([1, 2.5], [1, 2])]))
        let outcome = try verify("Echo.lstm.yaml", "--against", "t.safetensors")
        #expect(outcome.code == 1)
        #expect(outcome.lines.count == 2)
        #expect(
            outcome.stderr == """
                Echo.lstm.yaml:7:14: error: result 'y' is off by 5.00e-01 at (0, 1), more than the budget of 1.00e-02
                7 |   max_error: 1e-2
                  |              ^~~~

                """)
        // Both limits hold.
        let both = try verify("Echo.lstm.yaml", "--against", "t.safetensors", "--tolerance", "1")
        #expect(both.code == 1 && both.stderr.contains("more than the budget") && !both.stderr.contains("tolerance"))
        let tighter = try verify("Echo.lstm.yaml", "--against", "t.safetensors", "--tolerance", "0.1")
        #expect(tighter.stderr.contains("more than the budget") && tighter.stderr.contains("more than the tolerance"))
        try box.write("Echo.lstm.yaml", Self.echo("0.5"))
        #expect(try verify("Echo.lstm.yaml", "--against", "t.safetensors").code == 0)
    }

    @Test("of PyTorch's results, float64 is the budget's judge") func budgetOfTorch() throws {
        try box.write("Echo.lstm.yaml", Self.echo("1e-2"))
        try box.write("x.csv", "1,2\n")
        for (single, double, code) in [(9.0, 2.0, Int32(0)), (2, 2.5, 1), (9, 3, 1)] {
            let given = ["y": Tensor([1, single], [1, 2]), "y.f64": Tensor([1, double], [1, 2], "F64")]
            let outcome = try verify("Echo.lstm.yaml", "--torch", "--input", "x.csv", "--python", python(given))
            #expect(outcome.code == code, "\(outcome)")
            #expect(outcome.stderr.components(separatedBy: "error: result").count == Int(code) + 1, "\(outcome)")
        }
    }

    @Test("a budget of no number is an error", arguments: ["0", "-1", ".nan", ".inf", "small"])
    func wrongBudget(_ limit: String) throws {
        try box.write("Echo.lstm.yaml", Self.echo(limit))
        let outcome = try box.run("check", "Echo.lstm.yaml")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.hasPrefix("Echo.lstm.yaml:7:14: error: 'max_error' must be "), "\(outcome)")
    }
}
