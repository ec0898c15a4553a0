// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// What a model is given to read.
public enum InputKind: String, CaseIterable, Sendable {
    case usual, zeros, denormals, huge, infinities, nan, mixed

    public func floats(_ count: Int, _ random: inout SeededRandom) -> [Float] {
        (0..<count).map { _ in value(&random) }
    }

    private func value(_ random: inout SeededRandom) -> Float {
        switch self {
        case .usual: return random.float(in: -2...2)
        case .zeros: return random.bool() ? 0 : -0.0
        case .denormals:
            let bits = UInt32(random.integer(in: 1...0x7F_FFFF)) | (random.bool() ? 0x8000_0000 : 0)
            return Float(bitPattern: bits)
        case .huge: return random.float(in: -1...1) * .greatestFiniteMagnitude
        case .infinities: return one(of: [.infinity, -.infinity], &random)
        case .nan: return one(of: [.nan, Float(bitPattern: 0xFFC0_1234)], &random)
        case .mixed:
            let kinds: [InputKind] = [.usual, .zeros, .denormals, .huge, .infinities, .nan]
            return kinds[random.integer(in: 0...(kinds.count - 1))].value(&random)
        }
    }

    /// Now and then one of `values`, else a usual one.
    private func one(of values: [Float], _ random: inout SeededRandom) -> Float {
        let place = random.integer(in: 0...9)
        return place < values.count ? values[place] : random.float(in: -2...2)
    }
}
