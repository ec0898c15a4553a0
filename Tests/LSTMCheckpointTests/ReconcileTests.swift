// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMIR
import LSTMSpec
import TestSupport
import Testing

private let location = SourceLocation(path: "a.lstm.yaml", line: 6, column: 9)

/// A layer `lstm` with two tensors and a layer `linear` with one, under `prefix`.
private func demand(prefix: String = "", ignore: [String] = []) -> ParameterDemand {
    var demand = ParameterDemand(
        parameters: [
            Parameter(
                layer: 0, key: "weight_hh_l0", shape: [8, 2],
                tensorNames: [prefix + "lstm.weight_hh_l0", prefix + "lstm.weight_hh"]),
            Parameter(layer: 0, key: "initial_h", shape: [1, 2], tensorNames: ["start"]),
            Parameter(layer: 1, key: "bias", shape: [3], tensorNames: [prefix + "linear.bias"]),
        ], layerNames: ["lstm", "linear"], location: location)
    demand.prefix = prefix
    demand.ignore = ignore
    return demand
}

private func zeros(_ name: String, _ shape: [Int]) -> NamedTensor {
    NamedTensor(name, floats: [Float](repeating: 0, count: shape.reduce(1, *)), shape: shape)
}

private let complete = [zeros("lstm.weight_hh_l0", [8, 2]), zeros("start", [1, 2]), zeros("linear.bias", [3])]

private func reconciled(
    _ tensors: [NamedTensor], _ demand: ParameterDemand = demand()
) throws -> (parameters: ModelParameters?, text: [String]) {
    let checkpoint = try Checkpoint(safetensorsBytes(tensors), fileName: "a.safetensors")
    let (parameters, diagnostics) = reconcile(checkpoint, with: demand)
    #expect(diagnostics.allSatisfy { $0.location == location && $0.severity == .error })
    #expect((parameters == nil) == !diagnostics.isEmpty)
    return (parameters, diagnostics.flatMap { [$0.message] + $0.notes.map { "  " + $0.message } })
}

@Suite struct ReconcileTests {
    @Test func findsEveryParameter() throws {
        let (parameters, text) = try reconciled([
            NamedTensor("lstm.weight_hh_l0", floats: patternValues(16), shape: [8, 2]),
            NamedTensor("start", floats: [1, 2], shape: [1, 2]), zeros("linear.bias", [3]),
        ])
        #expect(text == [])
        #expect(parameters?[layer: 0, key: "weight_hh_l0"]?.floats() == patternValues(16))
        #expect(parameters?[layer: 0, key: "initial_h"]?.floats() == [1, 2])
        #expect(parameters?[layer: 1, key: "bias"]?.shape == [3])
        #expect(parameters?[layer: 1, key: "weight"] == nil)
    }

    @Test func takesTheFirstSpellingThereIs() throws {
        var tensors = complete
        tensors[0] = zeros("lstm.weight_hh", [8, 2])
        #expect(try reconciled(tensors).text == [])
        // With both there, one is left over.
        #expect(
            try reconciled(complete + [zeros("lstm.weight_hh", [8, 2])]).text == [
                "tensor 'lstm.weight_hh' is not used; add it to weights.ignore, or a layer that takes it",
                "  shape in the checkpoint: (8, 2), F32",
            ])
    }

    @Test func takesAFirstStateWithABatchAxis() throws {
        var tensors = complete
        tensors[1] = NamedTensor("start", floats: [1, 2], shape: [1, 1, 2])
        let parameters = try reconciled(tensors).parameters
        #expect(parameters?[layer: 0, key: "initial_h"]?.shape == [1, 2])
        #expect(parameters?[layer: 0, key: "initial_h"]?.floats() == [1, 2])
        tensors[1] = zeros("start", [1, 2, 1])
        #expect(try reconciled(tensors).parameters == nil)
        tensors[1] = zeros("start", [2])
        #expect(try reconciled(tensors).parameters == nil)
    }

    /// A checkpoint of something else altogether gives a screen of errors, and not thousands.
    @Test func floodsAreCapped() throws {
        let names = (0..<8192).map { "lstm.weight_ih_l\($0)" }
        let flood = { (shape: [Int]) in
            ParameterDemand(
                parameters: names.map { Parameter(layer: 0, key: $0, shape: shape, tensorNames: [$0]) },
                layerNames: ["lstm"], location: location)
        }
        let missing = try reconciled([], flood([1])).text.filter { !$0.hasPrefix("  ") }
        #expect(missing.count == 21)
        #expect(missing.first == "there is no tensor 'lstm.weight_ih_l0', which layer 'lstm' needs")
        #expect(missing.last == "8172 more tensors that the model needs are not there")
        let wrong = try reconciled(names.map { zeros($0, [2]) }, flood([1])).text.filter { !$0.hasPrefix("  ") }
        #expect(wrong.count == 21)
        #expect(wrong.last == "8172 more tensors do not fit the model, or have values that are not finite")
        #expect(try reconciled([], flood([1])).text.count < 40)
    }

    @Test func reportsEverythingAtOnce() throws {
        let text = try reconciled([
            zeros("lstm.weight_hh_l0", [8, 3]), NamedTensor("start", integers: [1, 2], shape: [1, 2]),
            zeros("linear.bais", [3]), NamedTensor("steps", integers: [7], shape: []),
        ]).text
        #expect(
            text == [
                "tensor 'lstm.weight_hh_l0' has shape (8, 3), but layer 'lstm' needs (8, 2)",
                "tensor 'start' is I64, but layer 'lstm' needs F16, BF16, F32 or F64",
                "there is no tensor 'linear.bias', which layer 'linear' needs",
                "  the nearest there is 'linear.bais'",
                "  the tensors of the checkpoint: 'linear.bais', 'lstm.weight_hh_l0', 'start', 'steps'",
                "tensor 'linear.bais' is not used; add it to weights.ignore, or a layer that takes it",
                "  shape in the checkpoint: (3,), F32",
                "tensor 'steps' is not used; add it to weights.ignore, or a layer that takes it",
                "  shape in the checkpoint: (), I64",
            ])
    }

    @Test func findsValuesThatAreNotFinite() throws {
        var values = [Float](repeating: 0, count: 16)
        values[5] = .nan
        values[9] = -.infinity
        var tensors = complete
        tensors[0] = NamedTensor("lstm.weight_hh_l0", floats: values, shape: [8, 2])
        #expect(
            try reconciled(tensors).text == [
                "tensor 'lstm.weight_hh_l0' has 2 values that are not finite",
                "  the first of them is at index (2, 1)",
            ])
        // Nobody looks at what is ignored.
        tensors[0] = complete[0]
        tensors.append(NamedTensor("spare", floats: [.nan], shape: [1]))
        #expect(try reconciled(tensors, demand(ignore: ["spare"])).text == [])
    }

    /// The largest finite value and every neighbour of a piece's end, in a tensor of several pieces.
    @Test func looksAtEveryValue() throws {
        let count = 3 * (1 << 14) + 5
        var demand = demand()
        demand.parameters = [Parameter(layer: 0, key: "w", shape: [count], tensorNames: ["w"])]
        var values = [Float](repeating: -.greatestFiniteMagnitude, count: count)
        #expect(try reconciled([NamedTensor("w", floats: values, shape: [count])], demand).text == [])
        for place in [0, (1 << 14) - 1, 1 << 14, count - 1] {
            values[place] = .infinity
            let text = try reconciled([NamedTensor("w", floats: values, shape: [count])], demand).text
            #expect(
                text == [
                    "tensor 'w' has a value that is not finite", "  the one is at index (\(place),)",
                ])
            values[place] = 0
        }
    }

    /// Finite as F64, infinite as the Float32 a model runs with.
    @Test func tellsOverflowFromInfinity() throws {
        let bits = [1.0, 1e300].flatMap { littleEndian($0.bitPattern) }
        let header = "{\"w\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}"
        let file = littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + bits
        var demand = demand()
        demand.parameters = [Parameter(layer: 0, key: "w", shape: [2], tensorNames: ["w"])]
        let (parameters, diagnostics) = reconcile(try Checkpoint(file, fileName: "a.safetensors"), with: demand)
        #expect(parameters == nil)
        #expect(
            diagnostics.map(\.message) == ["tensor 'w' holds 1e+300 at index (1,), which is too large for float32"])
    }

    /// The largest that stays finite, and the least that would not; a matrix alone is kept so.
    @Test func refusesWhatAPrecisionCannotHold() throws {
        var demand = demand()
        for (precision, largest) in [(WeightsEntry.Precision.float16, UInt32(0x477F_EFFF)), (.bfloat16, 0x7F7F_7FFF)] {
            let largest = Float(bitPattern: largest)
            demand.parameters = [
                Parameter(layer: 0, key: "b", shape: [2], tensorNames: ["w"]),
                Parameter(layer: 0, key: "w", shape: [2], precision: precision, tensorNames: ["w"]),
            ]
            demand.precisionLocation = SourceLocation(path: "a.yaml", line: 7, column: 3)
            for sign in [Float(1), -1] {
                let fits = try reconciled([NamedTensor("w", floats: [0, sign * largest], shape: [2])], demand)
                #expect(fits.text == [])
                let beyond = sign * largest.nextUp
                let file = safetensorsBytes([NamedTensor("w", floats: [0, beyond], shape: [2])])
                let found = reconcile(try Checkpoint(file, fileName: "a.safetensors"), with: demand)
                #expect(found.parameters == nil)
                let advice =
                    precision == .float16
                    ? "set weights.precision to bfloat16 or float32" : "leave weights.precision out"
                #expect(
                    found.diagnostics.map(\.message) == [
                        "tensor 'w' holds \(beyond) at index (1,), which is too large for \(precision); \(advice)"
                    ])
                #expect(found.diagnostics.map(\.location) == [demand.precisionLocation])
            }
        }
    }

    @Test func keepsMatricesInTheirPrecision() throws {
        var demand = demand()
        demand.parameters = [
            Parameter(layer: 0, key: "bias", shape: [3], tensorNames: ["w"]),
            Parameter(layer: 0, key: "weight", shape: [3], precision: .float16, tensorNames: ["w"]),
        ]
        let file = safetensorsBytes([NamedTensor("w", floats: [0.1, 1 + 0x1p-11, 1e-8], shape: [3])])
        let parameters = try #require(
            reconcile(try Checkpoint(file, fileName: "a.safetensors"), with: demand).parameters)
        #expect(parameters[layer: 0, key: "bias"]?.floats() == [0.1, 1 + 0x1p-11, 1e-8])
        #expect(parameters[layer: 0, key: "weight"]?.floats() == [0.099_975_586, 1, 0])
    }

    @Test(arguments: [
        ("*.num_steps_tracked", true), ("model.norm.*", true), ("norm.num_steps_tracked", true), ("*", true),
        ("model.norm.num_steps_tracke?", true), ("model.nor[l-n].*", true), ("model.nor[!abc].*", true),
        ("model.nor[mx].num*tracked", true), ("**_tracked*", true), ("norm", false), ("*.num_steps", false),
        ("model.nor[!m].*", false), ("model.norm.[num_steps_tracked", false), ("?", false), ("", false),
        ("model.norm.num_steps_tracked?", false), ("model.nor[].*", false),
    ])
    func ignoresByPattern(_ pattern: String, matches: Bool) throws {
        let tensors = [
            zeros("model.lstm.weight_hh_l0", [8, 2]), zeros("start", [1, 2]), zeros("model.linear.bias", [3]),
            NamedTensor("model.norm.num_steps_tracked", integers: [1], shape: []), zeros("other.weight", [1]),
        ]
        let text = try reconciled(tensors, demand(prefix: "model.", ignore: ["nothing.like.it", pattern])).text
        #expect(text.isEmpty == matches)
    }

    @Test func suggestsThePrefixThatLacks() throws {
        let text = try reconciled([
            zeros("module.lstm.weight_hh_l0", [8, 2]), zeros("start", [1, 2]), zeros("module.linear.bias", [3]),
        ]).text
        #expect(
            text.contains(
                "  'module.lstm.weight_hh_l0' is there: set weights.prefix to 'module.' if that is the one"))
    }

    @Test func cutsLongLists() throws {
        let many = (0..<100).map { zeros("spare.\($0)", [1]) }
        let text = try reconciled(complete + many).text
        #expect(text.count { $0.hasPrefix("tensor 'spare.") } == 20)
        #expect(text.last == "80 more tensors are not used")
        let none = try reconciled([]).text
        #expect(none[1] == "  the checkpoint has no tensors")
        let hostile = try reconciled(complete + [zeros("a\u{1B}\n" + String(repeating: "b", count: 1 << 20), [1])]).text
        #expect(hostile.allSatisfy { $0.utf8.count < 1_000 && !$0.unicodeScalars.contains("\u{1B}") })
    }

    /// A name that the model wants and that is no tensor; one that nobody wants is nobody's business.
    @Test func reportsUnreadableParameters() throws {
        var demand = demand()
        demand.parameters = [Parameter(layer: 0, key: "w", shape: [2], tensorNames: ["weight"])]
        let checkpoint = try openFixture("malicious.pt")
        #expect(reconcile(checkpoint, with: demand).diagnostics.isEmpty)
        demand.parameters.append(Parameter(layer: 0, key: "evil", shape: [2], tensorNames: ["evil"]))
        #expect(
            reconcile(checkpoint, with: demand).diagnostics.map(\.message) == [
                "'evil' is an object made by posix.system, and not a tensor that can be read"
            ])
    }
}
