// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Why a file is not one that this program can listen to.
enum WaveError: Error {
    case notAWave
    case otherFormat(rate: Int, bits: Int, channels: Int)
}

/// The samples of a WAV file of 16 bits, one channel and `rate` samples a second, from -1 to 1.
func readWave(_ path: String, rate: Int) throws -> [Float] {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    func number(at index: Int, bytes count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[index + $1]) << (8 * $1) }
    }
    guard bytes.count >= 12, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WAVE".utf8) else {
        throw WaveError.notAWave
    }
    // Chunks: a name, a size, and that many bytes, to an even number.
    var start = 12
    var isKnown = false
    while start + 8 <= bytes.count {
        let name = String(decoding: bytes[start..<(start + 4)], as: UTF8.self)
        let body = start + 8
        let end = min(body + number(at: start + 4, bytes: 4), bytes.count)
        if name == "fmt ", end - body >= 16 {
            let channels = number(at: body + 2, bytes: 2)
            let found = number(at: body + 4, bytes: 4)
            let bits = number(at: body + 14, bytes: 2)
            guard number(at: body, bytes: 2) == 1, channels == 1, found == rate, bits == 16 else {
                throw WaveError.otherFormat(rate: found, bits: bits, channels: channels)
            }
            isKnown = true
        }
        if name == "data", isKnown {
            return stride(from: body, to: end - 1, by: 2).map { index in
                Float(Int16(truncatingIfNeeded: number(at: index, bytes: 2))) / 32768
            }
        }
        start = end + (end - body) % 2
    }
    throw WaveError.notAWave
}
