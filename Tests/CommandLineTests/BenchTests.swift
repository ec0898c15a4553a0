// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("bench")
struct BenchTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write(
            "Both.lstm.yaml",
            """
            # Runs both ways.
            lstmc: 1
            input: { features: 2 }
            layers:
              - lstm: a
                hidden_size: 3
                bidirectional: true

            """)
    }

    @Test("times are results, for people and for machines") func figures() throws {
        let arguments = ["bench", "Both.lstm.yaml", "--steps", "3", "--batch", "2", "--seconds", "0.01"]
        let text = try box.run(arguments)
        #expect(text.code == 0, "\(text.description)")
        #expect(text.stderr.isEmpty)
        #expect(text.lines.first?.hasPrefix("model") == true)
        let machine = try box.run(arguments + ["--format", "json", "--threads", "2"])
        #expect(machine.code == 0)
        let json = try JSONSerialization.jsonObject(with: Data(machine.stdout.utf8)) as? [String: Any]
        #expect(json?["batch"] as? Int == 2)
        #expect(json?["threads"] as? Int == 2)
    }

    @Test("what cannot be timed") func mistakes() throws {
        let streaming = try box.run("bench", "Both.lstm.yaml", "--streaming")
        #expect(streaming.code == 1)
        #expect(streaming.stdout.isEmpty)
        #expect(streaming.stderr.hasPrefix("Both.lstm.yaml:5:5: error: layer 'a' needs the whole sequence"))
        for steps in ["99999999999", "\(Int.max)"] {
            let large = try box.run("bench", "Both.lstm.yaml", "--steps", steps, "--batch", steps)
            #expect(large.code == 1)
            #expect(large.stderr.hasPrefix("Both.lstm.yaml:2:1: error: the weights or one pass would take more than"))
        }
    }

    @Test(
        "a wrong command line exits 64",
        arguments: [
            ["--steps", "0"], ["--batch", "0"], ["--threads", "0"], ["--threads", "1025"],
            ["--threads", "\(Int.max)"], ["--seconds", "nan"], ["--seconds", "0"],
            ["--rate", "inf"], ["--format", "xml"], ["--streaming", "--threads", "2"],
        ])
    func usage(_ arguments: [String]) throws {
        #expect(try box.run(["bench", "Both.lstm.yaml"] + arguments).code == 64)
    }

    @Test("LSTMC_ISA names an instruction set of this machine") func instructionSet() throws {
        try box.write("Echo.lstm.yaml", echo)
        try box.write("x.npy", npy([1, -2, 3], [1, 3]))
        let arguments = ["run", "Echo.lstm.yaml", "--input", "x.npy"]
        let baseline = try box.run(arguments, environment: ["LSTMC_ISA": "baseline"])
        #expect(baseline.code == 0)
        #expect(baseline.stdout == "y (1, 3) 1.0 0.0 3.0\n")
        for name in ["", "avx1024", "baseline "] {
            let outcome = try box.run(arguments, environment: ["LSTMC_ISA": name])
            #expect(outcome.code == 1)
            #expect(outcome.stdout.isEmpty)
            #expect(outcome.stderr.hasPrefix("lstmc: error: LSTMC_ISA is '\(name)', which this machine cannot run"))
        }
    }
}
