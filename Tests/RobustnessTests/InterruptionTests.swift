// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// Signals at random moments: the old files or the new ones, and nothing beside them.
@Suite("interruptions", .serialized)
struct InterruptionTests {
    let box: Sandbox
    private let signals = [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT]

    init() throws { box = try Sandbox() }

    /// Runs `arguments` again and again from `old`, most of the times ended by a signal, and judges what is left of `files`.
    private func interrupt(
        _ arguments: [String], _ files: [String], old: [String: [UInt8]], new: [String: [UInt8]], with signals: [Int32],
        times: Int, together: Bool
    ) throws {
        let seed = freshSeed()
        var random = SeededRandom(seed: seed)
        for (name, bytes) in old { try box.write(name, bytes) }
        #expect(try box.run(arguments).code == 0)
        // The longest pause, in microseconds, follows the runs: so most signals come within one, however fast they are.
        var longest: Float = 50_000
        let others = try Set(box.names()).subtracting(files)
        var (ended, renewed) = (0, 0)
        for _ in 0..<times {
            for (name, bytes) in old { try box.write(name, bytes) }
            let signal = signals.randomElement(using: &random) ?? SIGTERM
            let pause = UInt32(random.float(in: 0...longest))
            let outcome = try box.run(
                arguments, setup: "ulimit -c 0", interrupt: Interrupt(signal: signal, pause: pause))
            longest = min(longest * (outcome.code == 0 ? 0.7 : 1.125), 60_000_000)
            #expect(outcome.code == -signal || outcome.code == 0, "seed \(seed): \(outcome.description)")
            let found = try files.map { try box.read($0) }
            let isOld = zip(files, found).map { $1 == old[$0] }
            let isNew = zip(files, found).map { $1 == new[$0] }
            let isWhole = zip(isOld, isNew).allSatisfy { $0 || $1 }
            #expect(isWhole, "seed \(seed), signal \(signal) after \(pause) us: a file is neither old nor new")
            if together { #expect(!isOld.contains(true) || !isNew.contains(true), "seed \(seed): some old, some new") }
            if outcome.code == 0 { #expect(!isNew.contains(false)) }
            let left = try Set(box.names()).subtracting(files).subtracting(others)
            #expect(left.isEmpty || signal == SIGKILL, "seed \(seed), signal \(signal): \(left) is left behind")
            // Nobody can tidy up after that one, but what is left is no file of anybody's.
            for name in left {
                #expect(name.hasPrefix(".") && name.hasSuffix(".tmp"))
                try FileManager.default.removeItem(at: box.url(name))
            }
            ended += outcome.code == 0 ? 0 : 1
            renewed += isNew.contains(false) ? 0 : 1
        }
        print("\(arguments[0]): seed \(seed), \(times) signals, \(ended) ended it, \(renewed) after the new files")
        #expect(ended > times / 4)
    }

    /// The files that `arguments` writes.
    private func outputs(_ arguments: [String], _ files: [String]) throws -> [String: [UInt8]] {
        let outcome = try box.run(arguments)
        #expect(outcome.code == 0, "\(outcome.description)")
        return Dictionary(uniqueKeysWithValues: try files.map { ($0, try box.read($0)) })
    }

    @Test("generate, all its files together") func generate() throws {
        let files = ["A.swift", "B.swift"]
        let arguments = ["generate", "A.lstm.yaml", "B.lstm.yaml", "--output", "."]
        var versions: [[String: [UInt8]]] = []
        for value in [Float(1), 2] {
            for name in ["A", "B"] { try box.writeLinear(name, inputs: 512, outputs: 1024, value: value) }
            versions.append(try outputs(arguments, files))
        }
        try interrupt(
            arguments, files, old: versions[0], new: versions[1], with: signals, times: 24 * effort, together: true)
        try interrupt(
            arguments, files, old: versions[0], new: versions[1], with: [SIGKILL], times: 12 * effort, together: false)
    }

    @Test("import, the spec and the weights together") func importing() throws {
        let files = ["M.lstm.yaml", "M.safetensors"]
        let arguments = ["import", "A.safetensors", "--name", "M", "--safetensors", "--force"]
        var versions: [[String: [UInt8]]] = []
        for (inputs, value) in [(1023, Float(1)), (1024, 2)] {
            try box.writeLSTM("A", inputs: inputs, hidden: 256, value: value)
            versions.append(try outputs(arguments, files))
        }
        try interrupt(
            arguments, files, old: versions[0], new: versions[1], with: signals, times: 24 * effort, together: true)
        try interrupt(
            arguments, files, old: versions[0], new: versions[1], with: [SIGKILL], times: 24 * effort, together: false)
    }

    @Test("run") func run() throws {
        let arguments = ["run", "A.lstm.yaml", "--input", "x.npy", "--output", "y.npy"]
        try box.write("x.npy", npy([Double](repeating: 1, count: 64), [16, 4]))
        var versions: [[String: [UInt8]]] = []
        for value in [Float(1), 2] {
            try box.writeLinear("A", inputs: 4, outputs: 100_000, value: value)
            versions.append(try outputs(arguments, ["y.npy"]))
        }
        try interrupt(
            arguments, ["y.npy"], old: versions[0], new: versions[1], with: signals + [SIGKILL], times: 24 * effort,
            together: true)
    }

    @Test("a signal that the program was started to ignore stays ignored") func ignored() throws {
        try box.writeLinear("A", inputs: 512, outputs: 1024, value: 1)
        let (setup, ready) = ("trap '' HUP && : >ready", box.url("ready").path)
        var sent = 0
        for _ in 0..<100 where sent < 10 {
            let outcome = try box.run(["generate", "A.lstm.yaml", "--output", "."], setup: setup) { process in
                // Not before the shell has said so; then again and again.
                if access(ready, F_OK) == 0, kill(process, SIGHUP) == 0 { sent += 1 }
            }
            #expect(outcome.code == 0)
            unlink(ready)
        }
        #expect(sent >= 10)
        #expect(try box.names().contains("A.swift"))
    }

    @Test("a reader that has gone") func head() throws {
        try box.write(
            "Long.lstm.yaml",
            "{ lstmc: 1, input: { features: 1 }, layers: [{ lstm: f, hidden_size: 1, num_layers: 1024 }] }")
        let outcome = try box.run(
            ["describe", "Long.lstm.yaml"], setup: "mkfifo pipe && { head -n 1 <pipe >line & }", redirection: ">pipe")
        #expect(outcome.stderr.isEmpty)
        #expect(outcome.code == -SIGPIPE)
        #expect(try box.read("line") == Array("Long\n".utf8))
    }
}
