// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

extension PackedRecurrent {
    /// Floats of workspace that `run` needs for as many steps, rows and threads (or fewer).
    public func workspaceCount(steps: Int, batch: Int, threads: Int = 1) -> Int {
        var largest = 0
        for layer in 0..<sizes.numLayers {
            let first = passes + layer * sizes.directions
            largest = max(largest, lstmc_together_workspace(first, sizes.directions, steps, batch, max(threads, 1)))
        }
        return largest + betweenCount(steps: steps, batch: batch) * min(sizes.numLayers - 1, 2) + 2 * padded(batch)
    }

    /// Runs whole sequences.
    ///
    /// - Parameters:
    ///   - x: (time, batch, inputSize) or (batch, time, inputSize), as `layout` says; rows one after another. Values past
    ///     a sequence's length are not read.
    ///   - steps: of the longest row.
    ///   - batch: the number of rows.
    ///   - layout: of x and of `output`.
    ///   - lengths: one for each row, 1...steps, in any order; nil where all have `steps`. h and c end as they are after
    ///     each row's last valid step (its first step in the reverse direction).
    ///   - h: (numLayers * directions, batch, stateSize): the first state, then the last.
    ///   - c: (numLayers * directions, batch, hiddenSize): the same, an lstm's alone.
    ///   - output: as x with outputSize; zero past a sequence's length. nil where only the state is wanted. Not x.
    ///   - workspace: `workspaceCount(steps:batch:threads:)` floats, anywhere.
    ///   - threads: at most so many share the work, the caller's among them; fewer where that would take longer, or others
    ///     have the process's team. The bits are the same.
    public func run(
        _ x: UnsafePointer<Float>, steps: Int, batch: Int, layout: SequenceLayout = .timeFirst,
        lengths: Lengths? = nil, h: UnsafeMutablePointer<Float>, c: UnsafeMutablePointer<Float>? = nil,
        into output: UnsafeMutablePointer<Float>?, workspace: UnsafeMutablePointer<Float>, threads: Int = 1
    ) {
        precondition((c != nil) == (sizes.cell.kind == .lstm), "an lstm has c, other cells have none")
        let memory = RunMemory(x: x, h: h, c: c, output: output, workspace: workspace)
        eachLayer(memory, steps: steps, batch: batch, layout, lengths) { given, layer in
            run(given, ofLayer: layer, threads: threads)
        }
    }

    /// Runs a layer, a pass for each direction.
    package func run(_ given: UnsafePointer<lstmc_pass>, ofLayer layer: Int, threads: Int) {
        lstmc_run_together(passes + layer * sizes.directions, given, sizes.directions, max(threads, 1))
    }

    /// Each layer in turn, with what each direction reads and where it writes. Not in line: every program carries it.
    @inline(never)
    package func eachLayer(
        _ memory: RunMemory, steps: Int, batch: Int, _ layout: SequenceLayout, _ lengths: Lengths?,
        _ body: (UnsafeMutablePointer<lstmc_pass>, Int) -> Void
    ) {
        guard steps > 0, batch > 0 else { return }
        let (workspace, rows) = (memory.workspace, 2 * padded(batch))
        let sorted = workspace.withMemoryRebound(to: Int32.self, capacity: rows) { SortedRows($0, lengths, batch) }
        let between = betweenCount(steps: steps, batch: batch)
        let scratch = workspace + rows + between * min(sizes.numLayers - 1, 2)
        var (from, strides) = (memory.x, layout.strides(steps: steps, batch: batch, size: sizes.inputSize))
        for layer in 0..<sizes.numLayers {
            let last = layer == sizes.numLayers - 1
            // Layers hand (time, batch, outputSize) to one another, in two buffers by turns.
            let to = last ? memory.output : workspace + rows + between * (layer % 2)
            let toStrides = (last ? layout : .timeFirst).strides(steps: steps, batch: batch, size: sizes.outputSize)
            // Constants: a debug build would allocate for a captured variable.
            let (x, apart) = (from, strides)
            func pass(_ direction: Int) -> lstmc_pass {
                let index = layer * sizes.directions + direction
                return lstmc_pass(
                    x: x, x_time: apart.time, x_row: apart.row, y: to.map { $0 + direction * sizes.stateSize },
                    y_time: toStrides.time, y_row: toStrides.row, steps: steps, batch: batch, order: sorted.order,
                    lengths: sorted.lengths, reverse: direction == 1, h: memory.h + index * batch * sizes.stateSize,
                    c: memory.c.map { $0 + index * batch * sizes.hiddenSize }, workspace: scratch, share: nil)
            }
            var both = (pass(0), pass(sizes.directions - 1))
            withUnsafeMutablePointer(to: &both) { both in
                both.withMemoryRebound(to: lstmc_pass.self, capacity: 2) { body($0, layer) }
            }
            if let to { (from, strides) = (UnsafePointer(to), toStrides) }
        }
    }

    /// h_n of the last layer as `last` gives it: (batch, outputSize), both directions side by side, from h as `run` left it.
    public func last(ofState h: UnsafePointer<Float>, batch: Int, into y: UnsafeMutablePointer<Float>) {
        let first = h + (sizes.numLayers - 1) * sizes.directions * batch * sizes.stateSize
        Columns.gather(first, states: sizes.directions, batch: batch, size: sizes.stateSize, into: y)
    }

    /// Floats of one layer's output on its way to the next.
    private func betweenCount(steps: Int, batch: Int) -> Int {
        sizes.numLayers > 1 ? padded(steps * batch * sizes.outputSize) : 0
    }

    private func padded(_ count: Int) -> Int { lstmc_padded(count) }
}

/// What a run reads and writes.
package struct RunMemory {
    let x: UnsafePointer<Float>
    let h: UnsafeMutablePointer<Float>
    let c: UnsafeMutablePointer<Float>?
    let output: UnsafeMutablePointer<Float>?
    let workspace: UnsafeMutablePointer<Float>

    package init(
        x: UnsafePointer<Float>, h: UnsafeMutablePointer<Float>, c: UnsafeMutablePointer<Float>?,
        output: UnsafeMutablePointer<Float>?, workspace: UnsafeMutablePointer<Float>
    ) {
        self.x = x
        self.h = h
        self.c = c
        self.output = output
        self.workspace = workspace
    }
}

/// Row numbers, longest first, and their lengths in that order; nil where there are no lengths to sort by.
private struct SortedRows {
    var order: UnsafePointer<Int32>?
    var lengths: UnsafePointer<Int32>?

    init(_ memory: UnsafeMutablePointer<Int32>, _ given: Lengths?, _ batch: Int) {
        guard let given else { return }
        let order = memory
        for row in 0..<batch { order[row] = Int32(row) }
        // Shell sort: the standard library's allocates.
        var gap = batch / 2
        while gap > 0 {
            for next in gap..<batch {
                let row = order[next]
                var place = next
                while place >= gap, given[Int(order[place - gap])] < given[Int(row)] {
                    order[place] = order[place - gap]
                    place -= gap
                }
                order[place] = row
            }
            gap /= 2
        }
        let lengths = memory + lstmc_padded(batch)
        for index in 0..<batch { lengths[index] = given[Int(order[index])] }
        self.order = UnsafePointer(order)
        self.lengths = UnsafePointer(lengths)
    }
}
