// SPDX-License-Identifier: Apache-2.0
//
// Samples in, samples out, as an audio callback gets them; then the stream's state goes to disk and comes back.
//
//     swift run drive STATE.json      plays a block, and goes on where the last call with this file stopped

import Foundation

let path = CommandLine.arguments.dropFirst().first ?? "drive-state.json"

/// What is remembered between two runs of this program.
struct Session: Codable {
    var position = 0
    var state = Drive.State()
}

/// 100 ms of a 110 Hz tone at 44.1 kHz, from sample `position` on.
func samples(from position: Int) -> [Float] {
    (position..<(position + 4410)).map { Float(0.5 * sin(2 * Double.pi * 110 * Double($0) / 44100)) }
}

func loadSession() throws -> Session {
    guard FileManager.default.fileExists(atPath: path) else { return Session() }
    return try JSONDecoder().decode(Session.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
}

let drive = Drive()
var session = try loadSession()
let input = samples(from: session.position)

// The way an audio thread does it: 512 frames at a time, in the memory that they came in, nothing allocated.
var callbackState = session.state
var sound = input
sound.withUnsafeMutableBufferPointer { sound in
    for start in stride(from: 0, to: sound.count, by: 512) {
        let frames = UnsafeMutableBufferPointer(rebasing: sound[start..<min(start + 512, sound.count)])
        drive.process(UnsafeBufferPointer(frames), state: &callbackState, into: frames)
    }
}

// The same samples as one block: the same bits.
let block = try drive.process(input, state: &session.state)
precondition(block == sound && session.state == callbackState)
session.position += input.count
try JSONEncoder().encode(session).write(to: URL(fileURLWithPath: path), options: .atomic)

let loudest = block.map(abs).max() ?? 0
print("samples \(session.position - input.count) to \(session.position - 1): loudest in 0.5, out \(loudest)")
print("state saved to \(path)")
