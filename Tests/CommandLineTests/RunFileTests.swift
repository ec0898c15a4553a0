// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

private let gain = """
    lstmc: 1
    name: Gain
    input: { features: 1 }
    weights: { file: gain.safetensors }
    layers:
      - linear: y
        out_features: 1
        bias: false

    """

/// A WAV file of 16-bit mono samples.
private func wav(_ samples: [Int16], rate: UInt32 = 22050) -> [UInt8] {
    func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    let data = samples.flatMap { little($0) }
    return Array("RIFF".utf8) + little(UInt32(36 + data.count)) + Array("WAVEfmt ".utf8) + little(UInt32(16))
        + little(UInt16(1)) + little(UInt16(1)) + little(rate) + little(rate * 2) + little(UInt16(2))
        + little(UInt16(16)) + Array("data".utf8) + little(UInt32(data.count)) + data
}

@Suite("run on CSV and WAV files")
struct RunFileTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write("Echo.lstm.yaml", echo)
        try box.write("Gain.lstm.yaml", gain)
        try box.write("gain.safetensors", safetensors(["y.weight": Tensor([2], [1, 1])]))
        try box.write("x.csv", "a,b,c\r\n1,-2,3\r\n4,5,0.1\r\n")
        try box.write("x.wav", wav([0, 100, -16384, 16384, 20000]))
        try box.write("batch.npy", npy([1, 2, 3, 4, 5, 6], [2, 1, 3]))
    }

    private func run(_ arguments: String...) throws -> Outcome {
        let outcome = try box.run(["run"] + arguments)
        #expect(outcome.stdout.isEmpty, "\(outcome)")
        return outcome
    }

    private func text(_ name: String) throws -> String { String(decoding: try box.read(name), as: UTF8.self) }

    @Test("a .csv is read and written") func csv() throws {
        let outcome = try run("Echo.lstm.yaml", "--input", "x.csv", "--output", "y.csv")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(try text("y.csv") == "1.0,0.0,3.0\n4.0,5.0,0.1\n")
        #expect(try run("Echo.lstm.yaml", "--input", "y.csv", "--output", "y.npy").code == 0)
        #expect(try readNpy(box.read("y.npy")).shape == "(2, 3)")
    }

    @Test("labels are the heading") func labels() throws {
        try box.write("Named.lstm.yaml", echo + "labels: [low, \"mid, or so\", high]\n")
        #expect(try run("Named.lstm.yaml", "--input", "x.csv", "--output", "y.csv").code == 0)
        #expect(try text("y.csv").hasPrefix("low,\"mid, or so\",high\n1.0,"))
    }

    @Test("token ids from a .csv") func tokens() throws {
        try box.write("ids.csv", "0\n1\n73\n")
        let spec = specs.appendingPathComponent("ThaiSegmenter.lstm.yaml").path
        #expect(try run(spec, "--input", "ids.csv", "--output", "y.csv").code == 0)
        let lines = try text("y.csv").split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[0] == "B,I,E,S")
    }

    @Test("every wrong cell is shown in its line") func wrongCells() throws {
        try box.write("x.csv", "1,2,3\n4,x,6\n7,8\n")
        let outcome = try run("Echo.lstm.yaml", "--input", "x.csv", "--output", "y.csv")
        #expect(outcome.code == 1)
        #expect(
            outcome.stderr == """
                x.csv:2:3: error: 'x' is not a number; write numbers as 1, -0.5 or 1e-3, with commas between them
                2 | 4,x,6
                  |   ^
                x.csv:3:1: error: this row has 2 cells, but the rows before it have 3
                3 | 7,8
                  | ^

                """)
        #expect(try !box.names().contains("y.csv"))
    }

    @Test("a batch is no table, which is said before the run") func batch() throws {
        let outcome = try run("Echo.lstm.yaml", "--input", "batch.npy", "--output", "y.csv")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.hasPrefix("y.csv:1:1: error: 'y.csv' holds a table, but result 'y' has shape (2, 1, 3)"))
    }

    @Test("a .wav is read and written at its rate, and clipping is said") func wave() throws {
        let outcome = try run("Gain.lstm.yaml", "--input", "x.wav", "--output", "y.wav")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(
            outcome.stderr == "y.wav:1:1: warning: of 5 samples, 2 were outside -1 to 1 and were clipped\n")
        #expect(try box.read("y.wav") == wav([0, 200, -32768, 32767, 32767]))
        #expect(try run("Gain.lstm.yaml", "--input", "x.wav", "--output", "y.csv").code == 0)
        #expect(try text("y.csv") == "0.0\n0.0061035156\n-1.0\n1.0\n1.2207031\n")
    }

    @Test("a .wav needs a model of one value a step") func waveModels() throws {
        let many = try run("Echo.lstm.yaml", "--input", "x.wav", "--output", "y.wav")
        #expect(many.code == 1)
        #expect(
            many.stderr.contains("x.wav:1:1: error: a .wav file is one value a step, but the model reads 3 features"))
        #expect(many.stderr.contains("y.wav:1:1: error: 'y.wav' holds one value a step, but result 'y' is "))
        let ids = try run(specs.appendingPathComponent("ThaiSegmenter.lstm.yaml").path, "--input", "x.wav")
        #expect(
            ids.stderr == "x.wav:1:1: error: a .wav file is samples, but the model reads token ids; use .npy or .csv\n")
    }

    @Test("a .wav without a rate to take is a wrong command line") func rate() throws {
        let outcome = try run("Gain.lstm.yaml", "--input", "x.npy", "--output", "y.wav")
        #expect(outcome.code == 64)
        #expect(outcome.stderr.hasPrefix("Error: A .wav --output takes its sample rate from a .wav --input."))
    }

    @Test("another extension names those that are read") func extensions() throws {
        try box.write("x.txt", "1")
        #expect(
            try run("Echo.lstm.yaml", "--input", "x.txt").stderr
                == "x.txt:1:1: error: file 'x.txt' has an unknown extension; use .npy or .safetensors or, for one "
                + "sequence, .csv or .wav\n")
    }

    @Test("a row of millions of cells costs no memory") func longRow() throws {
        try box.write("x.csv", "1,2,3\n" + String(repeating: ",", count: 20_000_000) + "\n")
        let outcome = try box.run(
            ["run", "Echo.lstm.yaml", "--input", "x.csv"], megabytes: 1024)
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("this row has 20000001 cells, but the rows before it have 3"))
    }
}
