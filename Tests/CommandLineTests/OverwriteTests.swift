// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// An output that is one of the command's own inputs is refused, by whatever path it is named, and nothing is changed.
@Suite("Outputs that are inputs")
struct OverwriteTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write(
            "M.lstm.yaml",
            """
            lstmc: 1
            name: M
            input: { tokens: 2 }
            weights: { file: w.safetensors }
            vocabulary: { file: v.json, unknown: 0 }
            layers:
              - embedding: e
                embedding_dim: 1

            """)
        try box.write("w.safetensors", safetensors(["e.weight": Tensor([1, 2], [2, 1])]))
        try box.write("v.json", "{\"a\": 1}")
        try box.write("x.npy", npy([0, 1], [2], "<i8"))
        let manager = FileManager.default
        for (link, target) in [
            ("link.npy", "w.safetensors"), ("in.npy", "x.npy"), ("spec.svg", "M.lstm.yaml"), ("here", "."),
        ] { try manager.createSymbolicLink(atPath: box.url(link).path, withDestinationPath: target) }
        try manager.linkItem(atPath: box.url("w.safetensors").path, toPath: box.url("hard.npy").path)
    }

    private func contents() throws -> [String: [UInt8]] {
        let files = try box.names().filter { $0 != "here" }
        return Dictionary(uniqueKeysWithValues: try files.map { ($0, try box.read($0)) })
    }

    private func refuses(_ output: String, _ role: String, _ arguments: [String]) throws {
        let before = try contents()
        let outcome = try box.run(arguments)
        #expect(outcome.code == 1, "\(arguments): \(outcome.description)")
        #expect(
            outcome.stderr.contains("\(output):1:1: error: the output '\(output)' would replace \(role)"),
            "\(outcome.stderr)")
        #expect(try contents() == before)
    }

    @Test(
        "run and plot",
        arguments: [
            ("w.safetensors", "the checkpoint;"), ("./w.safetensors", "the checkpoint 'w.safetensors'"),
            ("here/w.safetensors", "the checkpoint"), ("UP/x.npy", "the input 'x.npy'"), ("link.npy", "the checkpoint"),
            ("hard.npy", "the checkpoint"), ("x.npy", "the input;"), ("in.npy", "the input 'x.npy'"),
        ])
    func runAndPlot(_ output: String, _ role: String) throws {
        let output = output.replacing("UP", with: "../\(box.folder.lastPathComponent)")
        try refuses(output, role, ["run", "M.lstm.yaml", "--input", "x.npy", "--output", output])
        try refuses(output, role, ["plot", "M.lstm.yaml", "--input", "x.npy", "--output", output])
    }

    @Test(
        "graph, which reads the spec alone, spares what the spec names",
        arguments: [
            ("M.lstm.yaml", "the spec;"), ("spec.svg", "the spec 'M.lstm.yaml'"), ("v.json", "the vocabulary"),
            ("hard.npy", "the checkpoint"),
        ])
    func graph(_ output: String, _ role: String) throws {
        try refuses(output, role, ["graph", "M.lstm.yaml", "-o", output])
        try refuses(output, role, ["plot", "M.lstm.yaml", "--text", "a", "-o", output])
    }

    @Test("generate, its tests too") func generate() throws {
        try FileManager.default.createDirectory(at: box.url("out"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: box.url("out/M.swift").path, withDestinationPath: "../M.lstm.yaml")
        try FileManager.default.createSymbolicLink(
            atPath: box.url("out/MTests.swift").path, withDestinationPath: "../w.safetensors")
        let spec = try box.read("M.lstm.yaml")
        let weights = try box.read("w.safetensors")
        let outcome = try box.run("generate", "M.lstm.yaml", "--output", "out", "--tests", "out")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("the output 'out/M.swift' would replace the spec 'M.lstm.yaml'"))
        #expect(outcome.stderr.contains("the output 'out/MTests.swift' would replace the checkpoint 'w.safetensors'"))
        #expect(try box.read("M.lstm.yaml") == spec)
        #expect(try box.read("w.safetensors") == weights)
    }

    @Test("import and its source, also with --force") func imported() throws {
        let before = try box.read("w.safetensors")
        let outcome = try box.run(
            "import", "w.safetensors", "--name", "w", "--output", "here", "--safetensors", "--force")
        #expect(outcome.code == 1)
        #expect(try box.read("w.safetensors") == before)
    }

    @Test("two outputs that a link makes one are refused") func oneFile() throws {
        let spec = String(decoding: try box.read("M.lstm.yaml"), as: UTF8.self)
        try box.write("N.lstm.yaml", spec.replacing("name: M", with: "name: N"))
        try FileManager.default.createDirectory(at: box.url("out"), withIntermediateDirectories: true)
        try box.write("out/M.swift", "old")
        try FileManager.default.createSymbolicLink(
            atPath: box.url("out/N.swift").path, withDestinationPath: "M.swift")
        let outcome = try box.run("generate", "M.lstm.yaml", "N.lstm.yaml", "--output", "out")
        #expect(outcome.code == 1, "\(outcome.description)")
        #expect(try box.read("out/M.swift") == Array("old".utf8))
    }

    @Test("another file is written as ever") func others() throws {
        #expect(try box.run("run", "M.lstm.yaml", "--input", "x.npy", "--output", "y.npy").code == 0)
        #expect(try box.run("run", "M.lstm.yaml", "--input", "x.npy", "--output", "y.npy").code == 0)
        #expect(try box.run("graph", "M.lstm.yaml", "--output", "here/y.svg").code == 0)
    }
}
