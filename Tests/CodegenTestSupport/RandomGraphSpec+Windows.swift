// SPDX-License-Identifier: Apache-2.0

extension RandomGraphWriter {
    /// Over time each sequence keeps one step at least, however short it is.
    mutating func addConvolution() {
        guard let x = recent({ ($0.sizes.count == 1 && $0.axis != nil) || $0.sizes.count == 2 }) else {
            return addLinear()
        }
        let kernel = pick([1, 1, 2, 3, 3, 4])
        let dilation = chance(25) ? 2 : 1
        let extent = dilation * (kernel - 1) + 1
        let groups = pick((1...x.sizes[0]).filter { x.sizes[0] % $0 == 0 && $0 <= 4 })
        let out = groups * random.integer(in: 1...max(1, 18 / groups))
        var options = ["out_channels: \(out)", "kernel_size: \(kernel)"]
        if dilation > 1 { options.append("dilation: 2") }
        if groups > 1 { options.append("groups: \(groups)") }
        if chance(30) { options.append("bias: false") }
        if x.sizes.count == 2 {
            let (padding, stride) = (extent / 2, chance(30) ? 2 : 1)
            options += ["over: positions", "padding: \(padding)", "stride: \(stride)"]
            let count = (x.sizes[1] + 2 * padding - extent) / stride + 1
            if x.sizes[1] + 2 * padding < extent { return addPointwise() }
            return add("conv1d", from: [x], options, axis: x.axis, sizes: [out, count])
        }
        guard let axis = x.axis else { return addPointwise() }
        if streams, chance(40) {
            let later = slid(axis, extent, 1)
            add("conv1d", from: [x], options, axis: later, sizes: [out])
            // What a stream has at earlier steps is no result, and meets nothing that begins later.
            return values.removeAll { $0.axis != nil && $0.axis != later }
        }
        let form = streams ? 0 : random.integer(in: 0...2)
        if form < 2 {
            options.append("padding: \(form == 0 ? "causal" : "same")")
            return add("conv1d", from: [x], options, axis: axis, sizes: [out])
        }
        let (padding, stride) = (extent / 2, chance(50) ? 2 : 1)
        options += ["padding: \(padding)", "stride: \(stride)"]
        add("conv1d", from: [x], options, axis: slid(axis, extent - 2 * padding, stride), sizes: [out])
    }

    /// The name of an axis of windows.
    private func slid(_ axis: String, _ extent: Int, _ stride: Int) -> String {
        extent == 1 && stride == 1 ? axis : "\(axis)/\(extent)w\(stride)"
    }

    /// A pool or a pad.
    mutating func addWindows() {
        let streams = streams
        guard let x = recent({ $0.sizes.count == 2 || (!streams && $0.axis != nil) }), let last = x.sizes.last else {
            return addNorm()
        }
        let isInside = streams || x.axis == nil || (x.sizes.count == 2 && chance(50))
        let kind = pick(["max_pool1d", "avg_pool1d", "pad"])
        let (outer, over) = (Array(x.sizes.dropLast()), isInside ? ["over: positions"] : [])
        if kind == "pad" {
            let mode = pick(isInside && last > 2 ? ["zeros", "reflect", "replicate"] : ["zeros", "replicate"])
            let (left, right) = (random.integer(in: 0...2), random.integer(in: 0...2))
            let options = ["left: \(left)", "right: \(right)", "mode: \(mode)"] + over
            let axis = isInside ? x.axis : x.axis.map { slid($0, 1 - left - right, 1) }
            return add(
                kind, from: [x], options, axis: axis, sizes: isInside ? outer + [last + left + right] : x.sizes)
        }
        let (kernel, stride) = (pick([2, 3]), pick([1, 2, 3]))
        let options = ["kernel_size: \(kernel)", "stride: \(stride)", "padding: 1"] + over
        let axis = isInside ? x.axis : x.axis.map { slid($0, kernel - 2, stride) }
        add(
            kind, from: [x], options, axis: axis,
            sizes: isInside ? outer + [(last + 2 - kernel) / stride + 1] : x.sizes)
    }
}
