// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("progress")
struct ProgressTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        let hidden = 256
        try box.write(
            "Long.lstm.yaml",
            "{ lstmc: 1, input: { features: 1 }, weights: { file: w.safetensors }, outputs: [a.h_n],"
                + " layers: [{ lstm: a, hidden_size: \(hidden), bias: false }] }")
        let zeros = { (rows: Int, columns: Int) in
            Tensor([Double](repeating: 0, count: rows * columns), [rows, columns])
        }
        try box.write(
            "w.safetensors",
            safetensors(["a.weight_ih_l0": zeros(4 * hidden, 1), "a.weight_hh_l0": zeros(4 * hidden, hidden)]))
    }

    private func run(_ options: [String] = [], environment: [String: String] = [:]) throws -> String {
        let outcome = try box.runOnTerminal(
            ["run", "Long.lstm.yaml", "--input", "x.npy"] + options, environment: environment)
        #expect(outcome.code == 0)
        #expect(outcome.stdout.hasPrefix("h_n (1, 256) 0.0 "), "\(outcome.description)")
        return outcome.stderr
    }

    /// What the terminal is sent by a run that is long enough to say several times how far it is; on a machine of any speed
    /// some run is.
    private func longRun() throws -> [String] {
        var steps = 4096
        while true {
            try box.write("x.npy", npy([Double](repeating: 0, count: steps), [steps, 1]))
            let pieces = try run().components(separatedBy: "\r\u{1B}[K")
            if Set(pieces).count > 4 { return pieces }
            steps *= 3
            try #require(steps < 1 << 24, "no run says how far it is")
        }
    }

    @Test("within a single lstm layer, with the time left, gone afterwards; silent where it is no help")
    func shown() throws {
        let pieces = try longRun()
        #expect(pieces.first == "" && pieces.last == "")
        let lines = pieces.filter { !$0.isEmpty }
        let shares = lines.compactMap { line in
            line.wholeMatch(of: #/running (\d+) %, about \d+ (s|min) left/#).flatMap { Int($0.1) }
        }
        #expect(shares.count == lines.count && shares == shares.sorted() && Set(shares).count > 2, "\(lines)")
        #expect(try run(environment: ["TERM": "dumb"]) == "")
        #expect(try run(["--diagnostics", "json"]) == "[]\n")
    }
}
