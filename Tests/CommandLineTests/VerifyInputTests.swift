// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("verify: integers and several inputs")
struct VerifyInputTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    /// A program that is taken for Python, and hands out `tensors`.
    private func python(_ tensors: [String: Tensor]) throws -> String {
        try box.write("given.safetensors", safetensors(tensors))
        return try box.writeProgram("python", "#!/bin/sh\ncp given.safetensors \"$3\"\n")
    }

    private func verify(_ arguments: String...) throws -> Outcome { try box.run(["verify"] + arguments) }

    private static let best = "{ lstmc: 1, name: Best, input: { features: 3 }, layers: [{ argmax: best }] }\n"

    // MARK: Integers

    @Test("an index that differs is an error of 1") func differentIndex() throws {
        try box.write("Best.lstm.yaml", Self.best)
        try box.write(
            "t.safetensors",
            safetensors(["x": Tensor([1, 2, 3, 4, 5, 0], [2, 3]), "best": Tensor([2, 0], [2], "I64")]))
        let outcome = try verify("Best.lstm.yaml", "--against", "t.safetensors")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(
            outcome.stdout == """
                result  against  largest error  mean error  ulp  at
                best    best          1.00e+00    5.00e-01    -  (1,)

                """)
        let strict = try verify("Best.lstm.yaml", "--against", "t.safetensors", "--tolerance", "0.5")
        #expect(strict.code == 1)
        #expect(strict.stderr.contains("result 'best' is off by 1.00e+00 at (1,), more than the tolerance of 5.00e-01"))
        let json = try verify("Best.lstm.yaml", "--against", "t.safetensors", "--format", "json")
        #expect(json.stdout.contains("\"mean_error\": 0.5, \"ulp\": null, \"index\": [1]}"), "\(json)")
    }

    @Test("floats are no indices") func floatsForIndices() throws {
        try box.write("Best.lstm.yaml", Self.best)
        try box.write("t.safetensors", safetensors(["x": Tensor([1, 2, 3], [1, 3]), "best": Tensor([2], [1])]))
        let outcome = try verify("Best.lstm.yaml", "--against", "t.safetensors")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("error: tensor 'best' holds no integers"))
    }

    @Test("PyTorch's other index is none where its scores tie") func ties() throws {
        try box.write("Best.lstm.yaml", Self.best)
        try box.write("x.csv", "1,2,3\n4,5,0\n")
        for (second, isTie) in [(5.00004, true), (5.0001, false)] {
            let given = [
                "best": Tensor([2, 0], [2], "I64"), "best.f64": Tensor([2, 0], [2], "I64"),
                "best.scores": Tensor([1, 2, 3, second, 5, 0], [2, 3]),
                "best.f64.scores": Tensor([1, 2, 3, second, 5, 0], [2, 3], "F64"),
            ]
            let outcome = try verify(
                "Best.lstm.yaml", "--torch", "--input", "x.csv", "--tolerance", "0", "--python", python(given))
            #expect(outcome.code == (isTie ? 0 : 1), "\(outcome)")
            #expect(outcome.lines.count == 3)
        }
    }

    // MARK: Random sequences, with PyTorch

    private static let graphs: [String: String] = [
        "several inputs, of which two meet": """
        inputs:
          audio: { features: 2 }
          knobs: { features: 3, per: sequence }
          ids: { tokens: 7 }
          other: { features: 2 }
        layers:
          - embedding: e
            from: ids
            embedding_dim: 2
          - add: met
            from: [audio, e]
          - concat: all
            from: [met, knobs]
          - lstm: a
            hidden_size: 4
            bidirectional: true
          - lstm: b
            from: other
            hidden_size: 3
          - concat: last
            from: [a.h_n, b.h_n]
        outputs: [a.output, b.output, last]
        """,
        "tokens with a padding": """
        input: { tokens: 5, padding: 2 }
        layers:
          - embedding: e
            embedding_dim: 3
          - lstm: a
            hidden_size: 4
            bidirectional: true
          - linear: scores
            out_features: 3
          - argmax: best
          - mean: m
            from: a
        outputs: [best, scores, a.output, m, a.h_n]
        """,
        "features with a padding": """
        input: { features: 1, padding: 0.0, batch_first: true }
        layers:
          - lstm: a
            hidden_size: 4
          - flip: f
          - max: m
        outputs: [f, m, a.output]
        """,
        "layers that ask for steps": """
        inputs:
          a: { features: 2 }
          b: { features: 2 }
        layers:
          - select: twentieth
            from: a
            index: 19
          - steps: some
            from: b
            start: 3
          - select: third
            index: -3
          - add: y
            from: [twentieth, third]
        outputs: [y, some]
        """,
    ]

    @Test(
        "PyTorch agrees on random sequences of every input", .enabled(if: pythonWithTorch != nil),
        arguments: graphs.keys.sorted(), [false, true])
    func randomSequences(_ name: String, batchFirst: Bool) throws {
        var text = "lstmc: 1\nname: Drawn\n" + (Self.graphs[name] ?? "") + "\n"
        if text.contains("inputs:") { text += "batch_first: \(batchFirst)\n" }
        try box.write("Drawn.lstm.yaml", text)
        let python = pythonWithTorch ?? ""
        let outcome = try verify("Drawn.lstm.yaml", "--torch", "--tolerance", "1e-6", "--python", python)
        #expect(outcome.code == 0, "\(outcome)")
    }

    @Test("no sequence has the steps that layers ask for") func noLengthWillDo() throws {
        try box.write(
            "Never.lstm.yaml",
            "{ lstmc: 1, input: { features: 1 }, layers: [{ steps: s, stop: 2 }, { select: y, index: 4 }] }\n")
        let outcome = try verify("Never.lstm.yaml", "--torch", "--python", "none")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("which needs 5"), "\(outcome)")
    }
}
