// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMKernels

/// How a weight matrix is spread over the kernels' panels; the layout is described beside `lstmc_matrix`.
struct PanelPlan {
    let inputs: Int
    let outputs: Int
    /// What the kernels write for a row: the outputs, or all lanes where the padding is kept.
    let written: Int
    let widePanels: Int
    let narrowPanels: Int
    /// Vectors of a wide panel.
    let wide: Int
    let lanes: Int
    /// Where in the panels output `o` is: the offset of its first weight, the stride between its weights, and its lane
    /// among all lanes.
    let place: (_ output: Int) -> (offset: Int, stride: Int, lane: Int)

    var laneCount: Int { (widePanels * wide + narrowPanels) * lanes }
    var weightCount: Int { laneCount * inputs }

    /// Floats of memory for the weights; where these are not float32, whole cache lines, and of int8 what belongs to each lane.
    func floatCount(_ precision: WeightPrecision) -> Int {
        switch precision {
        case .float32: weightCount
        case .float16, .bfloat16: lstmc_padded((weightCount + 1) / 2)
        case .int8: quantizedCount + 2 * lstmc_padded(laneCount)
        }
    }

    /// Floats for the whole numbers of int8: four inputs of a lane take one.
    private var quantizedCount: Int { lstmc_padded(laneCount * fours) }

    private var fours: Int { (inputs + 3) / 4 }

    /// Outputs in their own order, as a linear layer has them.
    init(inputs: Int, outputs: Int, lanes: Int) {
        let wide = outputs / (4 * lanes)
        let vectorsLeft = (outputs - wide * 4 * lanes + lanes - 1) / lanes
        // Three vectors left cost more alone than a wide panel that is partly empty.
        let widePanels = vectorsLeft > 2 ? wide + 1 : wide
        self.init(
            inputs: inputs, outputs: outputs, written: outputs, widePanels: widePanels,
            narrowPanels: vectorsLeft > 2 ? 0 : vectorsLeft, wide: 4, lanes: lanes
        ) { output in
            let wideLanes = widePanels * 4 * lanes
            if output < wideLanes {
                let (panel, lane) = output.quotientAndRemainder(dividingBy: 4 * lanes)
                return (panel * 4 * lanes * inputs + lane, 4 * lanes, output)
            }
            let (panel, lane) = (output - wideLanes).quotientAndRemainder(dividingBy: lanes)
            return (wideLanes * inputs + panel * lanes * inputs + lane, lanes, output)
        }
    }

    /// The gates of a cell: output g * hidden + j is gate g of unit j, and a panel holds the gates of `lanes` units.
    init(inputs: Int, gates: Int, of hidden: Int, lanes: Int) {
        self.init(
            inputs: inputs, outputs: gates * hidden, written: (hidden + lanes - 1) / lanes * lanes * gates,
            widePanels: (hidden + lanes - 1) / lanes, narrowPanels: 0, wide: gates, lanes: lanes
        ) { output in
            let (gate, unit) = output.quotientAndRemainder(dividingBy: hidden)
            let (block, lane) = unit.quotientAndRemainder(dividingBy: lanes)
            return (
                (block * inputs * gates + gate) * lanes + lane, gates * lanes, (block * gates + gate) * lanes + lane
            )
        }
    }

    private init(
        inputs: Int, outputs: Int, written: Int, widePanels: Int, narrowPanels: Int, wide: Int, lanes: Int,
        place: @escaping (Int) -> (offset: Int, stride: Int, lane: Int)
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.written = written
        self.widePanels = widePanels
        self.narrowPanels = narrowPanels
        self.wide = wide
        self.lanes = lanes
        self.place = place
    }

    /// Reads (outputs, inputs) weights a few rows at a time into `memory`, which is zero.
    func pack(_ source: any FloatSource, as precision: WeightPrecision, into memory: UnsafeMutablePointer<Float>) {
        precondition(source.shape == [outputs, inputs], "weight is \(source.shape), not \([outputs, inputs])")
        pack(source, rows: 0..<outputs, as: precision, into: memory)
    }

    /// The same for some rows of a matrix, the first of which is output 0.
    func pack(
        _ source: any FloatSource, rows given: Range<Int>, as precision: WeightPrecision,
        into memory: UnsafeMutablePointer<Float>
    ) {
        guard inputs > 0 else { return }
        let outputs = given.count
        let rowsAtOnce = max(1, min(outputs, 16384 / inputs))
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rowsAtOnce * inputs) { rows in
            rows.initialize(repeating: 0)
            guard let base = rows.baseAddress else { return }
            for first in stride(from: 0, to: outputs, by: rowsAtOnce) {
                let count = min(rowsAtOnce, outputs - first)
                source.read(
                    from: (given.lowerBound + first) * inputs,
                    into: UnsafeMutableBufferPointer(rebasing: rows[..<(count * inputs)]))
                for row in 0..<count { place(base + row * inputs, ofOutput: first + row, as: precision, in: memory) }
            }
        }
    }

    /// One output's weights to its lane.
    private func place(
        _ row: UnsafePointer<Float>, ofOutput output: Int, as precision: WeightPrecision,
        in memory: UnsafeMutablePointer<Float>
    ) {
        let place = place(output)
        switch precision {
        case .float32: lstmc_scatter(memory + place.offset, place.stride, row, inputs)
        case .float16, .bfloat16:
            memory.withMemoryRebound(to: UInt16.self, capacity: weightCount) { halves in
                roundToHalves(precision, from: row, count: inputs, to: halves + place.offset, stride: place.stride)
            }
        case .int8: quantized(row, to: place.lane, of: place.stride, in: memory)
        }
    }

    /// One output's whole numbers, its scale, and 128 times their sum. The output's panel has `width` lanes.
    private func quantized(
        _ row: UnsafePointer<Float>, to lane: Int, of width: Int, in memory: UnsafeMutablePointer<Float>
    ) {
        withUnsafeTemporaryAllocation(of: Int8.self, capacity: inputs) { numbers in
            guard let from = numbers.baseAddress else { return }
            memory[quantizedCount + lane] = quantize(row, count: inputs, to: from)
            let within = lane % width
            var sum: Int32 = 0
            memory.withMemoryRebound(to: Int8.self, capacity: 4 * quantizedCount) { bytes in
                var to = bytes + (lane - within) * 4 * fours + 4 * within
                var k = 0
                while k < inputs {
                    to[k % 4] = from[k]
                    sum &+= Int32(from[k])
                    k += 1
                    if k % 4 == 0 { to += 4 * width }
                }
            }
            let moved = memory + quantizedCount + lstmc_padded(laneCount) + lane
            moved.pointee = Float(bitPattern: UInt32(bitPattern: 128 &* sum))
        }
    }

    /// Adds a bias (or the second of two) to `lanes`, one value a lane.
    func add(bias source: any FloatSource, into lanes: UnsafeMutablePointer<Float>) {
        add(bias: source, outputs: 0..<outputs, into: lanes)
    }

    /// The same for some of the outputs.
    func add(bias source: any FloatSource, outputs some: Range<Int>, into lanes: UnsafeMutablePointer<Float>) {
        precondition(source.shape == [outputs], "bias is \(source.shape), not \([outputs])")
        for (output, value) in source.floats().enumerated() where some.contains(output) {
            lanes[place(output).lane] += value
        }
    }

    /// The matrix as the kernels see it; `multiply` is for one that stands alone and is not float32.
    func matrix(
        weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?, _ precision: WeightPrecision,
        multiply: lstmc_product? = nil
    ) -> lstmc_matrix {
        let isQuantized = precision == .int8
        let scales = weights + (isQuantized ? quantizedCount : 0)
        let moves = UnsafeRawPointer(scales + (isQuantized ? lstmc_padded(laneCount) : 0))
        return lstmc_matrix(
            weights: weights, bias: bias, inputs: inputs, outputs: written, wide_panels: widePanels,
            narrow_panels: narrowPanels, precision: precision.code, scales: isQuantized ? scales : nil,
            moves: isQuantized ? moves.assumingMemoryBound(to: Int32.self) : nil, multiply: multiply)
    }
}

extension WeightPrecision {
    /// The kernels' number for it.
    fileprivate var code: lstmc_precision {
        switch self {
        case .float32: LSTMC_FLOAT32
        case .float16: LSTMC_FLOAT16
        case .bfloat16: LSTMC_BFLOAT16
        case .int8: LSTMC_INT8
        }
    }
}
