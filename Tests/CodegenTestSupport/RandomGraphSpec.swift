// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// A graph drawn from a seed: branches, joins, several inputs and results, and every kind of layer.
///
/// - Parameters:
///   - layers: how many layers, about.
///   - streams: only what runs step by step.
public func randomGraphSpec(seed: UInt64, name: String, layers: Int, streams: Bool = false) -> String {
    var writer = RandomGraphWriter(random: SeededRandom(seed: seed), streams: streams)
    return writer.spec(name: name, layers: layers)
}

struct RandomGraphWriter {
    /// What later layers may take.
    struct Known {
        var name: String
        /// Which time axis; nil for none.
        var axis: String?
        /// [size] or [channels, positions].
        var sizes: [Int]
        var isRecurrent = false
    }

    var random: SeededRandom
    let streams: Bool
    private var lines: [String] = []
    var values: [Known] = []
    private var names: [String] = []
    private var reads: Set<String> = []

    init(random: SeededRandom, streams: Bool) {
        self.random = random
        self.streams = streams
    }

    mutating func chance(_ percent: Int) -> Bool { random.integer(in: 1...100) <= percent }

    mutating func pick<T>(_ values: [T]) -> T { values[random.integer(in: 0...(values.count - 1))] }

    mutating func size() -> Int { pick([1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 20, 33]) }

    mutating func spec(name: String, layers: Int) -> String {
        lines = ["lstmc: 1", "name: \(name)"]
        addInputs()
        let precision = chance(40) ? ", precision: \(pick(["float16", "bfloat16", "int8"]))" : ""
        lines += ["weights: { file: weights.safetensors\(precision) }", "layers:"]
        addFirstLayers()
        while names.count < layers { addLayer() }
        addOutputs()
        return lines.map { $0 + "\n" }.joined()
    }

    mutating func addInputs() {
        if chance(30) {
            let size = size()
            lines.append("input: { features: \(size)\(chance(50) ? ", batch_first: true" : "") }")
            values.append(Known(name: "x", axis: "a", sizes: [size]))
            return
        }
        if chance(50) { lines.append("batch_first: true") }
        lines.append("inputs:")
        func add(_ name: String, _ text: String, _ axis: String?, _ sizes: [Int]) {
            lines.append("  \(name): { \(text) }")
            values.append(Known(name: name, axis: axis, sizes: sizes))
        }
        let size = size()
        add("audio", "features: \(size)", "a", [size])
        if chance(60) {
            let knobs = self.size()
            add("knobs", "features: \(knobs), per: sequence", nil, [knobs])
        }
        if chance(40) { add("ids", "tokens: 11", "a", []) }
        if chance(30) { add("bands", "shape: [3, 4]", "a", [3, 4]) }
        if !streams, chance(30) {
            let other = self.size()
            add("other", "features: \(other)", "b", [other])
        }
    }

    mutating func add(
        _ kind: String, from: [Known], _ options: [String] = [], axis: String?, sizes: [Int], isRecurrent: Bool = false
    ) {
        let name = "\(pick(["n", "layer_", "Node", "été"]))\(names.count)"
        names.append(name)
        lines.append("  - \(kind): \(name)")
        let list = from.map(\.name)
        reads.formUnion(list)
        let isBefore = list.count == 1 && names.count > 1 && list[0] == names[names.count - 2] && chance(50)
        if !isBefore {
            lines.append("    from: \(list.count == 1 ? list[0] : "[" + list.joined(separator: ", ") + "]")")
        }
        lines += options.map { "    " + $0 }
        values.append(Known(name: name, axis: axis, sizes: sizes, isRecurrent: isRecurrent))
    }

    /// Token ids become vectors first.
    mutating func addFirstLayers() {
        guard let ids = values.firstIndex(where: { $0.sizes.isEmpty }) else { return }
        let input = values.remove(at: ids)
        let size = size()
        add("embedding", from: [input], ["embedding_dim: \(size)"], axis: input.axis, sizes: [size])
    }

    mutating func recent(_ fits: (Known) -> Bool) -> Known? {
        let fitting = values.filter(fits)
        if fitting.isEmpty { return nil }
        return chance(60) ? pick(Array(fitting.suffix(4))) : pick(fitting)
    }

    mutating func addLayer() {
        switch random.integer(in: 0...22) {
        case 0...2: addRecurrent()
        case 3...5: addLinear()
        case 6...9: addPointwise()
        case 10...12: addJoin()
        case 13: addConcat()
        case 14: addSlice()
        case 15: addShape()
        case 16: addScale()
        case 17: addNorm()
        case 18 where !streams: addPooling()
        case 19 where !streams: addSequence()
        case 20...21: addConvolution()
        case 22: addWindows()
        default: addPointwise()
        }
    }

    mutating func addLinear() {
        guard let x = recent({ _ in true }) else { return }
        let out = size()
        add(
            "linear", from: [x], ["out_features: \(out)"] + (chance(30) ? ["bias: false"] : []), axis: x.axis,
            sizes: x.sizes.dropLast() + [out])
    }

    mutating func addPointwise() {
        guard let x = recent({ _ in true }) else { return }
        let kinds: [(String, [String])] = [
            ("relu", []), ("tanh", []), ("sigmoid", []), ("gelu", []), ("gelu", ["approximate: tanh"]),
            ("leaky_relu", []), ("leaky_relu", ["negative_slope: 0.3"]), ("elu", ["alpha: 0.5"]), ("selu", []),
            ("silu", []), ("softplus", []), ("softplus", ["beta: 2.0", "threshold: 3"]), ("softsign", []),
            ("hardtanh", ["min_val: -0.5", "max_val: 2"]), ("relu6", []), ("hardsigmoid", []), ("hardswish", []),
            ("mish", []), ("abs", []), ("negative", []), ("dropout", []), ("tanh", []), ("sigmoid", []),
        ]
        let (kind, options) = pick(kinds)
        if chance(10) {
            let count = chance(50) ? 1 : x.sizes[0]
            return add("prelu", from: [x], ["num_parameters: \(count)"], axis: x.axis, sizes: x.sizes)
        }
        add(kind, from: [x], options, axis: x.axis, sizes: x.sizes)
    }

    func meets(_ a: Known, _ b: Known) -> Bool { a.axis == nil || b.axis == nil || a.axis == b.axis }

    /// In a stream, what has no time axis comes from an input and stays for ever: any two values meet.
    mutating func addJoin() {
        guard let x = recent({ _ in true }) else { return }
        let others = values.filter { other in
            meets(x, other) && other.sizes.count == x.sizes.count && other.sizes.dropLast() == x.sizes.dropLast()
                && (other.sizes.last == x.sizes.last || other.sizes.last == 1 || x.sizes.last == 1)
        }
        let other = pick(others)
        let kind = pick(["add", "subtract", "multiply", "maximum", "add"])
        let last = max(x.sizes.last ?? 1, other.sizes.last ?? 1)
        var from = chance(50) ? [x, other] : [other, x]
        let axis = x.axis ?? other.axis
        if kind != "subtract", chance(30) {
            let third = values.filter { value in
                (value.axis == nil || axis == nil || value.axis == axis) && value.sizes.dropLast() == x.sizes.dropLast()
                    && value.sizes.count == x.sizes.count && value.sizes.last == last
                    && (axis != nil || value.axis == nil)
            }
            if let third = third.randomElement(using: &random) { from.append(third) }
        }
        add(kind, from: from, axis: axis, sizes: x.sizes.dropLast() + [last])
    }

    mutating func addConcat() {
        guard let x = recent({ ($0.sizes.last ?? 0) < 80 }) else { return addPointwise() }
        let others = values.filter {
            meets(x, $0) && $0.sizes.count == x.sizes.count && $0.sizes.dropLast() == x.sizes.dropLast()
                && ($0.sizes.last ?? 0) < 80
        }
        let other = pick(others)
        let from = chance(50) ? [x, other] : [other, x]
        add(
            "concat", from: from, axis: x.axis ?? other.axis,
            sizes: x.sizes.dropLast() + [(x.sizes.last ?? 0) + (other.sizes.last ?? 0)])
    }

    mutating func addSlice() {
        guard let x = recent({ ($0.sizes.last ?? 1) > 1 }), let size = x.sizes.last else { return addPointwise() }
        let start = random.integer(in: 0...(size - 1))
        let stop = random.integer(in: (start + 1)...size)
        let options = chance(50) ? ["start: \(start)", "stop: \(stop)"] : ["start: \(start - size)", "stop: \(stop)"]
        add("slice", from: [x], options, axis: x.axis, sizes: x.sizes.dropLast() + [stop - start])
    }

    mutating func addShape() {
        guard let x = recent({ _ in true }) else { return }
        let count = x.sizes.reduce(1, *)
        if x.sizes.count == 2 {
            if chance(50) { return add("transpose", from: [x], axis: x.axis, sizes: x.sizes.reversed()) }
            return add("flatten", from: [x], axis: x.axis, sizes: [count])
        }
        let channels = pick((1...count).filter { count % $0 == 0 })
        add(
            "unflatten", from: [x], ["shape: [\(channels), \(count / channels)]"], axis: x.axis,
            sizes: [channels, count / channels])
    }

    mutating func addScale() {
        guard let x = recent({ _ in true }), let size = x.sizes.last else { return }
        let list = { (first: Double) in
            "[" + (0..<size).map { "\(first + Double($0) / 8)" }.joined(separator: ", ") + "]"
        }
        let options = pick([
            ["weight: 0.5", "bias: -1"], ["mean: 0.25", "std: 2"], ["weight: \(list(-1))"],
            ["mean: \(list(-0.5))", "std: \(list(0.5))"], ["weight: w\(names.count)", "bias: b\(names.count)"],
        ])
        add("scale", from: [x], options, axis: x.axis, sizes: x.sizes)
    }

    mutating func addNorm() {
        guard let x = recent({ _ in true }) else { return }
        let kind = pick(["layer_norm", "softmax", "log_softmax", "l2_normalize", "batch_norm", "batch_norm"])
        let options = kind == "batch_norm" && chance(30) ? ["affine: false"] : []
        add(kind, from: [x], options, axis: x.axis, sizes: x.sizes)
    }

    mutating func addPooling() {
        if let layer = recent({ $0.isRecurrent }), chance(40) {
            return add("last", from: [layer], axis: nil, sizes: layer.sizes)
        }
        guard let x = recent({ $0.axis != nil }) else { return addPointwise() }
        let (kind, options) = pick([("mean", []), ("max", []), ("sum", []), ("select", []), ("select", ["index: 0"])])
        add(kind, from: [x], options, axis: nil, sizes: x.sizes)
    }

    mutating func addSequence() {
        if chance(30), let x = recent({ $0.axis == nil }) {
            let steps = pick([1, 2, 5])
            return add("repeat", from: [x], ["steps: \(steps)"], axis: "fixed\(steps)", sizes: x.sizes)
        }
        guard let x = recent({ $0.axis != nil }), let axis = x.axis else { return addPointwise() }
        if chance(50) { return add("flip", from: [x], axis: axis, sizes: x.sizes) }
        // One step at least stays of every sequence.
        let options = pick([["start: -2"], ["stop: 3"], ["start: -3", "stop: 5"].dropLast() + []])
        add("steps", from: [x], Array(options), axis: axis + "/" + options.joined(), sizes: x.sizes)
    }

    /// What nobody reads, and some more; integers, which no layer takes.
    mutating func addOutputs() {
        if chance(25), let x = recent({ ($0.sizes.last ?? 1) > 1 }) {
            add("argmax", from: [x], axis: x.axis, sizes: Array(x.sizes.dropLast()))
        }
        var outputs = names.filter { !reads.contains($0) }
        for name in names where reads.contains(name) && chance(8) { outputs.append(name) }
        if streams {
            // Results of a stream begin at the same step.
            outputs = values.map(\.name).filter(outputs.contains)
        }
        if outputs.count > 40 { outputs = Array(outputs.prefix(40)) }
        lines.append("outputs: [\(outputs.joined(separator: ", "))]")
    }
}
