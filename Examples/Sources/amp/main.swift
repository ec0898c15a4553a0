// SPDX-License-Identifier: Apache-2.0
//
// A guitar amplifier in GuitarML's format (amp.json, imported by `lstmc import`): the sound and two knobs in, the sound out.
//
//     swift run amp IN.wav OUT.wav [GAIN] [TONE]      16 bits, one channel; knobs from 0 to 1
//
// Without a file it plays a plucked string.

import Foundation

let arguments = CommandLine.arguments.dropFirst()
let knobs = arguments.dropFirst(2).compactMap { Float($0) }
let gain = knobs.first ?? 0.7
let tone = knobs.dropFirst().first ?? 0.4

/// The samples of a WAV file of 16 bits and one channel, and its header.
func readWave(_ path: String) throws -> (header: Data, samples: [Float]) {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    guard data.count > 44, let marker = data.range(of: Data("data".utf8)) else {
        throw CocoaError(.fileReadCorruptFile)
    }
    let start = marker.upperBound + 4
    let samples = stride(from: start, to: data.count - 1, by: 2).map { index in
        Float(Int16(bitPattern: UInt16(data[index]) | UInt16(data[index + 1]) << 8)) / 32768
    }
    return (data[..<start], samples)
}

/// Half a second of a plucked A string at 44.1 kHz.
func pluckedString() -> [Float] {
    (0..<22050).map { index in
        let time = Double(index) / 44100
        let partials = (1...5).map { n in
            sin(2 * Double.pi * 110 * Double(n) * time) / Double(n) * exp(-3 * Double(n) * time)
        }
        return Float(0.4 * partials.reduce(0, +))
    }
}

let wave = try arguments.first.map(readWave)
let dry = wave?.samples ?? pluckedString()

// The stream that an audio callback runs: blocks of any size, the state carried on.
let amp = Amp()
var state = Amp.State()
var wet: [Float] = []
for start in stride(from: 0, to: dry.count, by: 512) {
    // Each step is the sample and where the knobs stand.
    let block = dry[start..<min(start + 512, dry.count)].flatMap { [$0, gain, tone] }
    wet += try amp.process(block, state: &state)
}

// Bit for bit what the whole sound gives at once.
let whole = try amp(dry.flatMap { [$0, gain, tone] })
precondition(wet == whole)

if let wave, let output = arguments.dropFirst().first {
    var data = wave.header
    for sample in wet {
        let clipped = Int16(max(-32768, min(32767, (sample * 32768).rounded())))
        withUnsafeBytes(of: clipped.littleEndian) { data.append(contentsOf: $0) }
    }
    try data.write(to: URL(fileURLWithPath: output))
}
let loudest = { (samples: [Float]) in samples.map(abs).max() ?? 0 }
print("\(dry.count) samples, gain \(gain), tone \(tone): loudest in \(loudest(dry)), out \(loudest(wet))")
