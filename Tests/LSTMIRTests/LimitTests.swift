// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMSpec
import TestSupport
import Testing

/// Specs of a few hundred kilobytes made to be expensive after they are parsed: each ends, and costs no more than its
/// size; CostTests counts the instructions.
@Suite("Limits of lowering", .timeLimit(.minutes(10))) struct LimitTests {
    /// Lowers a spec of 4 features.
    private func lowered(layers: String, _ rest: String = "") throws -> (model: Model?, diagnostics: [Diagnostic]) {
        try lower(document(layers: layers, rest))
    }

    private func document(layers: String, _ rest: String) throws -> Document {
        let text = "lstmc: 1\nname: Hostile\ninput: { features: 4 }\nlayers:\n\(layers)\(rest)\n"
        let parsed = parse(SourceFile(path: "Hostile.lstm.yaml", bytes: Array(text.utf8)))
        #expect(parsed.diagnostics.isEmpty)
        return try #require(parsed.document)
    }

    private func relus(_ count: Int) -> String { (0..<count).map { "  - relu: l\($0)\n" }.joined() }

    @Test("more layers than any model has") func layers() throws {
        #expect(try lowered(layers: relus(1024)).model?.layers.count == 1024)
        let found = try lowered(layers: relus(1025))
        #expect(found.model == nil)
        #expect(found.diagnostics.map(\.message) == ["there are 1,025 layers, more than the limit of 1,024"])
        #expect(found.diagnostics.first?.location == SourceLocation(path: "Hostile.lstm.yaml", line: 5, column: 3))
        #expect(try lowered(layers: relus(24_000)).model == nil)
    }

    @Test("more tensors than any model has") func tensors() throws {
        func stacks(_ count: Int) -> String {
            (0..<count).map { "  - lstm: l\($0)\n    hidden_size: 1\n    num_layers: 1024\n" }.joined()
        }
        #expect(try lowered(layers: stacks(4)).model?.parameters.count == 16_384)
        let found = try lowered(layers: stacks(5))
        #expect(found.model == nil)
        #expect(
            found.diagnostics.map(\.message) == ["the layers have 20,480 tensors, more than the limit of 16,384"])
        #expect(try lowered(layers: stacks(1000)).model == nil)
    }

    @Test("a long prefix, or one long path, of many tensors") func longNames() throws {
        let long = String(repeating: "p", count: 600_000)
        let stack = "  - lstm: a\n    hidden_size: 1\n    num_layers: 1024\n    bidirectional: true\n"
        let linears = (0..<1000).map { "  - linear: l\($0)\n    out_features: 1\n" }.joined()
        let paths = (1..<1000).map { ", l\($0): *a" }.joined()
        for (layers, weights) in [
            (stack, "prefix: \(long)"), (relus(1000), "prefix: \(long)"),
            (linears, "names: { l0: &a \(long.prefix(10_000))\(paths) }"),
        ] {
            let found = try lowered(layers: layers, "weights: { file: w.npz, \(weights) }")
            #expect(found.model == nil)
            #expect(found.diagnostics.map(\.mistake.code) == ["over-limit"])
        }
    }

    @Test("more results than generated code can nest") func results() throws {
        func outputs(_ count: Int) -> String { "outputs: [\((0..<count).map { "l\($0)" }.joined(separator: ", "))]" }
        #expect(try lowered(layers: relus(1024), outputs(128)).model?.results.count == 128)
        let found = try lowered(layers: relus(1024), outputs(129))
        #expect(found.model == nil)
        let errors = found.diagnostics.filter { $0.severity == .error }
        #expect(errors.map(\.message) == ["'outputs' asks for 129 results, more than the limit of 128"])
    }

    @Test("the text of a large model costs what its lines do") func text() throws {
        let growth = try Growth(from: 512) { size in
            let layers = (0..<size).map { "  - lstm: l\($0)\n    hidden_size: 1\n    num_layers: 4\n" }.joined()
            let model = try #require(try lowered(layers: layers).model)
            var lines = 0
            let bytes = allocatedBytes { lines = model.textLines.count }
            #expect(lines > 16 * size)
            return bytes
        }
        #expect(growth.isProportional(slack: 1 << 20), "\(growth)")
    }

    /// Layers and what comes after them, of a size.
    private func shapes() -> [String: (Int) -> (String, String)] {
        func list(_ count: Int) -> String { (0..<count).map { "layer\($0)_xxxxxxxx" }.joined(separator: ", ") }
        return [
            "layers": { (self.relus($0), "") },
            "stacks": { size in
                ((0..<size).map { "  - lstm: l\($0)\n    hidden_size: 1\n    num_layers: 2\n" }.joined(), "")
            },
            "wrong outputs": { (self.relus(100), "outputs: [\(list($0))]") },
            "one output": {
                (self.relus(8), "outputs: [\(Array(repeating: "l7", count: $0).joined(separator: ", "))]")
            },
            "labels": { (self.relus(1), "labels: [\(list($0))]\nsegment_starts: [\(list($0))]") },
            "wrong starts": { (self.relus(1), "labels: [a]\nsegment_starts: [\(list($0))]") },
            "wrong names": { size in
                let names = (0..<size).map { "n\($0): a" }.joined(separator: ", ")
                return (self.relus(100), "weights:\n  file: w.npz\n  names: { \(names) }")
            },
            "prefix": {
                (self.relus(10), "weights: { file: w.npz, prefix: \(String(repeating: "p", count: 100 * $0)) }")
            },
        ]
    }

    @Test("twice the spec costs twice the memory") func growth() throws {
        for (name, shape) in shapes() {
            let growth = try Growth(from: 500) { size in
                let (layers, rest) = shape(size)
                let document = try document(layers: layers, rest)
                return allocatedBytes { _ = lower(document) }
            }
            #expect(growth.isProportional(slack: 1 << 18), "\(name): \(growth)")
        }
    }

    @Test("as many labels as a file holds") func labels() throws {
        let labels = (0..<45_000).map { "l\($0)" }.joined(separator: ", ")
        let model = try lowered(
            layers: "  - linear: f\n    out_features: 45000\n",
            "labels: [\(labels)]\nsegment_starts: [\(labels)]"
        ).model
        #expect(model?.segmentStarts.count == 45_000)
    }

    @Test("a mistake in each of many results, labels and names") func manyMistakes() throws {
        let wrong = (0..<30_000).map { "layer\($0)_\(String(repeating: "x", count: 8))" }
        for rest in [
            "outputs: [\(wrong.joined(separator: ", "))]",
            "outputs: [\(Array(repeating: "l7", count: 30_000).joined(separator: ", "))]",
            "labels: [\(wrong.prefix(15_000).joined(separator: ", "))]\n"
                + "segment_starts: [\(wrong.suffix(15_000).joined(separator: ", "))]",
            "weights:\n  file: w.npz\n  names: { \(wrong.map { "\($0): a" }.joined(separator: ", ")) }",
        ] {
            let found = try lowered(layers: relus(1000), rest)
            #expect(found.model == nil)
            #expect(found.diagnostics.count == 1001)
            #expect(
                found.diagnostics.last?.message == "more than 1000 mistakes; the rest, from here on, is not shown")
        }
    }

    @Test("mistakes that are nearly the names there are, and long") func near() throws {
        let stem = String(repeating: "a", count: 60)
        let layers = (0..<1000).map { "  - relu: \(stem)\($0)\n" }.joined()
        let wrong = (0..<2000).map { "\(stem)b\($0)" }.joined(separator: ", ")
        let found = try lowered(layers: layers, "outputs: [\(wrong)]")
        #expect(found.diagnostics.first?.message.contains("did you mean '\(stem)") == true)
        #expect(found.diagnostics.count == 1001)
    }
}
