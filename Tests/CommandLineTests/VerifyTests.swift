// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("verify")
struct VerifyTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write("Echo.lstm.yaml", echo)
        try box.write("Two.lstm.yaml", twoLSTMs)
        try box.write("two.safetensors", safetensors(twoLSTMsWeights))
    }

    private let x = Tensor([1, 2, 3], [1, 3])

    private func verify(_ tensors: [String: Tensor], _ more: String...) throws -> Outcome {
        try box.write("in.safetensors", safetensors(tensors))
        return try box.run(["verify", "Echo.lstm.yaml", "--against", "in.safetensors"] + more)
    }

    @Test("prints each result's largest error") func table() throws {
        let outcome = try verify(["x": x, "y": Tensor([1, 2.5, 3], [1, 3])])
        #expect(outcome.code == 0)
        #expect(outcome.stderr.isEmpty)
        #expect(
            outcome.stdout == """
                result  against  largest error  mean error       ulp  at
                y       y             5.00e-01    1.67e-01  2.10e+06  (0, 1)

                """)
    }

    @Test("for machines, one object on one line") func figures() throws {
        let outcome = try verify(["x": x, "y": Tensor([1, 2.5, 3], [1, 3])], "--format", "json")
        #expect(outcome.code == 0)
        #expect(
            outcome.stdout == "{\"results\": [{\"result\": \"y\", \"against\": \"y\", \"source\": \"file\", "
                + "\"largest_error\": 0.5, \"mean_error\": 0.16666666666666666, \"ulp\": 2097152.0, "
                + "\"index\": [0, 1]}]}\n")
        let infinite = try verify(["x": x, "y": Tensor([1, .infinity, 3], [1, 3])], "--format", "json")
        #expect(infinite.stdout.contains("\"largest_error\": null"))
        let missing = try verify(["x": x], "--format", "json")
        #expect(missing.code == 1)
        #expect(missing.stdout == "{\"results\": []}\n")
    }

    @Test("the tolerance decides") func tolerance() throws {
        let off = ["x": x, "y": Tensor([1, 2.5, 3], [1, 3])]
        #expect(try verify(off, "--tolerance", "0.5").code == 0)
        let above = try verify(off, "--tolerance", "0.25")
        #expect(above.code == 1)
        #expect(above.lines.count == 2)
        #expect(
            above.stderr == "in.safetensors:1:1: error: result 'y' is off by 5.00e-01 at (0, 1), "
                + "more than the tolerance of 2.50e-01\n")
        #expect(try verify(["x": x, "y": x], "--tolerance", "0").code == 0)
        #expect(try verify(["x": x, "y": Tensor([1, 2, .infinity], [1, 3])], "--tolerance", "1e300").code == 1)
    }

    @Test("float64 is taken before float32") func float64() throws {
        let outcome = try verify(["x": x, "y": x, "y.f64": Tensor([1, 2, 4], [1, 3], "F64")], "--tolerance", "0.1")
        #expect(outcome.code == 1)
        #expect(outcome.stdout.contains("y.f64"))
    }

    @Test("a missing result fails") func missing() throws {
        let outcome = try verify(["x": x])
        #expect(outcome.code == 1)
        #expect(outcome.stdout.isEmpty)
        #expect(
            outcome.stderr
                == "in.safetensors:1:1: error: the file has no tensor 'y' to compare the model's result with\n")
        try box.write("x.npy", npy([1, 2, 3], [1, 3]))
        #expect(try box.run("verify", "Echo.lstm.yaml", "--against", "x.npy").code == 1)
    }

    @Test("another shape or type fails") func shape() throws {
        let shape = try verify(["x": x, "y": Tensor([1, 2, 3], [3])])
        #expect(shape.code == 1)
        #expect(
            shape.stderr == "in.safetensors:1:1: error: tensor 'y' has shape (3,), but the result has (1, 3)\n")
        let type = try verify(["x": x, "y": Tensor([1, 2, 3], [1, 3], "I64")])
        #expect(type.code == 1)
        #expect(type.stderr == "in.safetensors:1:1: error: tensor 'y' holds no floating-point values\n")
    }

    @Test("a NaN on one side only fails") func nan() throws {
        let hole = Tensor([1, .nan, 3], [1, 3])
        let theirs = try verify(["x": x, "y": hole])
        #expect(theirs.code == 1)
        #expect(
            theirs.stderr == "in.safetensors:1:1: error: of result 'y' and tensor 'y' only one is NaN at (0, 1)\n")
        #expect(try verify(["x": hole, "y": x], "--tolerance", "1e9").code == 1)
        let both = try verify(["x": hole, "y": hole], "--tolerance", "0")
        #expect(both.code == 0)
        #expect(both.lines.last?.split(separator: " ").map(String.init) == ["y", "y", "0", "0", "0", "(0,", "0)"])
    }

    @Test("one of several results fails, the others are printed") func several() throws {
        let first = ["x": Tensor([1, 2], [2, 1])]
        try box.write("x.safetensors", safetensors(first))
        let run = try box.run("run", "Two.lstm.yaml", "--input", "x.safetensors", "--output", "y.safetensors")
        #expect(run.code == 0)
        var tensors = try readSafetensors(box.read("y.safetensors")).tensors.merging(first) { $1 }
        try box.write("all.safetensors", safetensors(tensors))
        let whole = try box.run("verify", "Two.lstm.yaml", "--against", "all.safetensors", "--tolerance", "0")
        #expect(whole.code == 0)
        #expect(whole.lines.count == 7)
        tensors["b.h_n"] = nil
        try box.write("all.safetensors", safetensors(tensors))
        let outcome = try box.run("verify", "Two.lstm.yaml", "--against", "all.safetensors", "--tolerance", "0")
        #expect(outcome.code == 1)
        #expect(outcome.lines.count == 6)
        #expect(outcome.stderr.contains("no tensor 'b.h_n'"))
    }

    @Test("an lstm's results go by both names") func names() throws {
        let seed = try readSafetensors(
            [UInt8](Data(contentsOf: specs.appendingPathComponent("seed-one-layer.safetensors"))))
        let spec = specs.appendingPathComponent("SeedOneLayer.lstm.yaml").path
        var tensors = seed.tensors.filter { ["x", "h_n", "h_n.f64", "c_n.f64"].contains($0.key) }
        tensors["lstm.output.f64"] = seed.tensors["output.f64"]
        tensors["lstm.c_n"] = seed.tensors["c_n"]
        tensors["lstm.h_n"] = seed.tensors["h_n"]
        try box.write("in.safetensors", safetensors(tensors))
        let outcome = try box.run("verify", spec, "--against", "in.safetensors", "--tolerance", "1e-6")
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.stderr.isEmpty)
        let against = outcome.lines.dropFirst().compactMap { $0.split(separator: " ").dropFirst().first }
        #expect(against == ["lstm.output.f64", "h_n.f64", "c_n.f64"])
    }

    @Test("for machines, warnings and failures are one array") func json() throws {
        let outcome = try verify(["x": x, "z": x], "--diagnostics", "json")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.filter { $0 == "\n" }.count == 1)
        let json = try JSONSerialization.jsonObject(with: Data(outcome.stderr.utf8)) as? [[String: Any]]
        #expect(json?.map { $0["severity"] as? String } == ["warning", "error"])
        #expect(json?.map { $0["code"] as? String } == ["unused-input", "verify"])
    }
}
