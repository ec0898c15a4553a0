// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// How many faults are tried: `LSTMC_FAULTS` times as many as in every run of the suite.
let effort = ProcessInfo.processInfo.environment["LSTMC_FAULTS"].flatMap(Int.init) ?? 1

/// A seed of this run's own, or the one that repeats another run: `LSTMC_SEED`.
func freshSeed() -> UInt64 {
    ProcessInfo.processInfo.environment["LSTMC_SEED"].flatMap(UInt64.init) ?? .random(in: 0...999_999)
}

extension Sandbox {
    /// Writes `NAME.lstm.yaml`, one linear layer, and its weights, all of them `value`: (outputs, inputs) float32.
    func writeLinear(
        _ name: String, inputs: Int, outputs: Int, value: Float, placement: String = "embedded",
        format: String = "safetensors"
    ) throws {
        try write(
            "\(name).lstm.yaml",
            """
            lstmc: 1
            input: { features: \(inputs), batch_first: true }
            weights: { file: \(name).\(format), placement: \(placement) }
            layers: [{ linear: f, out_features: \(outputs), bias: false }]

            """)
        switch format {
        case "pt": try write("\(name).pt", torchFile(outputs, inputs, values(outputs * inputs, value)))
        default: try write("\(name).safetensors", floats([("f.weight", outputs, inputs)], value))
        }
    }

    /// Writes `NAME.safetensors`, an lstm without bias called `l`, all its weights `value`.
    func writeLSTM(_ name: String, inputs: Int, hidden: Int, value: Float) throws {
        try write(
            "\(name).safetensors",
            floats([("l.weight_ih_l0", 4 * hidden, inputs), ("l.weight_hh_l0", 4 * hidden, hidden)], value))
    }

    /// As little-endian float32.
    private func values(_ count: Int, _ value: Float) -> [UInt8] {
        [Float](repeating: value, count: count).withUnsafeBytes(Array.init)
    }

    /// A safetensors file of float32 tensors, all their elements the same.
    private func floats(_ tensors: [(name: String, rows: Int, columns: Int)], _ value: Float) -> [UInt8] {
        var entries: [String] = []
        var count = 0
        for (name, rows, columns) in tensors {
            let place = #""shape":[\#(rows),\#(columns)],"data_offsets":[\#(count),\#(count + rows * columns * 4)]"#
            entries.append(#""\#(name)":{"dtype":"F32",\#(place)}"#)
            count += rows * columns * 4
        }
        var header = "{\(entries.joined(separator: ","))}"
        header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        let length = UInt64(header.utf8.count)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
        return bytes + values(count / 4, value)
    }
}
