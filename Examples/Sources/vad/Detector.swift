// SPDX-License-Identifier: Apache-2.0

/// Voice in a stream of sound at 8 kHz, one block after another.
struct Detector {
    /// Samples a second.
    static let rate = 8000
    /// The samples of the block before that a frame begins with.
    static let context = 32
    /// The new samples of a frame.
    static let block = Vad.inputSize - context

    private let model = Vad()
    private var state = Vad.State()
    private var frame = ContiguousArray<Float>(repeating: 0, count: Vad.inputSize)
    private var result: ContiguousArray<Float> = [0]

    /// Goes on by a block, of which what is missing at the end is silence, without allocating.
    ///
    /// - Returns: How probable it is that there is a voice in it, from 0 to 1.
    mutating func probability(of samples: ArraySlice<Float>) -> Float {
        for index in 0..<Self.context { frame[index] = frame[Self.block + index] }
        for index in 0..<Self.block {
            let place = samples.startIndex + index
            frame[Self.context + index] = place < samples.endIndex ? samples[place] : 0
        }
        model.step(frame, state: &state, into: &result)
        return result[0]
    }
}

extension Vad {
    /// Runs one step on arrays, whose memory is there already: a span of a property would hold its whole struct.
    func step(_ frame: ContiguousArray<Float>, state: inout State, into result: inout ContiguousArray<Float>) {
        var output = result.mutableSpan
        step(frame.span, state: &state, into: &output)
    }
}

/// Where a voice begins and ends, from the probabilities of one block after another.
struct Segments {
    /// A voice begins above this,
    static let begin: Float = 0.5
    /// and ends below this: what is between them changes nothing.
    static let end: Float = 0.35

    /// The blocks of each voice that has ended.
    private(set) var ended: [Range<Int>] = []
    private var start: Int?
    private var blocks = 0

    /// Takes the probability of the next block.
    mutating func add(_ probability: Float) {
        if start == nil, probability > Self.begin { start = blocks }
        if probability < Self.end { finish() }
        blocks += 1
    }

    /// Ends the voice that goes on, if there is one.
    mutating func finish() {
        if let start { ended.append(start..<blocks) }
        start = nil
    }
}
