// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// What can be wrong with a WAV file, or with what is to be written to one.
public enum WaveMistake: Mistake {
    case notRIFF
    case otherRIFF(String)
    case truncated(chunk: String, says: Int, has: Int)
    case missing(String)
    case twice(String)
    case shortFormat(bytes: Int)
    case compressed(tag: Int)
    case floats(bits: Int)
    case bits(Int)
    case channels(Int)
    case frame(bytes: Int, bits: Int)
    case rate(Int)
    case halfSample(bytes: Int, bits: Int)
    case noSamples
    /// A finite float64 that float32 has no place for.
    case beyondFloat32(Double, index: Int)
    case features(Int)
    case tokens
    case clipped(Int, nans: Int, of: Int)

    public var code: String { if case .clipped = self { "clipped" } else { "wav" } }
    public var severity: Severity { if case .clipped = self { .warning } else { .error } }

    public var message: String {
        switch self {
        case .notRIFF: "this is no WAV file: it does not begin with 'RIFF' and 'WAVE'"
        case .otherRIFF(let id): "this is a WAV file of the kind \(quoted(id)), which is not read; \(Self.convert)"
        case .truncated(let chunk, let says, let has):
            "the file is cut short: its chunk \(quoted(chunk)) says \(says) bytes, but there are \(has)"
        case .missing(let chunk): "the file has no chunk \(quoted(chunk))"
        case .twice(let chunk): "the file has two chunks \(quoted(chunk))"
        case .shortFormat(let bytes): "the chunk 'fmt ' has \(bytes) bytes, too few for its format"
        case .compressed(let tag): "the samples are in format \(tag), not plain PCM (1); \(Self.convert)"
        case .floats(let bits): "the samples are \(bits)-bit floats, but 32 or 64 bits are needed; \(Self.convert)"
        case .bits(let bits): "the samples have \(bits) bits, but 8, 16, 24 or 32 are needed; \(Self.convert)"
        case .channels(let count): "the file has \(count) channels, but one is needed; \(Self.convert)"
        case .frame(let bytes, let bits):
            "the file says a sample takes \(bytes) bytes, but \(bits) bits take \(bits / 8)"
        case .rate(let rate): "the sample rate is \(rate), which no sound has"
        case .halfSample(let bytes, let bits):
            "the samples are \(bytes) bytes, which is no whole number of \(bits)-bit samples"
        case .noSamples: "the file has no samples; a sequence needs at least one step"
        case .beyondFloat32(let value, let index):
            "sample \(index) is \(value), which is too large for float32"
        case .features(let size):
            "a .wav file is one value a step, but the model reads \(size) features; use .npy or .csv"
        case .tokens: "a .wav file is samples, but the model reads token ids; use .npy or .csv"
        case .clipped(let clipped, let nans, let count):
            "of \(count) samples, \(clipped) were outside -1 to 1 and were clipped"
                + (nans > 0 ? ", and \(nans) were NaN and became 0" : "")
        }
    }

    private static let convert = "convert it to 16-bit mono PCM: ffmpeg -i IN -ac 1 -c:a pcm_s16le OUT.wav"
}

/// All that is wrong with one WAV file.
public typealias WaveMistakes = Mistakes<WaveMistake>
