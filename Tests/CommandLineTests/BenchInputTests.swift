// SPDX-License-Identifier: Apache-2.0

import ProgramTestSupport
import Testing

@Suite("What bench measures")
struct BenchInputTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write(
            "a.lstm.yaml",
            """
            lstmc: 1
            input: { features: 3 }
            layers:
              - lstm: lstm
                hidden_size: 4

            """)
        try box.write("batch.npy", npy((0..<30).map(Double.init), [5, 2, 3]))
        try box.write("one.npy", npy((0..<15).map(Double.init), [5, 3]))
    }

    private func figures(_ arguments: String...) throws -> String {
        let outcome = try box.run(["bench", "a.lstm.yaml", "--format", "json"] + arguments)
        #expect(outcome.code == 0, "\(outcome.stderr)")
        return outcome.stdout
    }

    @Test("as many passes as asked for") func passes() throws {
        #expect(try figures("--passes", "7", "--steps", "2").contains(#""runs": 7, "#))
    }

    @Test("a file's sequences") func input() throws {
        let batch = try figures("--input", "batch.npy", "--passes", "1")
        #expect(batch.contains(#""steps": 5, "batch": 2, "#))
        let one = try figures("--input", "one.npy", "--streaming", "--passes", "1")
        #expect(one.contains(#""steps": 5, "batch": 1, "threads": 1, "streaming": true"#))
    }

    @Test("several sequences do not stream from a file") func several() throws {
        let outcome = try box.run("bench", "a.lstm.yaml", "--input", "batch.npy", "--streaming")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.hasPrefix("batch.npy:1:1: error: --streaming takes one sequence"))
    }

    @Test(
        "options that cannot be",
        arguments: [
            ["--passes", "0"], ["--passes", "1000001"], ["--input", "one.npy", "--threads", "0"], ["--steps", "0"],
        ])
    func refused(_ arguments: [String]) throws {
        let outcome = try box.run(["bench", "a.lstm.yaml"] + arguments)
        #expect(outcome.code == 64)
        #expect(outcome.stdout.isEmpty)
    }
}
