// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A protobuf message written by hand, to say what no exporter does.
private struct Message {
    var bytes: [UInt8] = []

    static func varint(_ value: UInt64) -> [UInt8] {
        var (value, bytes) = (value, [UInt8]())
        while value >= 0x80 {
            bytes.append(UInt8(value & 0x7F) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }

    func number(_ field: UInt64, _ value: Int) -> Message {
        Message(bytes: bytes + Self.varint(field << 3) + Self.varint(UInt64(bitPattern: Int64(value))))
    }

    func part(_ field: UInt64, _ part: [UInt8]) -> Message {
        Message(bytes: bytes + Self.varint(field << 3 | 2) + Self.varint(UInt64(part.count)) + part)
    }

    func text(_ field: UInt64, _ text: String) -> Message { part(field, Array(text.utf8)) }

    func texts(_ field: UInt64, _ texts: [String]) -> Message { texts.reduce(self) { $0.text(field, $1) } }
}

private func node(_ operation: String, _ inputs: [String], _ outputs: [String], attributes: [Message] = []) -> Message {
    let node = Message().texts(1, inputs).texts(2, outputs).text(3, "n").text(4, operation)
    return attributes.reduce(node) { $0.part(5, $1.bytes) }
}

private func tensor(_ name: String, _ shape: [Int], type: Int = 1, data: [UInt8]? = nil) -> Message {
    let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    let data = data ?? [UInt8](repeating: 0x3E, count: max(0, min(count, 1 << 20)) * 4)
    return shape.reduce(Message()) { $0.number(1, $1) }.number(2, type).text(8, name).part(9, data)
}

private func value(_ name: String, _ shape: [Int]) -> Message {
    let sizes = shape.reduce(Message()) { $0.part(1, Message().number(1, $1).bytes) }
    let type = Message().part(1, Message().number(1, 1).part(2, sizes.bytes).bytes)
    return Message().text(1, name).part(2, type.bytes)
}

/// A model of these nodes, from `x` (time, batch, 2) to `y`.
private func model(
    _ nodes: [Message], _ tensors: [Message] = [], x: [Int] = [0, 0, 2], outputs: [String] = ["y"]
) -> [UInt8] {
    var graph = nodes.reduce(Message()) { $0.part(1, $1.bytes) }
    graph = tensors.reduce(graph) { $0.part(5, $1.bytes) }
    graph = graph.part(11, value("x", x).bytes)
    graph = outputs.reduce(graph) { $0.part(12, value($1, []).bytes) }
    return Message().number(1, 9).part(7, graph.bytes).part(8, Message().number(2, 20).bytes).bytes
}

/// W and R of an LSTM of 3 units.
private let weights = [tensor("W", [1, 12, 2]), tensor("R", [1, 12, 3])]
private let lstm = node("LSTM", ["x", "W", "R"], ["Y"])

extension ImportHostileTests {
    @Test func onnx() throws {
        let good = try bytes("Recognised/states-script.onnx")
        let edits = [
            ("bidirectional", "bidirectionaI"), ("forward", "reverse"), ("LSTM", "LSTN"), ("Gather", "Gatner"),
            ("perm", "prem"), ("Slice", "Splice"), ("hidden_size", "hidden_sise"),
        ].map { replacing($0.0, $0.1, in: good) }.filter { $0 != good }
        let named = Set(edits).subtracting(harmless(edits))
        try refuse(
            cuts(good).filter { $0.count < good.count } + nonsense + named.sorted { $0.count < $1.count }
                + (try refused(".onnx")), ".onnx")
    }

    /// An attribute under another name is one that is not there: the file says the same without hidden_size.
    private func harmless(_ files: [[UInt8]]) -> [[UInt8]] {
        files.filter { String(decoding: $0, as: UTF8.self).contains("hidden_sise") }
    }

    @Test("ONNX files that no exporter writes") func graphs() throws {
        let squeeze = node("Squeeze", ["Y"], ["y"])
        func constant(_ tensors: [Message]) -> [UInt8] { model([lstm, squeeze], tensors) }
        let doubled = (0..<60).map { node("Concat", ["c\($0)", "c\($0)"], ["c\($0 + 1)"]) }
        let many = (0..<30_000).map { node("Identity", ["v\($0)"], ["v\($0 + 1)"]) }
        let stack = (0..<3000).map { index in
            node("LSTM", [index == 0 ? "x" : "s\(index)", index == 0 ? "W" : "V", "R"], ["Y\(index)"])
        }
        let squeezes = (0..<3000).map { node("Squeeze", ["Y\($0)"], ["s\($0 + 1)"]) }
        let huge = 1 << 62
        let files: [[UInt8]] = [
            [0], [0x07], [0x03, 0x04], [0x3A] + [UInt8](repeating: 0xFF, count: 9) + [0x01],
            [UInt8](repeating: 0x80, count: 64), Message().part(7, []).bytes, Message().number(7, 3).bytes,
            model([lstm, squeeze], weights) + model([lstm, squeeze], weights),
            model([squeeze, lstm], weights), model([node("Relu", ["y"], ["y"])]),
            model([node("Relu", ["a"], ["y"]), node("Relu", ["y"], ["a"])]),
            model([lstm, lstm, squeeze], weights), model([lstm, squeeze], weights + weights),
            constant([tensor("W", [1, 12, 2])]), constant([tensor("W", [1, 0, 2]), tensor("R", [1, 0, 0])]),
            constant([tensor("W", [huge, huge, huge]), tensor("R", [1, 12, 3])]),
            constant([tensor("W", [1, -12, -2]), tensor("R", [1, 12, 3])]),
            constant([tensor("W", [1, 12, 2], type: 99), tensor("R", [1, 12, 3])]),
            constant([tensor("W", [1, 12, 2], data: [1, 2, 3]), tensor("R", [1, 12, 3])]),
            constant([tensor("W", [1, 12, 2], type: 7), tensor("R", [1, 12, 3])]),
            constant([tensor("W", [Int](repeating: 1, count: 5000)), tensor("R", [1, 12, 3])]),
            constant([tensor("W", [1, 12, 7]), tensor("R", [1, 12, 3])]),
            model([lstm] + doubled + [node("MatMul", ["s", "c60"], ["y"])], weights + [tensor("c0", [3, 3])]),
            model(many, weights, outputs: ["v30000"]),
            model(stack + squeezes, weights + [tensor("V", [1, 12, 3])], outputs: ["s3000"]),
            model([lstm, squeeze], weights, outputs: []), model([lstm, squeeze], weights, outputs: ["none"]),
            model([lstm, squeeze], weights, outputs: ["x"]), model([lstm, squeeze], weights, x: [0, 0, huge]),
            model([lstm, squeeze], weights, x: [2]), model([lstm], weights, outputs: ["Y", "Y2"]),
            model([lstm, node("\u{1B}[2J\u{202E}", ["Y"], ["y"])], weights),
            model(
                [lstm, node("Reshape", ["Y", "shape"], ["y"])],
                weights + [
                    tensor("shape", [3], type: 7, data: [UInt8](repeating: 0x7F, count: 24))
                ]),
            model(
                [
                    lstm,
                    node(
                        "Transpose", ["Y"], ["y"],
                        attributes: [
                            [0, 0, 9, huge].reduce(Message().text(1, "perm")) { $0.number(8, $1) }
                        ]),
                ], weights),
            model(
                [lstm, node("Slice", ["Y", "a", "b"], ["y"])],
                weights + [
                    tensor("a", [1], type: 7, data: [UInt8](repeating: 0xFF, count: 8)),
                    tensor("b", [1], type: 7, data: [UInt8](repeating: 0x80, count: 8)),
                ]),
        ]
        try refuse(files, ".onnx")
    }

    /// The first place of some text, with the bytes from `offset` on replaced.
    private func patched(_ file: [UInt8], at text: String, _ offset: Int, _ new: [UInt8]) throws -> [UInt8] {
        let word = Array(text.utf8)
        let place = try #require(file.indices.dropLast(word.count).first { file[$0..<($0 + word.count)] == word[...] })
        var file = file
        for (index, byte) in new.enumerated() { file[place + offset + index] = byte }
        return file
    }

    private func littleEndian(_ value: Int) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    @Test func hdf5() throws {
        let good = try bytes("Recognised/plain.h5")
        let edits = [
            ("\"units\": 4", "\"units\": 9"), ("\"units\": 4", "\"units\":-4"), ("\"units\": 4", "\"unlts\": 4"),
            ("\"tanh\"", "\"selu\""), ("\"sigmoid\"", "\"sigmold\""), ("\"Sequential\"", "\"Sequentiel\""),
            ("\"LSTM\"", "\"GRUU\""), ("\"layers\"", "\"leyers\""),
            ("\"go_backwards\": false", "\"go_backwards\": 12345"),
            ("\"class_name\"", "\"class_nome\""), ("model_weights", "model_veights"), ("weight_names", "weight_nemes"),
            ("model_config", "model_canfig"), ("TREE", "TREF"), ("SNOD", "SNOE"), ("HEAP", "HEAQ"), ("GCOL", "GCOM"),
            ("\"config\"", "\"confug\""), ("HDF\r\n", "HDF\n\n"), ("null, null, 3", "null, null, 4"),
        ].map { replacing($0.0, $0.1, in: good) }
        #expect(edits.allSatisfy { $0 != good })
        let tree = try #require(good.indices.dropLast(4).first { good[$0..<($0 + 4)] == Array("TREE".utf8)[...] })
        let structures = [
            // A tree that is its own child; more children, names and bytes than there are; sizes of 3 and 255 bytes.
            try patched(good, at: "TREE", 32, littleEndian(tree)), try patched(good, at: "TREE", 6, [0xFF, 0xFF]),
            try patched(good, at: "SNOD", 6, [0xFF, 0xFF]), try patched(good, at: "HEAP", 8, littleEndian(.max)),
            try patched(good, at: "HEAP", 24, littleEndian(-9)), try patched(good, at: "GCOL", 8, littleEndian(.max)),
            try patched(good, at: "HDF", 12, [3, 8]), try patched(good, at: "HDF", 12, [8, 255]),
            try patched(good, at: "HDF", 7, [9]), try patched(good, at: "HDF", 23, littleEndian(.max)),
            try patched(good, at: "HDF", 63, littleEndian(1 << 50)),
        ]
        try refuse(
            cuts(good).filter { $0.count < good.count / 2 } + nonsense + edits + structures + (try refused(".h5")),
            ".h5")
    }

    @Test func keras() throws {
        let good = try bytes("Recognised/both-directions.keras")
        let edits = [
            ("PK\u{1}\u{2}", "PK\u{9}\u{9}"), ("PK\u{3}\u{4}", "PK\u{9}\u{9}"), ("config.json", "confjg.json"),
            ("model.weights.h5", "model.veights.h5"), ("\"units\"", "\"unots\""), ("HDF", "HDG"),
        ].map { replacing($0.0, $0.1, in: good) }
        let deflated = try bytes("Recognised/deflated.keras")
        try refuse(cuts(good) + cuts(deflated) + nonsense + edits + (try refused(".keras")), ".keras")
    }
}
