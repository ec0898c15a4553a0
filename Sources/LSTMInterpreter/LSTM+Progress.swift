// SPDX-License-Identifier: Apache-2.0

import LSTMKernels
import LSTMRuntime

/// A progress callback for long runs of an lstm.
package struct LSTMProgress {
    /// Multiply-adds from one report to the next, about: some milliseconds of work.
    package var interval: Int
    /// Rows that are never parted: as many as it takes to use each weight well.
    package var rows: Int
    /// Called with the share of the run that is done, more than 0, at most 1, never less than before.
    package var report: (Double) -> Void

    /// A report about every `interval` multiply-adds.
    package init(interval: Int = 1 << 26, rows: Int = 64, report: @escaping (Double) -> Void) {
        self.interval = interval
        self.rows = rows
        self.report = report
    }
}

extension RecurrentSizes {
    /// Multiply-adds of one step of one row in one direction of a layer.
    fileprivate func macs(ofLayer layer: Int) -> Double {
        Double(cell.gates) * Double(hiddenSize) * Double(inputSize(ofLayer: layer) + stateSize)
            + Double(projSize > 0 ? projSize * hiddenSize : 0)
    }

    /// Of one step of one row, all layers and directions.
    fileprivate var macs: Double { (0..<numLayers).reduce(0) { $0 + Double(directions) * macs(ofLayer: $1) } }
}

extension PackedRecurrent {
    /// Runs whole sequences as `run` without `progress`, which is told how far the run is. The bits are the same; allocates.
    package func run(
        _ x: UnsafePointer<Float>, steps: Int, batch: Int, layout: SequenceLayout = .timeFirst,
        lengths: Lengths? = nil, h: UnsafeMutablePointer<Float>, c: UnsafeMutablePointer<Float>? = nil,
        into output: UnsafeMutablePointer<Float>?, workspace: UnsafeMutablePointer<Float>, threads: Int = 1,
        progress: LSTMProgress?
    ) {
        guard let progress else {
            return run(
                x, steps: steps, batch: batch, layout: layout, lengths: lengths, h: h, c: c, into: output,
                workspace: workspace, threads: threads)
        }
        let memory = RunMemory(x: x, h: h, c: c, output: output, workspace: workspace)
        var done = 0.0
        eachLayer(memory, steps: steps, batch: batch, layout, lengths) { given, layer in
            run(given, ofLayer: layer, threads: threads, progress, done: done)
            done += Double(sizes.directions) * sizes.macs(ofLayer: layer) / sizes.macs
        }
        // Chunks leave out the rows that have ended.
        if let output, let lengths {
            zeroPadding(
                output, steps: steps, batch: batch, size: sizes.outputSize, layout: layout, lengths: lengths)
        }
    }

    /// One layer in chunks of steps, each from the state that the one before has left: the same bits as in one piece.
    fileprivate func run(
        _ whole: UnsafeMutablePointer<lstmc_pass>, ofLayer layer: Int, threads: Int, _ progress: LSTMProgress,
        done before: Double
    ) {
        let (all, batch, directions) = (whole.pointee.steps, whole.pointee.batch, sizes.directions)
        let macs = Double(directions) * sizes.macs(ofLayer: layer)
        let steps = Double(max(progress.rows, 1)) / Double(batch)
        let wanted = max(1, steps.rounded(.up), Double(progress.interval) / (macs * Double(batch)))
        let size = Int(min(wanted, Double(all)))
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: directions * batch) { lengths in
            withUnsafeTemporaryAllocation(of: lstmc_pass.self, capacity: directions) { chunks in
                guard let lengths = lengths.baseAddress, let first = chunks.baseAddress else { return }
                var done = 0
                while done < all {
                    let count = min(size, all - done)
                    for direction in 0..<directions {
                        let start = whole[direction].reverse ? all - done - count : done
                        chunks.initializeElement(
                            at: direction,
                            to: chunk(of: whole[direction], first: start, count, lengths + direction * batch))
                    }
                    run(first, ofLayer: layer, threads: threads)
                    done += count
                    progress.report(before + macs / sizes.macs * Double(done) / Double(all))
                }
            }
        }
    }

    /// The steps `first..<first + count` of the rows that are long enough to have one of them: the first rows of all.
    fileprivate func chunk(
        of whole: lstmc_pass, first: Int, _ count: Int, _ lengths: UnsafeMutablePointer<Int32>
    ) -> lstmc_pass {
        var chunk = whole
        chunk.x = whole.x + first * whole.x_time
        chunk.y = whole.y.map { $0 + first * whole.y_time }
        chunk.steps = count
        if let given = whole.lengths {
            chunk.batch = 0
            while chunk.batch < whole.batch, Int(given[chunk.batch]) > first {
                lengths[chunk.batch] = Int32(min(Int(given[chunk.batch]) - first, count))
                chunk.batch += 1
            }
            chunk.lengths = UnsafePointer(lengths)
        }
        return chunk
    }
}
