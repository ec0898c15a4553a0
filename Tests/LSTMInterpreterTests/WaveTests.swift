// SPDX-License-Identifier: Apache-2.0

import LSTMInterpreter
import LSTMSpec
import TestSupport
import Testing

private func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

private func chunk(_ id: String, _ bytes: [UInt8], says: Int? = nil) -> [UInt8] {
    Array(id.utf8) + little(says ?? bytes.count, 4) + bytes + (bytes.count % 2 == 1 ? [0] : [])
}

private func riff(_ chunks: [UInt8]..., id: String = "RIFF") -> [UInt8] {
    let body = chunks.flatMap { $0 }
    return Array(id.utf8) + little(4 + body.count, 4) + Array("WAVE".utf8) + body
}

private func format(
    tag: Int = 1, channels: Int = 1, rate: Int = 48000, bits: Int = 16, frame: Int? = nil, extensible subtag: Int? = nil
) -> [UInt8] {
    let frame = frame ?? channels * bits / 8
    var bytes = little(tag, 2) + little(channels, 2) + little(rate, 4) + little(rate * frame, 4)
    bytes += little(frame, 2) + little(bits, 2)
    if let subtag {
        bytes += little(22, 2) + little(bits, 2) + little(4, 4) + little(subtag, 2)
        bytes += [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
    }
    return bytes
}

private let samples: [UInt8] = [0, 0, 0xFF, 0x7F, 0, 0x80, 1, 0]
private let values: [Float] = [0, 32767.0 / 32768, -1, 1.0 / 32768]

@Suite("WAV")
struct WaveTests {
    @Test("plain, extensible, and with chunks of odd sizes around it") func reads() throws {
        let data = chunk("data", samples)
        let files = [
            riff(chunk("fmt ", format()), data), riff(chunk("fmt ", format() + [0, 0]), data),
            riff(chunk("fmt ", format(tag: 0xFFFE, extensible: 1)), data),
            riff(chunk("LIST", [1, 2, 3]), chunk("fmt ", format()), chunk("x\u{1B}yz", [9]), data, chunk("id3 ", [7])),
            riff(data, chunk("fmt ", format())), riff(chunk("fmt ", format()), data) + [1, 2, 3],
            riff(chunk("fmt ", format()), data, Array("LIST".utf8) + little(3, 4) + [1, 2, 3]),
        ]
        for file in files {
            let wave = try WaveFile(file)
            #expect(wave.samples == values)
            #expect(wave.sampleRate == 48000)
        }
    }

    @Test("integers of 8, 24 and 32 bits, and floats of 32 and 64", arguments: [false, true])
    func otherSamples(isExtensible: Bool) throws {
        func floats(_ values: [Float]) -> [UInt8] { values.flatMap { little(Int($0.bitPattern), 4) } }
        func doubles(_ values: [Double]) -> [UInt8] {
            values.flatMap { little(Int(bitPattern: UInt($0.bitPattern)), 8) }
        }
        let loud: [Float] = [0, 0.25, -1.5, 3, .leastNonzeroMagnitude]
        let cases: [(tag: Int, bits: Int, bytes: [UInt8], expected: [Float])] = [
            (1, 8, [0, 128, 255, 129], [-1, 0, 127.0 / 128, 1.0 / 128]),
            (
                1, 24, [0, 0, 0x80, 0xFF, 0xFF, 0x7F, 1, 0, 0, 0xFF, 0xFF, 0xFF],
                [-1, 8_388_607.0 / 8_388_608, 1.0 / 8_388_608, -1.0 / 8_388_608]
            ),
            // What has more bits than a float is rounded to the nearest.
            (
                1, 32, [0, 0, 0, 0x80, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0x40, 1, 0, 0, 0],
                [-1, 1, 0.5, Float(1.0 / 2_147_483_648)]
            ),
            (3, 32, floats(loud), loud),
            (3, 64, doubles([0.1, -2, 1e-50, .infinity, 3.4e38]), [0.1, -2, 0, .infinity, 3.4e38]),
        ]
        for (tag, bits, bytes, expected) in cases {
            let header = isExtensible ? format(tag: 0xFFFE, bits: bits, extensible: tag) : format(tag: tag, bits: bits)
            #expect(try WaveFile(riff(chunk("fmt ", header), chunk("data", bytes))).samples == expected)
        }
    }

    @Test("samples of a size that was not known go to the file's end") func unknownSize() throws {
        let file = riff(chunk("fmt ", format()), chunk("data", samples, says: 0xFFFF_FFFF))
        #expect(try WaveFile(file).samples == values)
        var piped = file
        piped.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(try WaveFile(piped).samples == values)
    }

    @Test("what is read is written again") func roundTrip() throws {
        let file = riff(chunk("fmt ", format(rate: 44100)), chunk("data", samples))
        let wave = try WaveFile(file)
        let written = WaveFile.bytes(of: wave.samples, sampleRate: wave.sampleRate)
        #expect(written.bytes == file)
        #expect(written.clipped == 0 && written.nans == 0)
    }

    @Test("samples are rounded to the nearest, halves to even, and clipped") func rounding() throws {
        let unit: Float = 1 / 32768
        let written = WaveFile.bytes(
            of: [
                0.5 * unit, 1.5 * unit, -0.5 * unit, 2.4 * unit, 1, -1, -1.1, .infinity, -.infinity, .nan,
                1 - 0.4 * unit,
            ],
            sampleRate: 8000)
        let wave = try WaveFile(written.bytes)
        #expect(wave.samples.map { Int($0 * 32768) } == [0, 2, 0, 2, 32767, -32768, -32768, 32767, -32768, 0, 32767])
        #expect(written.clipped == 5)
        #expect(written.nans == 1)
    }

    /// Files that are no mono samples, by what is wrong with them.
    private static let hostile: [(name: String, bytes: [UInt8])] = [
        ("empty", []), ("no WAV", Array("hello, world, this is text".utf8)), ("cut in its head", Array("RIFF".utf8)),
        ("another form", Array("RIFF".utf8) + little(4, 4) + Array("AVI ".utf8)),
        ("big-endian", riff(chunk("fmt ", format()), id: "RIFX")),
        ("64 bits", riff(chunk("fmt ", format()), id: "RF64")),
        ("no chunks", riff()), ("no samples chunk", riff(chunk("fmt ", format()))),
        ("no format", riff(chunk("data", samples))),
        ("cut samples", riff(chunk("fmt ", format()), chunk("data", samples, says: 1000))),
        ("no size and no samples", riff(chunk("fmt ", format()), chunk("data", [], says: 0xFFFF_FFFF))),
        ("no size and half a sample", riff(chunk("fmt ", format(bits: 24)), chunk("data", [1, 2], says: 0xFFFF_FFFF))),
        ("a cut chunk", riff(chunk("fmt ", format()), chunk("LI\u{1B}T", [1], says: 99), chunk("data", samples))),
        ("half a sample", riff(chunk("fmt ", format()), chunk("data", [1, 2, 3]))),
        ("nothing to hear", riff(chunk("fmt ", format()), chunk("data", []))),
        ("stereo", riff(chunk("fmt ", format(channels: 2)), chunk("data", samples))),
        ("two thirds of 24 bits", riff(chunk("fmt ", format(bits: 24)), chunk("data", samples))),
        ("12 bits", riff(chunk("fmt ", format(bits: 12, frame: 2)), chunk("data", samples))),
        ("another frame of 24 bits", riff(chunk("fmt ", format(bits: 24, frame: 4)), chunk("data", samples))),
        ("8 bits and six channels", riff(chunk("fmt ", format(channels: 6, bits: 8)), chunk("data", samples))),
        ("floats of 16 bits", riff(chunk("fmt ", format(tag: 3, bits: 16)), chunk("data", samples))),
        (
            "extensible floats of 24 bits",
            riff(chunk("fmt ", format(tag: 0xFFFE, bits: 24, extensible: 3)), chunk("data", samples))
        ), ("half a float", riff(chunk("fmt ", format(tag: 3, bits: 32)), chunk("data", [1, 2, 3, 4, 5, 6]))),
        ("A-law", riff(chunk("fmt ", format(tag: 6, bits: 8)), chunk("data", samples))),
        ("extensible without its end", riff(chunk("fmt ", format(tag: 0xFFFE)), chunk("data", samples))),
        ("short format", riff(chunk("fmt ", [1, 0, 1, 0]), chunk("data", samples))),
        ("no rate", riff(chunk("fmt ", format(rate: 0)), chunk("data", samples))),
        ("a rate of all bits", riff(chunk("fmt ", format(rate: 0xFFFF_FFFF)), chunk("data", samples))),
        ("another frame", riff(chunk("fmt ", format(frame: 4)), chunk("data", samples))),
        ("no channels", riff(chunk("fmt ", format(channels: 0)), chunk("data", samples))),
        ("two formats", riff(chunk("fmt ", format()), chunk("fmt ", format()), chunk("data", samples))),
        (
            "a float64 that no float32 is",
            riff(
                chunk("fmt ", format(tag: 3, bits: 64)),
                chunk(
                    "data",
                    [Double.infinity, 1, -1e39].flatMap { little(Int(bitPattern: UInt($0.bitPattern)), 8) }))
        ),
        ("two sounds", riff(chunk("fmt ", format()), chunk("data", samples), chunk("data", samples))),
    ]

    @Test("hostile files are errors that say what to do") func hostileFiles() throws {
        let place = LSTMSpec.SourceLocation(path: "x.wav", line: 1, column: 1)
        var text = ""
        for (name, bytes) in Self.hostile {
            do {
                _ = try WaveFile(bytes)
                #expect(Bool(false), "\(name) was read")
            } catch {
                text += "--- \(name)\n" + render(error.mistakes.map { Diagnostic($0, at: place) }, sources: [:])
            }
        }
        try assertSnapshot(
            text, at: repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Fixtures/wav.txt"))
    }

    @Test("changed bytes never trap") func mutations() {
        let start = riff(chunk("LIST", [1, 2, 3]), chunk("fmt ", format()), chunk("data", samples))
        for seed in 0..<1000 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            var bytes = start
            for _ in 0..<random.integer(in: 1...4) {
                bytes[random.integer(in: 0...(bytes.count - 1))] = UInt8(random.integer(in: 0...255))
            }
            bytes.removeLast(random.integer(in: 0...12) / 3)
            if let wave = try? WaveFile(bytes) { #expect(wave.samples.count == 4 || wave.samples.count < 40) }
        }
    }
}
