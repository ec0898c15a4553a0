// SPDX-License-Identifier: Apache-2.0

import CodegenTestSupport
import Foundation
import TestSupport
import Testing

@Suite("Names in generated sources")
struct NamingTests {
    private func spec(name: String) -> String {
        "lstmc: 1\nname: \(name)\ninput: { features: 2 }\nweights: { file: w.safetensors }\nlayers:\n  - lstm: lstm\n"
            + "    hidden_size: 2\n"
    }

    /// A model's type hides what has the same name: every type that a generated file speaks of must be refused.
    @Test("no model can be called after a type that generated code uses") func types() throws {
        let folder = repositoryRoot.appendingPathComponent("Tests/GoldenModels")
        var names: Set<String> = []
        var own: Set<String> = []
        for file in fixtureNames(in: folder, suffix: ".swift") {
            own.insert(String(file.dropLast(".swift".count)))
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            for line in text.split(separator: "\n") {
                let code = line.replacing(#/"(\\.|[^"\\])*"/#, with: "").replacing(#/\/\/.*/#, with: "")
                // A word after a point is a member, which nothing hides.
                for match in code.matches(of: #/(?:^|[^A-Za-z0-9_.])([A-Z][A-Za-z0-9_]*)/#) {
                    names.insert(String(match.1))
                }
            }
        }
        names.subtract(own)
        #expect(names.count > 25)
        for name in names.sorted() {
            #expect(throws: SpecFailure.self, "\(name)") { try lowered(spec(name: name), path: "X.lstm.yaml") }
        }
        #expect(throws: Never.self) { try lowered(spec(name: "Fine"), path: "X.lstm.yaml") }
    }

    @Test("whatever a layer is called, its type compiles like the others") func layers() throws {
        let text = spec(name: "Collision").replacingOccurrences(of: "lstm: lstm", with: "lstm: withWorkspace")
        let source = try DrawnModel(text: text, path: "Collision.lstm.yaml", seed: 1).swift()
        #expect(source.contains("let withWorkspace2: PackedLSTM"))
        #expect(source.contains("layers.withWorkspace2.run("))
    }
}
