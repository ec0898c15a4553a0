// SPDX-License-Identifier: Apache-2.0

import CodegenTestSupport
import LSTMIR
import Testing

@Suite("Names in generated sources")
struct NamingTests {
    private func source(model: String, layer: String) throws -> String {
        let text = """
            lstmc: 1
            name: \(model)
            input: { features: 2 }
            weights: { file: w.safetensors }
            layers:
              - lstm: lstm
                hidden_size: 2
              - linear: \(layer)
                out_features: 1
              - relu: y
            outputs: [\(layer), y]

            """
        return try DrawnModel(text: text, path: "X.lstm.yaml", seed: 1).swift()
    }

    @Test("members keep a layer's name where a function of the type has that word for itself") func members() throws {
        let text = try source(model: "Fine", layer: "scores")
        #expect(text.contains("public var scores: [Swift.Float]"))
        #expect(text.contains("Results(scores: scores2, y: y)"))
        #expect(text.contains("let scores2: PackedLinear"))
    }

    @Test("what is no member's name in Swift gets a number") func words() throws {
        #expect(try source(model: "Fine", layer: "DEFAULT").contains("public var default2: [Swift.Float]"))
        #expect(try source(model: "Fine", layer: "hN").contains("public var hN2: [Swift.Float]"))
    }

    @Test(
        "names of underscores and digits are identifiers",
        arguments: ["_0": "_0", "__7": "_7", "_0a": "_0a", "__": "layer", "___": "layer", "_a": "a", "a_1": "a1"])
    func digits(_ layer: String, _ member: String) throws {
        #expect(try source(model: "Fine", layer: layer).contains("public var \(member): [Swift.Float]"))
    }

    @Test("a model called like a word of Swift's is in backticks") func models() throws {
        for name in ["any", "some", "each"] {
            let text = try source(model: name, layer: "head")
            #expect(
                text.contains("public struct `\(name)`: Swift.Sendable {") && text.contains("extension `\(name)` {"))
        }
    }

    @Test("labels that share a case's name are numbered in as many attempts as there are labels") func attempts() {
        func attempts(_ count: Int) -> Int {
            var pool = NamePool()
            let names = (0..<count).map { _ in pool.unique("label") }
            #expect(Set(names).count == count && names.last == "label\(count)")
            return pool.attempts
        }
        #expect(attempts(20_000) <= 2 * 20_000)
        // Names that are the numbered forms of others.
        var pool = NamePool()
        for number in 2..<5000 { _ = pool.unique("a\(number)") }
        for _ in 0..<5000 { _ = pool.unique("a") }
        #expect(pool.attempts <= 4 * 5000)
    }
}
