// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// Where it is missing, `make test` says so.
private let valgrind = ["/usr/bin/valgrind", "/usr/local/bin/valgrind"].first(
    where: FileManager.default.isExecutableFile)

/// The instructions of a hostile spec, and of one of twice its size: a square among them would show.
@Suite("cost", .enabled(if: valgrind != nil && ProcessInfo.processInfo.environment["LSTMC_SANITIZED"] == nil))
struct CostTests {
    private static func spec(layers: Int, _ rest: String) -> String {
        let layers = (0..<layers).map { "  - relu: l\($0)\n" }.joined()
        return "lstmc: 1\nname: Hostile\ninput: { features: 4 }\nlayers:\n\(layers)\(rest)\n"
    }

    private static func names(_ count: Int) -> String {
        (0..<count).map { "layer\($0)_xxxxxxxx" }.joined(separator: ", ")
    }

    /// A size, and the spec of a size.
    private static let shapes: [String: (Int, @Sendable (Int) -> String)] = [
        "layers": (400, { spec(layers: $0, "") }),
        // Fewer than are shown at most.
        "wrong outputs": (400, { spec(layers: 100, "outputs: [\(names($0))]") }),
        "labels": (4000, { spec(layers: 1, "labels: [\(names($0))]") }),
        "wrong starts": (400, { spec(layers: 1, "labels: [a]\nsegment_starts: [\(names($0))]") }),
        "wrong names": (
            400,
            { size in
                let names = (0..<size).map { "n\($0): a" }.joined(separator: ", ")
                return spec(layers: 100, "weights:\n  file: w.npz\n  names: { \(names) }")
            }
        ),
        "wrong keys in a line": (
            400, { size in "{ lstmc: 1, " + (0..<size).map { "k\($0): 1" }.joined(separator: ", ") + " }" }
        ),
        "open lists": (40_000, { String(repeating: "[", count: $0) }),
        "aliases": (
            20_000,
            { size in
                let aliases = Array(repeating: "*a", count: size).joined(separator: ", ")
                return "lstmc: 1\ndescription: &a \(String(repeating: "x", count: size))\nlabels: [\(aliases)]\n"
            }
        ),
    ]

    @Test("twice the spec takes twice the instructions", arguments: shapes.keys.sorted())
    func instructions(_ name: String) throws {
        let box = try Sandbox()
        let (size, text) = try #require(Self.shapes[name])
        // Older valgrinds give up on the debug information of newer compilers.
        let program = products.appendingPathComponent("lstmc").path
        let stripped = try box.run(["-c", "strip --strip-debug -o lstmc '\(program)'"], program: "/bin/sh")
        try #require(stripped.code == 0, "\(stripped.description)")
        let nothing = try count(box, "lstmc: 1\n")
        let growth = try Growth(from: size) { try count(box, text($0)) - nothing }
        print("\(name): \(growth) instructions")
        #expect(growth.isProportional(slack: 20_000_000), "\(growth)")
    }

    private func count(_ box: Sandbox, _ spec: String) throws -> Int {
        try box.write("A.lstm.yaml", spec)
        let options = ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        let outcome = try box.run(
            options + [box.url("lstmc").path, "check", "A.lstm.yaml", "--diagnostics", "json"], program: valgrind)
        let line = try #require(outcome.stderr.firstMatch(of: #/I +refs: +([\d,]+)/#), "\(outcome.description)")
        return try #require(Int(line.1.filter { $0 != "," }))
    }
}
