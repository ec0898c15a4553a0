// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// The same bytes from the same spec, wherever and by whomever; two at once do not disturb each other.
@Suite("reproducibility")
struct ReproducibilityTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        for folder in ["here", "there/and deeper/é"] {
            for name in ["SeedTwoLayers.lstm.yaml", "seed-two-layers.safetensors"] {
                try box.write("\(folder)/\(name)", [UInt8](try Data(contentsOf: specs.appendingPathComponent(name))))
            }
            for name in ["ThaiSegmenter.lstm.yaml", "thai-segmenter.safetensors", "thai-vocabulary.json"] {
                try box.write("\(folder)/\(name)", [UInt8](try Data(contentsOf: specs.appendingPathComponent(name))))
            }
            try box.writeLSTM("\(folder)/L", inputs: 3, hidden: 4, value: 0.5)
        }
    }

    /// Two folders, by four kinds of path, each with a locale and a time zone of its own.
    private var settings: [(folder: String, environment: [String: String])] {
        [
            ("here", ["LC_ALL": "C", "TZ": "UTC"]),
            ("there/and deeper/é", ["LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"]),
            (box.url("here").path, ["LC_ALL": "de_DE.UTF-8", "LC_NUMERIC": "de_DE.UTF-8", "TZ": "America/St_Johns"]),
            ("./there/../here", [:]),
        ]
    }

    @Test("what is printed: import, ir, describe, graph, run, plot") func printed() throws {
        let words = "สวัสดีชาวโลก"
        for (command, file, options) in [
            ("ir", "SeedTwoLayers.lstm.yaml", []), ("describe", "SeedTwoLayers.lstm.yaml", []),
            ("graph", "ThaiSegmenter.lstm.yaml", []), ("run", "ThaiSegmenter.lstm.yaml", ["--text", words]),
            ("plot", "ThaiSegmenter.lstm.yaml", ["--text", words]),
            ("import", "L.safetensors", ["--print", "--name", "M", "--output"]),
        ] {
            let outputs = try settings.map { setting in
                let folder = options.last == "--output" ? [setting.folder] : []
                let outcome = try box.run(
                    [command, "\(setting.folder)/\(file)"] + options + folder, environment: setting.environment)
                #expect(outcome.code == 0, "\(outcome.description)")
                return outcome.stdout
            }
            #expect(outputs[0].utf8.count > 20)
            #expect(Set(outputs).count == 1, "\(command)")
        }
    }

    @Test("generate: two folders, two locales, two time zones, by two kinds of path") func generate() throws {
        var outputs: [[String: [UInt8]]] = []
        for (index, setting) in settings.enumerated() {
            let out = "out\(index)"
            let names = ["SeedTwoLayers", "ThaiSegmenter"]
            let outcome = try box.run(
                ["generate"] + names.map { "\(setting.folder)/\($0).lstm.yaml" }
                    + ["--output", out, "--tests", "tests\(index)", "--module", "M"],
                environment: setting.environment)
            #expect(outcome.code == 0, "\(outcome.description)")
            outputs.append([:])
            for name in names {
                outputs[index][name] = try box.read("\(out)/\(name).swift")
                outputs[index][name + "Tests"] = try box.read("tests\(index)/\(name)Tests.swift")
            }
        }
        for output in outputs.dropFirst() { #expect(output == outputs[0]) }
    }

    @Test("two that write into one folder") func together() async throws {
        try box.writeLinear("A", inputs: 256, outputs: 512, value: 1)
        try box.writeLinear("B", inputs: 256, outputs: 512, value: 2)
        let arguments = ["generate", "A.lstm.yaml", "B.lstm.yaml", "--output", "Out"]
        #expect(try box.run(arguments).code == 0)
        let expected = try ["A", "B"].map { try box.read("Out/\($0).swift") }
        for round in 0..<(3 * effort) {
            try FileManager.default.removeItem(at: box.url("Out"))
            let codes = try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<4 { group.addTask { [box] in try box.run(arguments).code } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes == [0, 0, 0, 0], "round \(round)")
            #expect(try ["A", "B"].map { try box.read("Out/\($0).swift") } == expected)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: box.url("Out").path).sorted() == [
                    "A.swift", "B.swift",
                ])
        }
    }
}
