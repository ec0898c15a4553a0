// SPDX-License-Identifier: Apache-2.0
//
// Finds the voices in a sound file with a small model of Silero VAD's shape, one block of 32 ms after another.
//
//     swift run vad voice.wav      16 bits, one channel, 8 kHz

import Foundation

guard let path = CommandLine.arguments.dropFirst().first else {
    print("usage: vad IN.wav")
    exit(64)
}

let sound: [Float]
do {
    sound = try readWave(path, rate: Detector.rate)
} catch WaveError.otherFormat(let rate, let bits, let channels) {
    print("\(path): \(rate) Hz, \(bits) bits, channels: \(channels); not 8000 Hz, 16 bits, one channel")
    exit(1)
} catch {
    print("\(path): no WAV file that can be read")
    exit(1)
}

// The way a microphone gives it: a block comes, and its probability is known at once.
var detector = Detector()
var segments = Segments()
var probabilities: [Float] = []
for start in stride(from: 0, to: sound.count, by: Detector.block) {
    let probability = detector.probability(of: sound[start..<min(start + Detector.block, sound.count)])
    segments.add(probability)
    probabilities.append(probability)
}
segments.finish()

// The frames of the whole sound at once: the same bits.
func silence(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }
let padded = silence(Detector.context) + sound + silence(Detector.block)
let frames = probabilities.indices.flatMap { padded[($0 * Detector.block)...].prefix(Vad.inputSize) }
let whole = frames.isEmpty ? [] : try Vad()(frames)
precondition(whole == probabilities)

for segment in segments.ended {
    func seconds(_ block: Int) -> String {
        String(format: "%.2f s", Double(min(block * Detector.block, sound.count)) / Double(Detector.rate))
    }
    print("voice \(seconds(segment.lowerBound)) to \(seconds(segment.upperBound))")
}
