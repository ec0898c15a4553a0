// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// The same numbers in another encoding.
struct Encoding: CustomTestStringConvertible {
    var descr: String
    var fortran: Bool
    var version: UInt8

    var testDescription: String { "\(descr) \(fortran ? "Fortran" : "C") v\(version)" }

    static func all(_ types: [String]) -> [Encoding] {
        types.flatMap { type in
            ["<", ">"].flatMap { order in
                [false, true].flatMap { fortran in
                    // The version says how long the header is, which no type changes.
                    (type == types[0] ? [1, 2, 3] : [1]).map {
                        Encoding(descr: order + type, fortran: fortran, version: $0)
                    }
                }
            }
        }
    }
}

/// A model of two lstm layers with a time axis all the way, and its weights.
let twoLSTMs = """
    lstmc: 1
    name: Two
    input: { features: 1 }
    weights: { file: two.safetensors }
    layers:
      - lstm: a
        hidden_size: 1
        bias: false
      - lstm: b
        hidden_size: 1
        bias: false
    outputs: [a, b]

    """

let twoLSTMsWeights: [String: Tensor] = Dictionary(
    uniqueKeysWithValues: ["a", "b"].flatMap { layer in
        ["weight_ih_l0", "weight_hh_l0"].map { ("\(layer).\($0)", Tensor([0.5, -0.25, 1, 0.75], [4, 1])) }
    })

@Suite("What run reads")
struct RunInputTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write("Echo.lstm.yaml", echo)
    }

    /// The program's errors for a file; it must end with exit code 1 and print nothing else.
    private func mistakes(_ spec: String, _ file: String) throws -> String {
        let outcome = try box.run("run", spec, "--input", file)
        #expect(outcome.code == 1, "\(outcome.description)")
        #expect(outcome.stdout.isEmpty)
        return outcome.stderr
    }

    private func mistakes(_ spec: String, _ tensors: [String: Tensor]) throws -> String {
        try box.write("in.safetensors", safetensors(tensors))
        return try mistakes(spec, "in.safetensors").replacingOccurrences(of: "in.safetensors:1:1: ", with: "")
    }

    @Test("features in every encoding", arguments: Encoding.all(["f4", "f8", "f2"]))
    func features(_ encoding: Encoding) throws {
        let values = (0..<24).map { Double($0) / 4 }
        let bytes = npy(values, [2, 4, 3], encoding.descr, fortran: encoding.fortran, version: encoding.version)
        try box.write("x.npy", bytes)
        let outcome = try box.run("run", "Echo.lstm.yaml", "--input", "x.npy", "--output", "y.npy")
        #expect(outcome.code == 0, "\(outcome.description)")
        let y = try readNpy(box.read("y.npy"))
        #expect(y.shape == "(2, 4, 3)")
        #expect(y.values == values)
    }

    @Test("token ids in every encoding", arguments: Encoding.all(["i4", "i8"]))
    func tokens(_ encoding: Encoding) throws {
        try box.write(
            "Rows.lstm.yaml",
            "{ lstmc: 1, input: { tokens: 6 }, weights: { file: w.safetensors },"
                + " layers: [{ embedding: e, embedding_dim: 1 }] }")
        try box.write("w.safetensors", safetensors(["e.weight": Tensor([10, 11, 12, 13, 14, 15], [6, 1])]))
        let bytes = npy(
            [5, 1, 2, 0, 4, 3], [3, 2], encoding.descr, fortran: encoding.fortran, version: encoding.version)
        try box.write("x.npy", bytes)
        let outcome = try box.run("run", "Rows.lstm.yaml", "--input", "x.npy")
        #expect(outcome.stdout == "e (3, 2, 1) 15.0 11.0 12.0 10.0 14.0 13.0\n", "\(outcome.description)")
    }

    @Test("a file's types", arguments: ["F64", "F32", "F16", "BF16"])
    func types(_ type: String) throws {
        try box.write("in.safetensors", safetensors(["x": Tensor([1, 0.5, 0.25, 2, 4, 8], [2, 1, 3], type)]))
        let outcome = try box.run("run", "Echo.lstm.yaml", "--input", "in.safetensors")
        #expect(outcome.stdout == "y (2, 1, 3) 1.0 0.5 0.25 2.0 4.0 8.0\n", "\(outcome.description)")
        #expect(outcome.stderr.isEmpty)
    }

    @Test("unknown tensors warn, results are passed over") func unknown() throws {
        let x = Tensor([1, 2, 3], [1, 3])
        let junk = Tensor([7], [1], "U8")
        let tensors = ["x": x, "y": junk, "y.f64": junk, "z": junk, "lenghts": junk, "y.f32": junk]
        try box.write("in.safetensors", safetensors(tensors))
        let outcome = try box.run("run", "Echo.lstm.yaml", "--input", "in.safetensors")
        #expect(outcome.code == 0)
        #expect(outcome.stdout == "y (1, 3) 1.0 2.0 3.0\n")
        #expect(
            outcome.stderr == """
                in.safetensors:1:1: warning: tensor 'lenghts' is not used by the model; did you mean 'lengths'?
                in.safetensors:1:1: warning: tensor 'y.f32' is not used by the model
                in.safetensors:1:1: warning: tensor 'z' is not used by the model

                """)
    }

    @Test("x that does not fit") func wrongX() throws {
        #expect(
            try mistakes("Echo.lstm.yaml", ["y": Tensor([1], [1])])
                == "error: there is no tensor 'x' to run on; the file has 'y'\n")
        #expect(
            try mistakes("Echo.lstm.yaml", ["x": Tensor([1, 2, 3], [1, 3], "I64")])
                == "error: tensor 'x' holds I64 values, but floating-point ones are needed; save it as float32\n")
        for shape in [[], [4], [2, 4], [1, 1, 1, 3], [3, 0]] {
            #expect(
                try mistakes("Echo.lstm.yaml", ["x": Tensor(.init(repeating: 0, count: shape.reduce(1, *)), shape)])
                    .hasSuffix("but (time, batch, 3) or (time, 3) is needed\n"))
        }
        #expect(
            try mistakes("Echo.lstm.yaml", ["x": Tensor([], [0, 3])])
                == "error: a sequence needs at least one step and one row, but 'x' has 0 steps and 1 row\n")
        #expect(
            try mistakes("Echo.lstm.yaml", ["x": Tensor([], [1, 0, 3])])
                == "error: a sequence needs at least one step and one row, but 'x' has 1 step and 0 rows\n")
    }

    @Test("lengths that do not fit") func lengths() throws {
        let x = Tensor([Double](repeating: 1, count: 12), [2, 2, 3])
        func with(_ lengths: Tensor) throws -> String {
            try mistakes("Echo.lstm.yaml", ["x": x, "lengths": lengths])
        }
        let range = "of row 1 is not in 1 to 2, the number of steps of 'x'\n"
        #expect(try with(Tensor([1, 3], [2], "I64")) == "error: the length 3 \(range)")
        #expect(try with(Tensor([1, 0], [2], "I32")) == "error: the length 0 \(range)")
        #expect(try with(Tensor([2, -9e18], [2], "I64")) == "error: the length -9000000000000000000 \(range)")
        #expect(try with(Tensor([1], [1], "I64")) == "error: 'lengths' has 1 values, but 2 are needed\n")
        #expect(
            try with(Tensor([1, 2], [2, 1], "I64"))
                == "error: tensor 'lengths' has shape (2, 1), but (batch,) is needed\n")
        for type in ["F32", "U8"] {
            #expect(
                try with(Tensor([1, 2], [2], type)) == "error: tensor 'lengths' holds \(type) values, "
                    + "but int32 or int64 ones (I32, I64) are needed; save it as int64\n")
        }
        #expect(
            try mistakes("Echo.lstm.yaml", ["x": Tensor([1, 2, 3], [1, 3]), "lengths": Tensor([1], [1], "I64")])
                == "error: 'lengths' needs a batch axis, but the sequence has none\n")
    }

    @Test("past a sequence's length everything is zero") func padding() throws {
        // What stands there is not looked at: here it is no number.
        let x = Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, .nan, .nan, .nan], [2, 2, 3])
        try box.write("in.safetensors", safetensors(["x": x, "lengths": Tensor([2, 1], [2], "I32")]))
        let outcome = try box.run("run", "Echo.lstm.yaml", "--input", "in.safetensors", "--output", "y.npy")
        #expect(outcome.code == 0)
        #expect(try readNpy(box.read("y.npy")).values == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0])
    }

    @Test("token ids out of range") func tokenRange() throws {
        try box.write(
            "Rows.lstm.yaml", "{ lstmc: 1, input: { tokens: 3 }, layers: [{ embedding: e, embedding_dim: 1 }] }")
        for id in [3, -1, 0x1p40] {
            #expect(
                try mistakes("Rows.lstm.yaml", ["x": Tensor([0, id], [2], "I64")])
                    .hasPrefix("error: token id \(Int(id)) at position 1 is not in 0 to 2\n"))
        }
        #expect(
            try mistakes("Rows.lstm.yaml", ["x": Tensor([0, 1], [2])])
                .hasPrefix("error: tensor 'x' holds F32 values, but int32 or int64 ones (I32, I64) are needed"))
    }

    @Test("several lstm layers have states of their own") func states() throws {
        try box.write("Two.lstm.yaml", twoLSTMs)
        try box.write("two.safetensors", safetensors(twoLSTMsWeights))
        let x = Tensor([1, 2], [2, 1])
        let one = Tensor([0.5], [1, 1], "F64")
        func results(_ more: [String: Tensor]) throws -> (results: [String: Tensor], stderr: String) {
            try box.write("in.safetensors", safetensors(["x": x].merging(more) { $1 }))
            let outcome = try box.run("run", "Two.lstm.yaml", "--input", "in.safetensors", "--output", "y.safetensors")
            #expect(outcome.code == 0, "\(outcome.description)")
            return (try readSafetensors(box.read("y.safetensors")).tensors, outcome.stderr)
        }
        let zero = try results([:])
        #expect(zero.results.keys.sorted() == ["a.c_n", "a.h_n", "a.output", "b.c_n", "b.h_n", "b.output"])
        let second = try results(["b.h0": one, "b.c0": one])
        #expect(second.results["a.output"]?.bytes == zero.results["a.output"]?.bytes)
        #expect(second.results["b.output"]?.bytes != zero.results["b.output"]?.bytes)
        let half = Tensor([0.5], [1, 1], "F16")
        #expect(
            try results(["b.h0": half, "b.c0": half]).results["b.output"]?.bytes == second.results["b.output"]?.bytes)
        let bare = try results(["h0": one, "c0": one])
        #expect(bare.results["b.output"]?.bytes == zero.results["b.output"]?.bytes)
        #expect(bare.stderr.contains("warning: tensor 'h0' is not used by the model; did you mean 'a.h0'?"))
        let first = Tensor([0], [1, 1])
        let alone = try results(["b.h0": one])
        #expect(
            alone.results["b.output"]?.bytes == (try results(["b.h0": one, "b.c0": first])).results["b.output"]?.bytes)
        #expect(
            try mistakes("Two.lstm.yaml", ["x": x, "a.h0": Tensor([1, 1], [1, 1, 2]), "a.c0": one])
                == "error: tensor 'a.h0' has shape (1, 1, 2), but (1, 1) is needed\n")
    }
}
