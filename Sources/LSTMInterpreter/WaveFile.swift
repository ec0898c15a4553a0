// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// One channel of samples: the contents of a WAV file as far as a model reads it.
public struct WaveFile: Sendable, Equatable {
    /// Samples a second.
    public let sampleRate: Int
    /// Integers divided by half their range, so that they are -1 up to, but not including, 1; floats as they are stored.
    public let samples: [Float]

    /// Reads a RIFF file of uncompressed mono samples, integers of 8, 16, 24 or 32 bits or floats of 32 or 64,
    /// WAVE_FORMAT_EXTENSIBLE included; other chunks are passed over.
    ///
    /// Samples whose size was not known when the file was begun (0xFFFFFFFF bytes) go to its end.
    ///
    /// - Throws: ``WaveMistakes`` with everything that is wrong with the file, or that is not read.
    public init(_ bytes: [UInt8]) throws(WaveMistakes) {
        guard bytes.count >= 12, text(bytes, 0) == "RIFF", text(bytes, 8) == "WAVE" else {
            let isOther = bytes.count >= 12 && ["RIFX", "RF64", "BW64"].contains(text(bytes, 0))
            throw WaveMistakes([isOther ? .otherRIFF(text(bytes, 0)) : .notRIFF])
        }
        var format: Range<Int>?
        var data: Range<Int>?
        var position = 12
        while bytes.count - position >= 8 {
            let id = text(bytes, position)
            var size = integer(bytes, position + 4, 4)
            let start = position + 8
            if id == "data", size == 0xFFFF_FFFF { size = bytes.count - start }
            guard size <= bytes.count - start else {
                throw WaveMistakes([.truncated(chunk: id, says: size, has: bytes.count - start)])
            }
            if id == "fmt " {
                if format != nil { throw WaveMistakes([.twice("fmt ")]) }
                format = start..<(start + size)
            } else if id == "data" {
                if data != nil { throw WaveMistakes([.twice("data")]) }
                data = start..<(start + size)
            }
            // A chunk of odd size is followed by a byte that is not counted; after the last one it is often forgotten.
            position = start + size + size % 2
        }
        let missing = [(format, "fmt "), (data, "data")].filter { $0.0 == nil }.map { WaveMistake.missing($0.1) }
        guard let format, let data else { throw WaveMistakes(missing) }
        let (kind, mistakes) = sampleKind(bytes[format])
        guard let kind, mistakes.isEmpty else { throw WaveMistakes(mistakes) }
        guard data.count % kind.byteCount == 0 else {
            throw WaveMistakes([.halfSample(bytes: data.count, bits: 8 * kind.byteCount)])
        }
        guard !data.isEmpty else { throw WaveMistakes([.noSamples]) }
        sampleRate = integer(bytes, format.lowerBound + 4, 4)
        let samples = stride(from: data.lowerBound, to: data.upperBound, by: kind.byteCount).map {
            kind.value(integer64(bytes, $0, kind.byteCount))
        }
        if case .double = kind {
            // What was not written as infinite was not meant to be.
            for (index, sample) in samples.enumerated() where sample.isInfinite {
                let value = Double(bitPattern: integer64(bytes, data.lowerBound + 8 * index, 8))
                if value.isFinite { throw WaveMistakes([.beyondFloat32(value, index: index)]) }
            }
        }
        self.samples = samples
    }

    /// The bytes of a WAV file of these samples, and how many of them it cannot hold.
    ///
    /// A sample is 32,768 times its value, rounded to the nearest whole number (halves to the even one). `clipped` counts
    /// those that are then outside -32,768 to 32,767, and become the nearer of the two; `nans` those that are no number,
    /// and become 0.
    public static func bytes(
        of samples: [Float], sampleRate: Int
    ) -> (bytes: [UInt8], clipped: Int, nans: Int) {
        let size = samples.count * 2
        var bytes = Array("RIFF".utf8) + little(36 + size, 4) + Array("WAVEfmt ".utf8) + little(16, 4)
        bytes += little(1, 2) + little(1, 2) + little(sampleRate, 4) + little(sampleRate &* 2, 4)
        bytes += little(2, 2) + little(16, 2) + Array("data".utf8) + little(size, 4)
        bytes.reserveCapacity(44 + size)
        var clipped = 0
        var nans = 0
        for sample in samples {
            let scaled = (sample * 32768).rounded(.toNearestOrEven)
            let kept = scaled.isNaN ? 0 : min(max(scaled, -32768), 32767)
            if scaled.isNaN { nans += 1 } else if kept != scaled { clipped += 1 }
            let stored = UInt16(bitPattern: Int16(kept))
            bytes.append(UInt8(truncatingIfNeeded: stored))
            bytes.append(UInt8(truncatingIfNeeded: stored >> 8))
        }
        return (bytes, clipped, nans)
    }
}

private func text(_ bytes: [UInt8], _ position: Int) -> String {
    String(decoding: bytes[position..<(position + 4)], as: UTF8.self)
}

/// Least significant byte first; `position + count` is inside the bytes.
private func integer(_ bytes: [UInt8], _ position: Int, _ count: Int) -> Int {
    (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[position + $1]) }
}

/// The same of up to eight bytes, all of whose bits may be set.
private func integer64(_ bytes: [UInt8], _ position: Int, _ count: Int) -> UInt64 {
    (0..<count).reversed().reduce(0) { $0 << 8 | UInt64(bytes[position + $1]) }
}

/// How a sample is stored.
private enum SampleKind {
    case byte, integer(bytes: Int), float, double

    var byteCount: Int {
        switch self {
        case .byte: 1
        case .integer(let bytes): bytes
        case .float: 4
        case .double: 8
        }
    }

    /// The sample of which these are the bits, the least significant lowest.
    func value(_ bits: UInt64) -> Float {
        switch self {
        // The only integers without a sign.
        case .byte: return (Float(bits) - 128) / 128
        case .integer(let bytes):
            let shift = UInt64(64 - 8 * bytes)
            // Up to 24 bits the division is exact; of 32 it is the nearest float.
            return Float(Double(Int64(bitPattern: bits << shift) >> Int64(shift)) / Double(1 << (8 * bytes - 1)))
        case .float: return Float(bitPattern: UInt32(truncatingIfNeeded: bits))
        case .double: return Float(Double(bitPattern: bits))
        }
    }
}

private func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// How a `fmt ` chunk says that samples are stored, and what in it is not mono PCM or floats.
private func sampleKind(_ chunk: ArraySlice<UInt8>) -> (SampleKind?, [WaveMistake]) {
    let format = Array(chunk)
    guard format.count >= 16 else { return (nil, [.shortFormat(bytes: format.count)]) }
    var tag = integer(format, 0, 2)
    if tag == 0xFFFE {
        guard format.count >= 40 else { return (nil, [.shortFormat(bytes: format.count)]) }
        // The rest of the identifier is the same for every format that has a plain tag too.
        let rest: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
        guard format[26..<40].elementsEqual(rest) else { return (nil, [.compressed(tag: tag)]) }
        tag = integer(format, 24, 2)
    }
    let (channels, rate) = (integer(format, 2, 2), integer(format, 4, 4))
    let (frame, bits) = (integer(format, 12, 2), integer(format, 14, 2))
    var mistakes: [WaveMistake] = []
    var kind: SampleKind?
    switch (tag, bits) {
    case (1, 8): kind = .byte
    case (1, 16), (1, 24), (1, 32): kind = .integer(bytes: bits / 8)
    case (1, _): mistakes.append(.bits(bits))
    case (3, 32): kind = .float
    case (3, 64): kind = .double
    case (3, _): mistakes.append(.floats(bits: bits))
    default: mistakes.append(.compressed(tag: tag))
    }
    if channels != 1 { mistakes.append(.channels(channels)) }
    if mistakes.isEmpty, let kind, frame != kind.byteCount { mistakes.append(.frame(bytes: frame, bits: bits)) }
    // Where it is larger, the bytes a second that the file says do not fit their field.
    if !(1...Int(UInt32.max / 2)).contains(rate) { mistakes.append(.rate(rate)) }
    return (kind, mistakes)
}
