// SPDX-License-Identifier: Apache-2.0

extension GraphSignal {
    /// Whether these axes are the directions, or both states, with their features right behind.
    func mergesDirections(_ axes: ArraySlice<GraphAxis>) -> Bool { mergesDirections(Array(axes)) }

    func mergesDirections(_ axes: [GraphAxis]) -> Bool {
        guard axes.count == 2, axes[1].isFeatures else { return false }
        if axes[0] == .directions { return true }
        if case .rows(let count) = axes[0] { return count > 1 }
        return false
    }

    /// The directions' or the states' features as one axis.
    var merged: GraphSignal {
        var result = self
        guard
            let first = axes.firstIndex(where: { axis in
                if case .rows = axis { true } else { axis == .directions }
            }), first + 1 < axes.count, case .features(let count) = axes[first + 1]
        else { return self }
        let factor = axes[first].size.known ?? 1
        result.axes[first + 1] = .features(count.map { $0 * factor })
        result.axes.remove(at: first)
        return result
    }

    /// This value with the axes that `target` asks for: kept, put in or left out with size 1, or directions and features
    /// joined; nil where it takes more than that.
    func reshaped(to target: [GraphSize], copiesZeros: Bool) -> GraphSignal? {
        guard target.count <= 8, axes.count <= 8 else { return nil }
        var sizes = target
        for index in sizes.indices where copiesZeros && sizes[index] == .known(0) {
            guard axes.indices.contains(index) else { return nil }
            sizes[index] = axes[index].size
        }
        if let open = sizes.firstIndex(of: .known(-1)) {
            guard let size = rest(of: sizes, without: open) else { return nil }
            sizes[open] = size
        }
        var matching = AxisMatching(signal: self, sizes: sizes)
        return matching.best(0, 0).map { GraphSignal(content: content, axes: $0.axes) }
    }

    /// The size that -1 stands for: what the other sizes leave of this value's.
    private func rest(of sizes: [GraphSize], without open: Int) -> GraphSize? {
        var symbols = axes.map(\.size).filter { $0.known == nil }
        guard let product = product(axes.map(\.size)) else { return nil }
        var others = sizes
        others.remove(at: open)
        for size in others where size.known == nil {
            guard let match = symbols.firstIndex(of: size) else { return nil }
            symbols.remove(at: match)
        }
        guard let divisor = self.product(others), divisor > 0 else { return nil }
        guard product % divisor == 0 else { return nil }
        if symbols.isEmpty { return .known(product / divisor) }
        return symbols.count == 1 && product == divisor ? symbols[0] : nil
    }

    /// The known sizes' product; nil where it overflows or one is negative.
    private func product(_ sizes: [GraphSize]) -> Int? {
        var result = 1
        for case .known(let size) in sizes {
            let next = result.multipliedReportingOverflow(by: size)
            guard size >= 0, !next.overflow else { return nil }
            result = next.partialValue
        }
        return result
    }
}

/// Axes held against sizes, one after another.
///
/// Sizes of 1 leave a choice: batch, time, one feature and an axis that was only put in all have that size. The best
/// choice keeps most of those that mean something.
private struct AxisMatching {
    struct Fit {
        var axes: [GraphAxis] = []
        var kept = 0
    }

    let signal: GraphSignal
    let sizes: [GraphSize]
    private var known: [[Int]: Fit?] = [:]

    init(signal: GraphSignal, sizes: [GraphSize]) {
        self.signal = signal
        self.sizes = sizes
    }

    /// Of the axes from `axis` on, for the sizes from `place` on.
    mutating func best(_ axis: Int, _ place: Int) -> Fit? {
        if let fit = known[[axis, place]] { return fit }
        let left = signal.axes[axis...]
        let size = place < sizes.count ? sizes[place] : nil
        var best: Fit? = left.isEmpty && size == nil ? Fit() : nil
        func consider(_ axes: [GraphAxis], _ rest: Fit?) {
            guard let rest else { return }
            let kept = rest.kept + axes.count { $0 != .one }
            if kept > best?.kept ?? -1 { best = Fit(axes: axes + rest.axes, kept: kept) }
        }
        if let first = left.first, first.size == size { consider([first], self.best(axis + 1, place + 1)) }
        if signal.mergesDirections(left.prefix(2)) {
            let joined = GraphSignal(content: signal.content, axes: Array(left.prefix(2))).merged.axes
            if joined.first?.size == size { consider(joined, self.best(axis + 2, place + 1)) }
        }
        if left.first?.isDroppable == true { consider([], self.best(axis + 1, place)) }
        if size == .known(1) { consider([.one], self.best(axis, place + 1)) }
        known[[axis, place]] = .some(best)
        return best
    }
}
