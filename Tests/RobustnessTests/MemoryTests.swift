// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// Memory is in proportion to the model: the largest resident size of each command on a checkpoint of 100 MB.
@Suite("memory", .serialized, .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status")))
struct MemoryTests {
    let box: Sandbox
    private let bytes = 100 << 20

    init() throws { box = try Sandbox() }

    /// The most that a process has held, as the kernel counts it from its start on (VmHWM); 0 where it has ended.
    private func peak(of process: pid_t) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
    }

    /// The largest that a run of the program gets; again where it was not seen at its largest, since it is looked at only
    /// now and then.
    private func peak(of arguments: [String], atLeast bytes: Int) throws -> Int {
        var largest = 0
        for _ in 0..<10 where largest <= bytes {
            let outcome = try box.run(arguments) { process in largest = max(largest, peak(of: process)) }
            #expect(outcome.code == 0, "\(outcome.description)")
        }
        return largest
    }

    @Test("of a run on a long input: in proportion to what it reads and gives") func longInput() throws {
        try box.writeLinear("A", inputs: 16, outputs: 16, value: 0.5)
        let steps = 1 << 19
        let header = npy([], [steps, 16])
        try box.write("x.npy", header + [UInt8](repeating: 0x3C, count: steps * 64))
        let files = 2 * steps * 64
        let largest = try peak(
            of: ["run", "A.lstm.yaml", "--input", "x.npy", "--output", "y.npy"], atLeast: files)
        print("run from 32 MB to 32 MB: \(largest >> 20) MB")
        #expect(largest > files && largest <= files * 5 / 2)
    }

    @Test("of import, whose weights are written anew") func importing() throws {
        try box.writeLSTM("A", inputs: 5376, hidden: 1024, value: 0.5)
        let largest = try peak(
            of: ["import", "A.safetensors", "--name", "M", "--safetensors", "--force"], atLeast: bytes)
        let times = Double(largest) / Double(bytes)
        print("import of a 100 MB .safetensors: \(largest >> 20) MB, \(Double(Int(times * 100)) / 100) times")
        #expect(times > 1 && times <= 4)
    }

    @Test(
        "of check, run and generate",
        arguments: [
            ("safetensors", ["check"], 2.5), ("pt", ["check"], 2.5), ("safetensors", ["run", "--input", "x.npy"], 2.5),
            ("pt", ["run", "--input", "x.npy"], 2.5), ("safetensors", ["generate", "--output", "Out"], 4),
            ("pt", ["generate", "--output", "Out"], 4),
        ] as [(String, [String], Double)])
    func peaks(_ format: String, _ command: [String], _ limit: Double) throws {
        try box.writeLinear("A", inputs: 1024, outputs: bytes / 4096, value: 0.5, format: format)
        try box.write("x.npy", npy([Double](repeating: 1, count: 1024), [1, 1024]))
        // Once for a file that is not there, once for one that is the same.
        for _ in 0..<(command[0] == "generate" ? 2 : 1) {
            let largest = try peak(of: [command[0], "A.lstm.yaml"] + command.dropFirst(), atLeast: bytes)
            let times = Double(largest) / Double(bytes)
            print("\(command[0]) of a 100 MB .\(format): \(largest >> 20) MB, \(Double(Int(times * 100)) / 100) times")
            #expect(times > 1 && times <= limit)
        }
    }
}
