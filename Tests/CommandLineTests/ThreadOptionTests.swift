// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("threads on the command line")
struct ThreadOptionTests {
    let box: Sandbox
    private let spec = repositoryRoot.appendingPathComponent("Specs/SeedEncoder.lstm.yaml").path

    init() throws {
        box = try Sandbox()
        var random = SeededRandom(seed: 4)
        // Enough for every thread to have something to do.
        let values = (0..<(9 * 160 * 40)).map { _ in Double(random.float(in: -2...2)) }
        try box.write("x.npy", npy(values, [9, 160, 40]))
    }

    @Test("any number of threads writes the same bytes") func sameBytes() throws {
        var written: Set<[UInt8]> = []
        for threads in ["1", "2", "3", "1024"] {
            let outcome = try box.run(
                "run", spec, "--input", "x.npy", "--output", "y\(threads).npy", "--threads", threads)
            #expect(outcome.code == 0, "\(outcome)")
            written.insert(Array(try box.read("y\(threads).npy")))
        }
        #expect(written.count == 1)
        #expect(written.first?.isEmpty == false)
    }

    @Test("a file is timed on several threads") func bench() throws {
        let outcome = try box.run("bench", spec, "--input", "x.npy", "--threads", "2", "--passes", "2")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.stdout.contains("160 steps x 9, 2 threads"))
    }

    @Test(
        "what is no number of threads", arguments: ["0", "-1", "1025", "\(Int.max)", "99999999999999999999", "two", ""])
    func wrong(_ threads: String) throws {
        for command in ["run", "bench"] {
            let outcome = try box.run(command, spec, "--input", "x.npy", "--threads=\(threads)")
            #expect(outcome.code == 64, "\(outcome)")
            #expect(outcome.stdout.isEmpty && outcome.stderr.contains("threads"), "\(outcome)")
        }
    }
}
