// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import TestSupport

/// A model drawn from a seed, as PyTorch would save it.
struct DrawnChain {
    enum Module: Equatable {
        case embedding, linear, layerNorm
        case lstm(layers: Int, bidirectional: Bool, proj: Int, bias: Bool)
    }

    struct Entry {
        let path: String
        let module: Module
        /// nil for token ids.
        let input: Int?
        let output: Int
        var tensors: [(key: String, shape: [Int], floats: [Float])] = []
    }

    private(set) var entries: [Entry] = []
    let prefix: String
    /// No two places between modules have one size, so that only one order fits.
    let isUnambiguous: Bool

    private var random: SeededRandom
    private var used: Set<Int> = []

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        prefix = ["", "model.", "module.net."][random.integer(in: 0...2)]
        isUnambiguous = random.bool()
        let count = random.integer(in: 1...6)
        let firstLSTM = random.integer(in: 0...(count - 1))
        var size = nextSize()
        if random.bool() {
            add(.embedding, "embedding", [("weight", [random.integer(in: 41...50), size])], from: nil, to: size)
        }
        for index in 0..<count {
            if index == firstLSTM || random.integer(in: 0...2) == 0 {
                size = addLSTM("rnn\(index)", input: size)
            } else if random.integer(in: 0...3) == 0, !isUnambiguous {
                add(.layerNorm, "norm\(index)", [("weight", [size]), ("bias", [size])], from: size, to: size)
            } else {
                let out = nextSize()
                let bias = random.integer(in: 0...3) > 0 ? [("bias", [out])] : []
                add(
                    .linear, ["head.fc", "fc"][index % 2] + "\(index)", [("weight", [out, size])] + bias,
                    from: size, to: out)
                size = out
            }
        }
    }

    private mutating func nextSize() -> Int {
        var size = random.integer(in: 2...5)
        while isUnambiguous, !used.insert(size).inserted { size = random.integer(in: 2...40) }
        return size
    }

    private mutating func add(
        _ module: Module, _ path: String, _ shapes: [(String, [Int])], from input: Int?, to output: Int
    ) {
        var entry = Entry(path: path, module: module, input: input, output: output)
        for (key, shape) in shapes {
            let floats = (0..<shape.reduce(1, *)).map { _ in random.float(in: -1...1) }
            entry.tensors.append((key, shape, floats))
        }
        entries.append(entry)
    }

    /// The size of its output.
    private mutating func addLSTM(
        _ path: String, input: Int
    ) -> Int {
        let bidirectional = !isUnambiguous && random.bool()
        let output = nextSize()
        let proj = random.integer(in: 0...2) == 0 ? output : 0
        let hidden = proj > 0 ? proj + 1 : output
        let (layers, bias) = (random.integer(in: 1...3), random.bool())
        let width = output * (bidirectional ? 2 : 1)
        var shapes: [(String, [Int])] = []
        for layer in 0..<layers {
            for suffix in bidirectional ? ["", "_reverse"] : [""] {
                let end = "_l\(layer)\(suffix)"
                shapes.append(("weight_ih" + end, [4 * hidden, layer == 0 ? input : width]))
                shapes.append(("weight_hh" + end, [4 * hidden, output]))
                if bias { shapes += [("bias_ih" + end, [4 * hidden]), ("bias_hh" + end, [4 * hidden])] }
                if proj > 0 { shapes.append(("weight_hr" + end, [proj, hidden])) }
            }
        }
        add(
            .lstm(layers: layers, bidirectional: bidirectional, proj: proj, bias: bias), path, shapes, from: input,
            to: width)
        return width
    }

    /// In how many orders the modules fit one after another, by trying all.
    var fittingOrders: Int { orders(of: entries, after: nil) }

    private func orders(of rest: [Entry], after size: Int??) -> Int {
        if rest.isEmpty { return 1 }
        return rest.indices.reduce(0) { sum, index in
            guard size == nil || size == .some(rest[index].input) else { return sum }
            var others = rest
            let next = others.remove(at: index)
            return sum + orders(of: others, after: .some(next.output))
        }
    }

    var safetensors: [UInt8] {
        safetensorsBytes(
            entries.flatMap { entry in
                entry.tensors.map {
                    NamedTensor("\(prefix)\(entry.path).\($0.key)", floats: $0.floats, shape: $0.shape)
                }
            })
    }

    /// The state_dict as JSON, in the modules' order.
    var json: String {
        let members = entries.flatMap { entry in
            entry.tensors.map { tensor in
                var lists = tensor.floats.map { "\($0)" }
                for size in tensor.shape.dropFirst().reversed() {
                    lists = stride(from: 0, to: lists.count, by: size).map {
                        "[\(lists[$0..<($0 + size)].joined(separator: ","))]"
                    }
                }
                return "\"\(prefix)\(entry.path).\(tensor.key)\": [\(lists.joined(separator: ", "))]"
            }
        }
        return "{\(members.joined(separator: ",\n"))}\n"
    }
}
