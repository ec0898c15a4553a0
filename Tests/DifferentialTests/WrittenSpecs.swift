// SPDX-License-Identifier: Apache-2.0

import CodegenTestSupport
import Foundation
import Testing

/// Where `make differential` wants drawn specs and their weights, to hold them against PyTorch; nil in an ordinary run.
private let folder = ProcessInfo.processInfo.environment["DIFFERENTIAL_FOLDER"]

@Suite("Specs for PyTorch", .enabled(if: folder != nil))
struct WrittenSpecs {
    @Test("written as files") func write() throws {
        let folder = URL(fileURLWithPath: try #require(folder))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for seed in DifferentialTests.seeds() {
            let name = "Drawn\(seed)"
            let drawn = try DrawnModel(
                text: DifferentialTests.text(seed, name: name), path: "\(name).lstm.yaml", seed: seed)
            let text = drawn.text.replacing("weights.safetensors", with: "\(name).safetensors")
            try Data(text.utf8).write(to: folder.appendingPathComponent("\(name).lstm.yaml"))
            try Data(drawn.weightFile()).write(to: folder.appendingPathComponent("\(name).safetensors"))
        }
    }
}
