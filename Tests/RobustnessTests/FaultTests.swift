// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// Disks that fill, files that change or are hostile: an error that says so, and everything else as it was.
@Suite("faults")
struct FaultTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    /// Runs within a gigabyte; the program must end by itself, with a located error or none.
    @discardableResult
    private func survives(_ arguments: [String], setup: String? = nil) throws -> Outcome {
        let outcome = try box.run(arguments, setup: setup, megabytes: 1024)
        #expect(outcome.code == 0 || outcome.code == 1, "\(outcome.description)")
        if outcome.code == 1 { #expect(outcome.stderr.contains(":1: error: ") || outcome.stderr.contains(": error: ")) }
        return outcome
    }

    @Test("a disk that is full: the old files, and why") func fullDisk() throws {
        for name in ["A", "B"] { try box.writeLinear(name, inputs: 64, outputs: 512, value: 1) }
        try box.write("x.npy", npy([Double](repeating: 1, count: 64 * 32), [32, 64]))
        let commands: [([String], [String])] = [
            (["generate", "A.lstm.yaml", "B.lstm.yaml", "--output", "."], ["A.swift", "B.swift"]),
            (["run", "A.lstm.yaml", "--input", "x.npy", "--output", "y.npy"], ["y.npy"]),
            (
                ["import", "L.safetensors", "--name", "M", "--safetensors", "--force"],
                ["M.safetensors", "M.lstm.yaml"]
            ),
            (["plot", "A.lstm.yaml", "--input", "x.npy", "--output", "y.svg"], ["y.svg"]),
        ]
        try box.writeLSTM("L", inputs: 64, hidden: 64, value: 1)
        var faults = 0
        for (arguments, files) in commands {
            #expect(try box.run(arguments).code == 0)
            let size = try box.read(files[0]).count
            for name in files { try box.write(name, "old \(name)\n") }
            let before = try box.names()
            // Blocks of 512 bytes, or of 1024 in some shells.
            for blocks in [1, 2, 7, 16, 31, 60] where blocks * 1024 < size {
                let outcome = try survives(arguments, setup: "ulimit -f \(blocks)")
                #expect(outcome.code == 1)
                #expect(
                    outcome.stderr.contains("\(files[0]):1:1: error: the output '")
                        && outcome.stderr.hasSuffix("cannot be written: File too large\n"), "\(outcome.stderr)")
                for name in files { #expect(try box.read(name) == Array("old \(name)\n".utf8)) }
                #expect(try box.names() == before)
                faults += 1
            }
        }
        print("full disk: \(faults) faults, all survived")
        #expect(faults > 12)
    }

    @Test("one file that cannot be written keeps the others as they were") func oneOfTwo() throws {
        for name in ["A", "B"] { try box.writeLinear(name, inputs: 4, outputs: 4, value: 1) }
        try box.write("Out/A.swift", "old")
        try FileManager.default.createDirectory(at: box.url("Out/B.swift"), withIntermediateDirectories: true)
        let outcome = try survives(["generate", "A.lstm.yaml", "B.lstm.yaml", "--output", "Out"])
        #expect(outcome.code == 1 && outcome.stdout.isEmpty)
        #expect(
            outcome.stderr
                == "Out/B.swift:1:1: error: the output 'Out/B.swift' cannot be written: Is a directory\n")
        #expect(try box.read("Out/A.swift") == Array("old".utf8))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: box.url("Out").path).sorted() == ["A.swift", "B.swift"])
    }

    @Test(
        "folders where nothing can be written, for anybody",
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self")))
    func readOnlyFolders() throws {
        try box.writeLinear("A", inputs: 4, outputs: 4, value: 1)
        try box.write("x.npy", npy([1, 1, 1, 1], [1, 4]))
        try FileManager.default.createSymbolicLink(atPath: box.url("loop").path, withDestinationPath: "loop")
        for folder in ["/proc", "/proc/self", "loop", "A.lstm.yaml", "/proc/none/of/these"] {
            for arguments in [
                ["generate", "A.lstm.yaml", "--output", folder],
                ["run", "A.lstm.yaml", "--input", "x.npy", "--output", "\(folder)/y.npy"],
            ] {
                let outcome = try survives(arguments)
                #expect(outcome.code == 1 && outcome.stdout.isEmpty)
                #expect(outcome.stderr.contains("cannot be written: "), "\(outcome.stderr)")
            }
        }
    }

    @Test("weights that change after the check") func changed() throws {
        try box.writeLinear("A", inputs: 4, outputs: 4, value: 1)
        try box.write("x.npy", npy([1, 1, 1, 1], [1, 4]))
        let good = try box.read("A.safetensors")
        try box.writeLinear("B", inputs: 4, outputs: 5, value: 1)
        let run = ["run", "A.lstm.yaml", "--input", "x.npy", "--output", "y.npy"]
        let changes: [(String, [UInt8]?, String)] = [
            ("another shape", try box.read("B.safetensors"), "has shape (5, 4), but layer 'f' needs (4, 4)"),
            ("shorter", Array(good.dropLast()), "the tensors end at byte"),
            ("empty", [], "a safetensors file begins with 8 bytes"),
            ("not finite", Array(good.dropLast(4)) + [0, 0, 0xC0, 0x7F], "has a value that is not finite"),
            ("gone", nil, "cannot be opened: No such file or directory"),
        ]
        for (what, bytes, message) in changes {
            try box.write("A.safetensors", good)
            #expect(try box.run("check", "A.lstm.yaml").code == 0)
            if let bytes {
                try box.write("A.safetensors", bytes)
            } else {
                try FileManager.default.removeItem(at: box.url("A.safetensors"))
            }
            let outcome = try survives(run)
            #expect(outcome.code == 1 && outcome.stderr.contains(message), "\(what): \(outcome.stderr)")
            #expect(try !box.names().contains("y.npy"))
        }
    }

    @Test("weights that change and vanish while they are read") func changing() throws {
        let good = try { () -> [UInt8] in
            try box.writeLinear("A", inputs: 1024, outputs: 1024, value: 1)
            return try box.read("A.safetensors")
        }()
        let (path, stop) = (box.url("A.safetensors").path, box.url("stop").path)
        Thread.detachNewThread {
            var round = 0
            while access(stop, F_OK) != 0 {
                round += 1
                // In place, as a copy that is under way does it: no new file takes the old one's name.
                if let file = FileHandle(forWritingAtPath: path) {
                    try? file.truncate(atOffset: UInt64(round * 7919 % good.count))
                    usleep(1000)
                    try? file.write(contentsOf: Data(good))
                    try? file.close()
                }
                usleep(1000)
                unlink(path)
                usleep(500)
                try? Data(good).write(to: URL(fileURLWithPath: path))
            }
        }
        defer { try? Data().write(to: URL(fileURLWithPath: stop)) }
        var codes: [Int32: Int] = [:]
        var checks = 0
        // Until one has met a change: when that is depends on who runs when.
        while checks < 25 * effort || codes[1] == nil && checks < 10_000 {
            codes[try survives(["check", "A.lstm.yaml"]).code, default: 0] += 1
            checks += 1
        }
        print("changing weights: \(checks) checks, \(codes[0] ?? 0) whole, \(codes[1] ?? 0) with an error")
        #expect(codes[1] ?? 0 > 0)
    }

    @Test("bombs: nesting, aliases, zips") func bombs() throws {
        let count = 100_000
        var aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...40 {
            aliases +=
                "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        let spec =
            "{ lstmc: 1, input: { tokens: 3 }, vocabulary: { file: v.json, unknown: 0 }, "
            + "layers: [{ embedding: e, embedding_dim: 1 }] }"
        let texts: [String: String] = [
            "lists": String(repeating: "[", count: count), "maps": String(repeating: "{a: ", count: count),
            "blocks": (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), "aliases": aliases,
            "dashes": String(repeating: "- ", count: count), "keys": String(repeating: "? ", count: count),
            "anchors": (0..<20_000).map { "k\($0): &a\($0) *a\($0 - 1)\n" }.joined(),
            "scalar": "lstmc: " + String(repeating: "9", count: 1 << 19), "json": spec,
        ]
        try box.write("v.json", String(repeating: "{\"a\":", count: count))
        for (name, text) in texts {
            try box.write("\(name).lstm.yaml", text)
            #expect(try survives(["check", "\(name).lstm.yaml"]).code == 1, "\(name)")
        }
        // A member that promises gigabytes, and one that lies over all others.
        let torch = torchFile(2, 2, [UInt8](repeating: 0, count: 16))
        let size = try #require(torch.indices.first { torch[$0...].starts(with: [16, 0, 0, 0, 16, 0, 0, 0]) })
        for promise in [[UInt8]](arrayLiteral: [0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF], [17, 0, 0, 0]) {
            var bomb = torch
            bomb.replaceSubrange(size..<(size + 8), with: promise + promise)
            try box.writeLinear("Z", inputs: 2, outputs: 2, value: 0, format: "pt")
            try box.write("Z.pt", bomb)
            #expect(try survives(["check", "Z.lstm.yaml"]).code == 1)
        }
    }

    @Test("damaged checkpoints") func damaged() throws {
        let seed = freshSeed()
        var random = SeededRandom(seed: seed)
        try box.writeLinear("A", inputs: 8, outputs: 8, value: 1)
        try box.writeLinear("B", inputs: 8, outputs: 8, value: 1, format: "pt")
        var codes: [Int32: Int] = [:]
        for (spec, file) in [("A.lstm.yaml", "A.safetensors"), ("B.lstm.yaml", "B.pt")] {
            let good = try box.read(file)
            #expect(try survives(["check", spec]).code == 0)
            for _ in 0..<(40 * effort) {
                var bytes = good
                for _ in 0..<random.integer(in: 1...4) where !bytes.isEmpty {
                    let place = random.integer(in: 0...(bytes.count - 1))
                    switch random.integer(in: 0...3) {
                    case 0: bytes[place] = UInt8(random.integer(in: 0...255))
                    case 1: bytes = Array(bytes[..<place])
                    case 2: bytes.insert(contentsOf: bytes[..<place], at: place)
                    default: bytes[place] ^= 1 << UInt8(random.integer(in: 0...7))
                    }
                }
                try box.write(file, bytes)
                codes[try survives(["check", spec]).code, default: 0] += 1
            }
            try box.write(file, good)
        }
        print("damaged checkpoints: seed \(seed), \(codes[1] ?? 0) refused, \(codes[0] ?? 0) still whole, 0 lost")
        #expect(codes[1] ?? 0 > 20)
    }
}
