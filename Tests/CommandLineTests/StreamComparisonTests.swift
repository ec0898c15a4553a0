// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

private let hasPython = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/python3")
}

/// `Benchmarks/rtneural/compare.py` with programs of our own: the times that they say are made up, the results are not.
@Suite("make bench-rtneural", .enabled(if: hasPython))
struct StreamComparisonTests {
    private let box: Sandbox

    init() throws { box = try Sandbox() }

    /// A program that runs the case's lstm in plain Python, and prints `line` of it.
    private func program(_ name: String, _ line: String) throws -> String {
        let path = try box.writeProgram(
            name,
            """
            #!/usr/bin/env python3
            import array, json, math, sys
            folder, seconds = sys.argv[1], float(sys.argv[2])
            case = json.load(open(folder + "/case.json"))
            kernel, recurrent, bias = json.load(open(folder + "/model.json"))["layers"][0]["weights"]
            inputs, hidden = case["input_size"], case["hidden_size"]
            x = array.array("f", open(folder + "/x.f32", "rb").read())
            assert len(x) == case["steps"] * inputs and not sys.stdin.read()
            sigmoid = lambda value: 1 / (1 + math.exp(-value))
            h, c = [0.0] * hidden, [0.0] * hidden
            for step in range(case["steps"]):
                rows = list(zip(x[step * inputs:], kernel)) + list(zip(h, recurrent))
                gates = [b + sum(value * row[k] for value, row in rows) for k, b in enumerate(bias)]
                i, f, g, o = (gates[k * hidden:(k + 1) * hidden] for k in range(4))
                c = [sigmoid(f[j]) * c[j] + sigmoid(i[j]) * math.tanh(g[j]) for j in range(hidden)]
                h = [sigmoid(o[j]) * math.tanh(c[j]) for j in range(hidden)]
            def say(time, last): print(json.dumps({"nanoseconds_per_step": time, "last_output": last}))
            \(line)

            """)
        return "\(name)=\(path)"
    }

    private func compare(_ programs: [String], sizes: String = "1x8", cell: String = "lstm") throws -> Outcome {
        let script = repositoryRoot.appendingPathComponent("Benchmarks/rtneural/compare.py").path
        return try box.run(
            ["python3", "-B", script, "--lstmc", products.appendingPathComponent("lstmc").path, "--build", "cases"]
                + ["--cell", cell, "--sizes", sizes, "--rounds", "2", "--seconds", "0.001"]
                + programs.flatMap { ["--program", $0] },
            program: "/usr/bin/env")
    }

    @Test("the fastest of the right ones counts, and who leaves a size out is not asked for it") func right() throws {
        let outcome = try compare(
            [program("fast", "say(20.0, h); say(10.0, h)"), program("slow", "if hidden == 12: say(30, h)")],
            sizes: "1x8,1x12")
        #expect(outcome.code == 0 && outcome.stderr.isEmpty, "\(outcome)")
        #expect(outcome.lines.count == 5)
        #expect(outcome.stdout.contains("fast (fast 10.0)\n"))
        #expect(outcome.stdout.contains("fast (fast 10.0 slow 30.0)\n"))
    }

    @Test("a gru's files are what a gru of Keras's form runs on") func gru() throws {
        let path = try box.writeProgram(
            "loop",
            """
            #!/usr/bin/env python3
            import array, json, math, sys
            case = json.load(open(sys.argv[1] + "/case.json"))
            kernel, recurrent, biases = json.load(open(sys.argv[1] + "/model.json"))["layers"][0]["weights"]
            x = array.array("f", open(sys.argv[1] + "/x.f32", "rb").read())
            assert case["cell"] == "gru" and case["input_size"] == 1
            size, h = case["hidden_size"], [0.0] * case["hidden_size"]
            sigmoid = lambda value: 1 / (1 + math.exp(-value))
            for value in x:
                a = [b + value * w for b, w in zip(biases[0], kernel[0])]
                r = [b + sum(u * row[k] for u, row in zip(h, recurrent)) for k, b in enumerate(biases[1])]
                z = [sigmoid(a[j] + r[j]) for j in range(size)]
                q = [sigmoid(a[j] + r[j]) for j in range(size, 2 * size)]
                n = [math.tanh(a[2 * size + j] + q[j] * r[2 * size + j]) for j in range(size)]
                h = [z[j] * h[j] + (1 - z[j]) * n[j] for j in range(size)]
            print(json.dumps({"nanoseconds_per_step": 5.0, "last_output": h}))

            """)
        let outcome = try compare(["loop=\(path)"], cell: "gru")
        #expect(
            outcome.code == 0 && outcome.stderr.isEmpty && outcome.stdout.contains("loop (loop 5.0)\n"), "\(outcome)")
    }

    @Test(
        "a program with a wrong result does not win, whatever time it says",
        arguments: [
            ("say(1.0, [value + 0.001 for value in h])", "8 of 8 results are wrong, the first is number 0"),
            ("say(1.0, h[:7] + [h[7] + 0.001])", "1 of 8 results are wrong, the first is number 7"),
            ("say(1.0, [math.nan] * 8)", "8 of 8 results are wrong"),
            ("say(9.0, h); say(1.0, c)", "results are wrong"),
            ("say(1.0, h[:7])", "'last_output' is not a list of 8 numbers"),
            ("say(1.0, h[:7] + [10 ** 400])", "'last_output' is not a list of 8 numbers"),
            ("print('{\"nanoseconds_per_step\": 1}')", "'last_output' is not a list of 8 numbers"),
            ("say(-1, h)", "'nanoseconds_per_step' is not a number more than 0"),
            ("say(math.nan, h)", "'nanoseconds_per_step' is not a number more than 0"),
            ("say(True, h)", "'nanoseconds_per_step' is not a number more than 0"),
            ("print('8 1.0')", "a line of its output is no JSON"), ("print('[1]')", "'nanoseconds_per_step' is not"),
            ("sys.exit('no such thing')", "wrong ended with exit code 1: no such thing"),
        ])
    func wrong(_ line: String, _ problem: String) throws {
        let outcome = try compare([program("wrong", line), program("right", "say(1000000.0, h)")])
        #expect(outcome.code == 1)
        #expect(outcome.stdout.contains("right (right 1000000.0)\n"), "\(outcome)")
        #expect(outcome.stderr.hasPrefix("error: wrong, 1x8: "))
        #expect(outcome.stderr.contains(problem), "\(outcome)")
    }

    @Test("a program that is not there is an error, and so is no program at all") func missing() throws {
        let gone = try compare(["gone=\(box.url("gone").path)"])
        #expect(gone.code == 1 && gone.stderr.contains("error: gone, 1x8: gone cannot be run: "))
        let none = try compare([])
        #expect(none.code == 2 && none.stderr.contains("there is nothing to compare with; give --program NAME=PATH"))
        let twice = try compare(["a=b", "a=c"])
        #expect(twice.code == 2 && twice.stderr.contains("--program a: each needs a name of its own"))
    }
}
