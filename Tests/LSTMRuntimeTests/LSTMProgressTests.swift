// SPDX-License-Identifier: Apache-2.0

import LSTMInterpreter
import LSTMRuntime
import TestSupport
import Testing

/// A run that says how far it is: in chunks, and bit for bit the run that does not.
struct LSTMProgressTests {
    private struct Run: Equatable {
        var output: [UInt32]
        var h: [UInt32]
        var c: [UInt32]
    }

    private func run(
        _ lstm: PackedLSTM, _ x: [Float], steps: Int, batch: Int, _ layout: SequenceLayout, _ lengths: [Int32]?,
        _ progress: LSTMProgress?
    ) -> Run {
        var h = (0..<(batch * lstm.sizes.hCount)).map { Float($0 % 7) / 8 }
        var c = (0..<(batch * lstm.sizes.cCount)).map { Float($0 % 5) / 4 }
        var output = [Float](repeating: .nan, count: steps * batch * lstm.sizes.outputSize)
        let workspace = AlignedFloats(count: lstm.workspaceCount(steps: steps, batch: batch))
        func go(_ lengths: UnsafePointer<Int32>?) {
            lstm.run(
                x, steps: steps, batch: batch, layout: layout, lengths: lengths, h: &h, c: &c, into: &output,
                workspace: workspace.pointer, progress: progress)
        }
        if let lengths { lengths.withUnsafeBufferPointer { go($0.baseAddress) } } else { go(nil) }
        return Run(output: output.map(\.bitPattern), h: h.map(\.bitPattern), c: c.map(\.bitPattern))
    }

    @Test(arguments: Array(UInt64(1)...30)) func chunksChangeNoBit(seed: UInt64) {
        var numbers = SeededRandom(seed: seed)
        func draw(_ range: ClosedRange<Int>) -> Int {
            range.lowerBound + Int(numbers.floats(1, scale: 1)[0].magnitude * 7919) % range.count
        }
        let hidden = draw(1...40)
        let sizes = LSTMSizes(
            inputSize: draw(1...20), hiddenSize: hidden, numLayers: draw(1...3), bidirectional: seed % 2 == 0,
            projSize: seed % 3 == 0 ? hidden / 2 : 0)
        let (steps, batch) = (draw(1...40), draw(1...6))
        let lengths = seed % 4 < 2 ? nil : (0..<batch).map { _ in Int32(draw(1...steps)) }
        let layout: SequenceLayout = seed % 5 < 2 ? .batchFirst : .timeFirst
        let x = numbers.floats(steps * batch * sizes.inputSize, scale: 2)
        let lstm = NaiveLSTM(sizes, set: .current, numbers: &numbers).packed()
        let whole = run(lstm, x, steps: steps, batch: batch, layout, lengths, nil)
        let step = 4 * hidden * (sizes.inputSize + sizes.stateSize) * batch
        for interval in [1, 3 * step, 1 << 40] {
            var shares: [Double] = []
            let progress = LSTMProgress(interval: interval, rows: 1) { shares.append($0) }
            let isSame = run(lstm, x, steps: steps, batch: batch, layout, lengths, progress) == whole
            #expect(isSame, "seed \(seed), \(sizes), batch \(batch)")
            #expect(shares == shares.sorted() && abs((shares.last ?? 0) - 1) < 1e-9)
            if interval == 1 { #expect(shares.count == sizes.numLayers * steps) }
            if interval == 1 << 40 { #expect(shares.count == sizes.numLayers) }
        }
    }
}
