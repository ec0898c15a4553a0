// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Weights for Pretrained/SpeakerEncoder.lstm.yaml, drawn where a test needs them: its own are fetched, which no test may do.
///
/// Tests/LSTMInterpreterTests/Fixtures/make_encoders.py draws the same ones for PyTorch.
public enum DrawnEncoder {
    /// A safetensors file, of 5.7 MB.
    public static let weights: [UInt8] = {
        var entries: [String] = []
        var data: [UInt8] = []
        for (index, tensor) in tensors.enumerated() {
            let start = data.count
            for value in drawn(UInt64(1 + index), tensor.shape.reduce(1, *), scale: 0x1p-4) {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
            }
            let place = "[\(start),\(data.count)]"
            entries.append("\"\(tensor.name)\":{\"dtype\":\"F32\",\"shape\":\(tensor.shape),\"data_offsets\":\(place)}")
        }
        let header = "{\(entries.joined(separator: ","))}"
        let size = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init)
        return size + Array(header.utf8) + data
    }()

    /// Frames of 40 values.
    public static func input(steps: Int) -> [Float] { drawn(0, steps * 40, scale: 2) }

    /// Calls `body` with the path of a file of ``weights``, which is there for as long.
    public static func withFile<Result>(_ body: (String) throws -> Result) throws -> Result {
        let name = "lstmc-\(UUID().uuidString).safetensors"
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(weights).write(to: file)
        return try body(file.path)
    }

    private static let tensors: [(name: String, shape: [Int])] =
        (0..<3).flatMap { layer in
            [
                ("lstm.weight_ih_l\(layer)", [1024, layer == 0 ? 40 : 256]), ("lstm.weight_hh_l\(layer)", [1024, 256]),
                ("lstm.bias_ih_l\(layer)", [1024]), ("lstm.bias_hh_l\(layer)", [1024]),
            ]
        } + [("linear.weight", [256, 256]), ("linear.bias", [256])]

    /// Multiples of 2^-23 within -scale..<scale, so that every program that draws them gets the same bits.
    private static func drawn(_ stream: UInt64, _ count: Int, scale: Float) -> [Float] {
        var random = SeededRandom(seed: stream)
        return (0..<count).map { _ in Float(Int(random.next() >> 40) - (1 << 23)) * 0x1p-23 * scale }
    }
}
