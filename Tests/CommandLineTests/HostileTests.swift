// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// Files that would make a careless program trap, hang or take all memory: each must end in an error, soon.
@Suite("Hostile files")
struct HostileTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write("Echo.lstm.yaml", echo)
        try box.write("x.npy", npy([1, 2, 3], [1, 3]))
    }

    /// Runs within 2 GB; the program must exit 1 by itself and print nothing on stdout.
    private func fails(_ arguments: String...) throws -> String {
        let outcome = try box.run(arguments, megabytes: 2048)
        #expect(outcome.code == 1, "\(outcome.description)")
        #expect(outcome.stdout.isEmpty)
        #expect(!outcome.stderr.isEmpty)
        return outcome.stderr
    }

    private func linear(_ weights: String, features: Int = 1, out: Int = 1) -> String {
        "{ lstmc: 1, input: { features: \(features) }, weights: { file: \"\(weights)\" }, "
            + "layers: [{ linear: f, out_features: \(out) }] }\n"
    }

    /// Things that have a path and are no file to read, by name.
    private func makeOddities() throws -> [String: String] {
        try FileManager.default.createDirectory(at: box.url("folder"), withIntermediateDirectories: true)
        #expect(mkfifo(box.url("pipe").path, 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: box.url("loop").path, withDestinationPath: "loop")
        let name = String(repeating: "n", count: 300)
        return [
            "folder": "is not a regular file", "pipe": "is not a regular file", "/dev/zero": "is not a regular file",
            "loop": "cannot be opened: Too many levels of symbolic links",
            "none": "cannot be opened: No such file or directory", name: "cannot be opened: File name too long",
            "": "cannot be opened: No such file or directory",
        ]
    }

    @Test("what is no file") func oddities() throws {
        for (path, reason) in try makeOddities() {
            #expect(try fails("check", path) == "\(path):1:1: error: the spec '\(path)' \(reason)\n")
            #expect(
                try fails("run", "Echo.lstm.yaml", "--input", path)
                    == "\(path):1:1: error: the input '\(path)' \(reason)\n")
            // There an empty word is refused as an argument.
            if !path.isEmpty {
                #expect(
                    try fails("verify", "Echo.lstm.yaml", "--against", path)
                        == "\(path):1:1: error: the input '\(path)' \(reason)\n")
            }
            try box.write("Odd.lstm.yaml", linear(path))
            #expect(
                try fails("check", "Odd.lstm.yaml")
                    .hasPrefix("Odd.lstm.yaml:1:54: error: the checkpoint '\(path)' \(reason)\n"))
        }
    }

    @Test("weights that are something else") func wrongWeights() throws {
        for path in ["Self.lstm.yaml", "x.npy"] {
            try box.write("Self.lstm.yaml", linear(path))
            #expect(
                try fails("check", "Self.lstm.yaml").contains("is none that is known by its bytes or its extension"))
        }
        try box.write("x.txt", "1")
        #expect(
            try fails("run", "Echo.lstm.yaml", "--input", "x.txt")
                == "x.txt:1:1: error: file 'x.txt' has an unknown extension; use .npy or .safetensors or, for one "
                + "sequence, .csv or .wav\n")
    }

    @Test("sizes far past the checkpoint's") func hugeSizes() throws {
        try box.write("w.safetensors", safetensors(["f.weight": Tensor([1], [1, 1]), "f.bias": Tensor([1], [1])]))
        try box.write("one.npy", npy([1], [1, 1]))
        for out in [1 << 20, 1 << 40, 1 << 50] {
            try box.write("Huge.lstm.yaml", linear("w.safetensors", out: out))
            let errors = try fails("run", "Huge.lstm.yaml", "--input", "one.npy")
            #expect(errors.contains("tensor 'f.weight' has shape (1, 1), but layer 'f' needs (\(out), 1)"))
            #expect(try box.run("describe", "Huge.lstm.yaml").code == 0)
        }
        for hidden in [1 << 20, 1 << 26] {
            try box.write(
                "Huge.lstm.yaml",
                "{ lstmc: 1, input: { features: 1 }, weights: { file: w.safetensors }, "
                    + "layers: [{ lstm: f, hidden_size: \(hidden), num_layers: 8, bidirectional: true }] }")
            let errors = try fails("run", "Huge.lstm.yaml", "--input", "one.npy")
            let found = "the checkpoint's module of that name is a linear of 1 to 1"
            #expect(errors.contains("layer 'f' is an lstm, but \(found)"))
        }
        try box.write(
            "Huge.lstm.yaml",
            "{ lstmc: 1, input: { features: 1 }, layers: [{ lstm: f, hidden_size: \(1 << 40) }] }")
        #expect(try fails("check", "Huge.lstm.yaml").contains("the cost of layer 'f' does not fit in 64 bits"))
    }

    @Test("a small file that asks for terabytes of results") func amplified() throws {
        let count = 1 << 18
        let zeros = [Double](repeating: 0, count: count)
        try box.write("w.safetensors", safetensors(["f.weight": Tensor(zeros, [count, 1])]))
        try box.write("Wide.lstm.yaml", linear("w.safetensors", out: count).replacing("f, ", with: "f, bias: false, "))
        try box.write("x.npy", npy(zeros, [count, 1]))
        #expect(
            try fails("run", "Wide.lstm.yaml", "--input", "x.npy")
                == "x.npy:1:1: error: the model would hold more than 2,147,483,648 floats for so many steps and rows; "
                + "run fewer at a time\n")
    }

    @Test("headers that promise more than there is") func headers() throws {
        let huge = [Int.max, 3]
        let tricks: [String: [UInt8]] = [
            "empty.npy": [], "magic.npy": Array("\u{93}NUMPY".utf8), "large.npy": npy([], huge),
            "overflow.npy": npy([], [1 << 62, 1 << 62, 3]), "zero.npy": npy([], [1 << 62, 0, 3]),
            "short.npy": npy([1, 2], [1, 3]), "long.npy": npy([1, 2, 3, 4], [1, 3]),
            "version.npy": npy([1, 2, 3], [1, 3], version: 4), "object.npy": npy([], [1, 3], "|O"),
            "empty.safetensors": [], "header.safetensors": [UInt8](repeating: 0xFF, count: 64),
            "length.safetensors": [0xFF, 0xFF, 0xFF, 0x05, 0, 0, 0, 0] + Array("{}".utf8),
            "shape.safetensors": try safetensors(["x": Tensor([], huge)]),
            "deep.safetensors": [0, 0x10, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0x5B, count: 0x1000),
        ]
        for (name, bytes) in tricks {
            try box.write(name, bytes)
            let errors = try fails("run", "Echo.lstm.yaml", "--input", name)
            #expect(errors.hasPrefix("\(name):1:1: error: "))
        }
    }

    @Test("vocabularies") func vocabularies() throws {
        try box.write(
            "V.lstm.yaml",
            "{ lstmc: 1, input: { tokens: 3 }, vocabulary: { file: v.json, unknown: 0 },"
                + " layers: [{ embedding: e, embedding_dim: 1 }] }")
        let texts = [
            "", "[]", "{", "{\"a\": 1.5}", "{\"a\": 3}", "{\"a\": -1}", "{\"a\": 1, \"a\": 1}", "{\"a\": 1e400}",
            "{\"\\ud800\": 1}", "{\"a\": 99999999999999999999}", String(repeating: "[", count: 100_000),
            "{\"\u{1B}[2J\": 7}", "{\"a\": 1}}",
        ]
        for text in texts {
            try box.write("v.json", text)
            let errors = try fails("check", "V.lstm.yaml")
            #expect(errors.hasPrefix("V.lstm.yaml:1:55: error: "), "\(errors)")
            #expect(!errors.unicodeScalars.contains("\u{1B}"))
        }
    }

    @Test("long paths are shown whole, and never move the cursor") func paths() throws {
        let long = String(repeating: "models/", count: 20) + "Encoder.lstm.yaml"
        #expect(try fails("check", long).contains("the spec '\(long)' cannot be opened"))
        let odd = "\u{1B}[2J\n\u{202E}.yaml"
        let errors = try fails("check", odd)
        #expect(
            errors == "\\u{1B}[2J\\n\\u{202E}.yaml:1:1: error: the spec '\\u{1B}[2J\\n\\u{202E}.yaml' "
                + "cannot be opened: No such file or directory\n")
    }
}
