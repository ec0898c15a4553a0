// SPDX-License-Identifier: Apache-2.0

import ProgramTestSupport
import Testing

/// A finite number that float32 has no place for is an error at its place; what rounds, and what is infinite or no
/// number already, is taken as it is.
@Suite("Float64 that does not fit")
struct NarrowingTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write("Echo.lstm.yaml", echo)
        try box.write("Two.lstm.yaml", twoLSTMs)
        try box.write("two.safetensors", safetensors(twoLSTMsWeights))
    }

    private func fails(_ arguments: String..., with message: String) throws {
        let outcome = try box.run(arguments)
        #expect(outcome.code == 1, "\(outcome.description)")
        #expect(outcome.stdout.isEmpty)
        #expect(outcome.stderr.contains("error: \(message)"), "\(outcome.stderr)")
    }

    @Test("in an .npy, of either byte order and layout", arguments: ["<f8", ">f8"], [false, true])
    func npyInput(_ type: String, _ fortran: Bool) throws {
        for value in [1e300, -1e39, 3.4028235677973366e38] {
            try box.write("x.npy", npy([1, 2, 3, 4, value, .infinity], [2, 3], type, fortran: fortran))
            for command in [["run"], ["bench", "--passes", "1"]] {
                try fails(
                    command[0], "Echo.lstm.yaml", "--input", "x.npy",
                    with: "tensor 'x' holds \(value) at index (1, 1), which is too large for float32")
            }
        }
    }

    @Test("what rounds, is infinite or no number") func taken() throws {
        // The largest that rounds to a finite float32, and the smallest that rounds to zero or above it.
        try box.write("x.npy", npy([3.4028235677973362e38, 1e-300, 0.1], [1, 3], "<f8"))
        #expect(
            try box.run("run", "Echo.lstm.yaml", "--input", "x.npy").stdout == "y (1, 3) 3.4028235e+38 0.0 0.1\n")
        try box.write("x.npy", npy([.nan, .infinity, 1], [1, 3], "<f8"))
        #expect(try box.run("run", "Echo.lstm.yaml", "--input", "x.npy").stdout == "y (1, 3) nan inf 1.0\n")
    }

    @Test("in first states and in every tensor of one file") func states() throws {
        let large = Tensor([1e200], [1, 1], "F64")
        try box.write(
            "in.safetensors",
            safetensors([
                "x": Tensor([1, 1e39], [2, 1], "F64"), "a.h0": large, "a.c0": Tensor([0], [1, 1], "F64"),
                "b.h0": Tensor([0], [1, 1], "F64"), "b.c0": large,
            ]))
        try fails(
            "run", "Two.lstm.yaml", "--input", "in.safetensors",
            with: "tensor 'x' holds 1e+39 at index (1, 0), which is too large for float32")
        try box.write(
            "in.safetensors",
            safetensors([
                "x": Tensor([1, 1], [2, 1], "F64"), "a.h0": large, "a.c0": Tensor([0], [1, 1], "F64"),
                "b.h0": Tensor([0], [1, 1], "F64"), "b.c0": large,
            ]))
        for name in ["a.h0", "b.c0"] {
            try fails(
                "run", "Two.lstm.yaml", "--input", "in.safetensors",
                with: "tensor '\(name)' holds 1e+200 at index (0, 0), which is too large for float32")
        }
    }

    @Test("in weights") func weights() throws {
        var weights = twoLSTMsWeights
        weights["a.weight_hh_l0"] = Tensor([1, 2, -1e40, 4], [4, 1], "F64")
        try box.write("two.safetensors", safetensors(weights))
        try fails(
            "check", "Two.lstm.yaml",
            with: "tensor 'a.weight_hh_l0' holds -1e+40 at index (2, 0), which is too large for float32")
    }

    @Test("in a test's vectors, and beside figures that are still numbers") func vectors() throws {
        let large = Tensor([1, -1e300], [2, 1], "F64")
        try box.write("v.safetensors", safetensors(["x": Tensor([1, 2], [2, 1]), "a.output.f64": large]))
        try fails(
            "generate", "Two.lstm.yaml", "--output", "o", "--tests", "t", "--vectors", "v.safetensors",
            with: "tensor 'a.output.f64' holds -1e+300 at index (1, 0), which is too large for float32")
        let expected = Tensor([1, 2, 1e300], [1, 3], "F64")
        try box.write("v.safetensors", safetensors(["x": Tensor([1, 2, 3], [1, 3]), "y.f64": expected]))
        let outcome = try box.run("verify", "Echo.lstm.yaml", "--against", "v.safetensors", "--format", "json")
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.stdout.contains("\"largest_error\": 1e+300, "))
        #expect(!outcome.stdout.contains("nan"))
    }

    @Test("in a CSV") func csv() throws {
        try box.write("x.csv", "1,2,3\n4,1e39,6\n")
        try fails("run", "Echo.lstm.yaml", "--input", "x.csv", with: "'1e39' is too large for float32")
    }

    @Test("an import says what rounds, and builds say nothing") func imported() throws {
        func tensors(_ value: Double) -> [String: Tensor] {
            [
                "e.weight": Tensor([1, 2, value, 1e-300], [2, 2], "F64"),
                "l.weight_ih_l0": Tensor([Double](repeating: 0.5, count: 8), [4, 2], "F64"),
                "l.weight_hh_l0": Tensor([0.5, 1, -1, value], [4, 1], "F64"),
                "l.bias_ih_l0": Tensor([0, 0, 0, 0], [4], "F32"), "l.bias_hh_l0": Tensor([0, 0, 0, 0], [4], "F32"),
            ]
        }
        try box.write("w.safetensors", safetensors(tensors(0.1)))
        let rounded = try box.run("import", "w.safetensors", "--name", "Rounded", "--output", "o")
        #expect(rounded.code == 0 && rounded.stderr.isEmpty, "\(rounded.description)")
        let sentence = "3 of 24 values are float64 and are rounded to float32, in which everything is computed"
        #expect(rounded.stdout.contains("  - \(sentence)\n"), "\(rounded.stdout)")
        // Nothing is wrong: a build of it is quiet, and a check.
        for command in [["check", "o/Rounded.lstm.yaml"], ["generate", "o/Rounded.lstm.yaml", "--output", "g"]] {
            let outcome = try box.run(command)
            #expect(outcome.code == 0 && outcome.stderr.isEmpty, "\(outcome.description)")
        }
        var exact = tensors(0.25)
        exact["e.weight"] = Tensor([1, 2, 0.25, -0.0], [2, 2], "F64")
        try box.write("w.safetensors", safetensors(exact))
        let outcome = try box.run("import", "w.safetensors", "--name", "Exact", "--output", "o")
        #expect(outcome.code == 0 && !outcome.stdout.contains("float64"), "\(outcome.description)")
    }
}
