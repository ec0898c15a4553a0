// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMSpec
import ProgramTestSupport
import TestSupport
import Testing

@Suite("Facts that the documents repeat")
struct FactTests {
    @Test("the README lists every layer kind, in the order of the code") func layerKinds() throws {
        let list = try #require(try documentText("README.md").firstMatch(of: #/Layers: ((?s).*?)\. The/#)).output.1
        // What the brackets say of the lstm has code in it too.
        let names = list.replacing(#/\((?s).*?\)/#, with: "").matches(of: #/`(\w+)`/#).map { String($0.output.1) }
        #expect(names == OperationKind.all.map(\.word))
    }

    @Test("the largest errors of sigmoid and tanh are those that were measured") func activations() throws {
        let table = try documentText("Benchmarks/ACTIVATIONS.md")
        let shipped = table.matches(of: #/(?m)^\| \*\*.*shipped\*\* \| \*\*([\d.]+)\*\*/#).map { String($0.output.1) }
        try #require(shipped.count == 2)
        let article = try documentText("\(catalogue)/Numerics.md")
        #expect(article.contains("sigmoid is within \(shipped[0]) ulp and tanh within \(shipped[1]) ulp"))
        let comments = try documentText("Sources/LSTMRuntime/Elementwise.swift")
        #expect(comments.contains("within \(shipped[0]) ulp") && comments.contains("within \(shipped[1]) ulp"))
    }

    @Test("the checkpoint that the README imports has the weights of the example") func drive() throws {
        let box = try Sandbox()
        for name in ["drive.pt", "Sources/drive/drive.safetensors"] {
            let file = repositoryRoot.appendingPathComponent("Examples/\(name)")
            try box.write(file.lastPathComponent, [UInt8](try Data(contentsOf: file)))
        }
        for name in ["drive.pt", "drive.safetensors"] {
            #expect(try box.run("import", name, "--name", "Drive", "--output", name + "-spec").code == 0)
            #expect(try box.run("generate", name + "-spec/Drive.lstm.yaml", "--output", name + "-swift").code == 0)
        }
        func weights(_ folder: String) throws -> Substring? {
            let text = String(decoding: try box.read("\(folder)/Drive.swift"), as: UTF8.self)
            return text.split(separator: "\n").first { $0.contains("base64: Swift.StaticString") }
        }
        let embedded = try #require(try weights("drive.pt-swift"))
        #expect(embedded == (try weights("drive.safetensors-swift")))
    }
}
