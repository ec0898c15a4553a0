// SPDX-License-Identifier: Apache-2.0

import Foundation
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
        default: try write("\(name).safetensors", floats(outputs, inputs, value))
        }
    }

    /// As little-endian float32.
    private func values(_ count: Int, _ value: Float) -> [UInt8] {
        [Float](repeating: value, count: count).withUnsafeBytes(Array.init)
    }

    /// A safetensors file of one tensor, `f.weight`.
    private func floats(_ rows: Int, _ columns: Int, _ value: Float) -> [UInt8] {
        let count = rows * columns * 4
        var header = #"{"f.weight":{"dtype":"F32","shape":[\#(rows),\#(columns)],"data_offsets":[0,\#(count)]}}"#
        header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        let length = UInt64(header.utf8.count)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
        return bytes + values(rows * columns, value)
    }
}
