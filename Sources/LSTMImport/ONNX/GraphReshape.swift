// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// The axes grouped so that they have these sizes; what a step holds is divided where it takes that. Nil where the
    /// sizes are not the value's, or would divide batch or time.
    mutating func regrouped(
        _ signal: GraphSignal, to target: [GraphSize], copiesZeros: Bool
    ) -> GraphSignal? {
        guard target.count <= 8, signal.dims.count <= 8 else { return nil }
        var wanted = target.map { $0.renamed(atoms.root) }
        for index in wanted.indices where copiesZeros && wanted[index] == .known(0) {
            guard signal.dims.indices.contains(index) else { return nil }
            wanted[index] = size(signal.dims[index])
        }
        let all = signal.dims.flatMap(\.self)
        if let open = wanted.firstIndex(of: .known(-1)) {
            var others = wanted
            others.remove(at: open)
            wanted[open] = size(all).divided(by: others.reduce(.known(1)) { $0 * $1 })
        }
        guard !wanted.contains(.unknown), all.count <= 24 else { return nil }
        var matching = AtomMatching(sizes: wanted, atoms: all.map { atoms.symbol($0) })
        if let counts = matching.best(0, 0)?.counts {
            var rest = all[...]
            let dims = counts.map { count in
                defer { rest = rest.dropFirst(count) }
                return tidy(Array(rest.prefix(count)))
            }
            return GraphSignal(source: signal.source, dims: dims, order: signal.order)
        }
        return divided(signal, all, wanted)
    }

    /// The same where batch or time has to have the size that the exporter's example had: the file runs with no other.
    /// Nil where that is not certain.
    mutating func regroupedAsExample(
        _ signal: GraphSignal, to target: [GraphSize], copiesZeros: Bool
    ) -> GraphSignal? {
        let open = Set(signal.dims.joined().filter { isOuter($0) && atoms.size($0) == nil }.map(atoms.root))
        let sizes = Set(target.compactMap(\.known).filter { $0 > 1 })
        guard open.count <= 4, sizes.count <= 4 else { return nil }
        var found: (signal: GraphSignal, atoms: AtomTable)?
        for atom in open.sorted() {
            for size in sizes.sorted() {
                let before = atoms
                defer { atoms = before }
                guard atoms.fix(atom, size),
                    let result = regrouped(signal, to: target, copiesZeros: copiesZeros)
                else { continue }
                guard found == nil else { return nil }
                found = (result, atoms)
            }
        }
        if let found { atoms = found.atoms }
        return found?.signal
    }

    /// Without atoms of size 1 beside others.
    private func tidy(_ dim: [Atom]) -> [Atom] {
        let real = significant(dim)
        if real.isEmpty { return dim.last(where: { !isOuter($0) }).map { [$0] } ?? Array(dim.prefix(1)) }
        return real
    }

    /// The same where an atom inside a step has to be two.
    private mutating func divided(_ signal: GraphSignal, _ all: [Atom], _ wanted: [GraphSize]) -> GraphSignal? {
        var left = Array(significant(all).reversed())
        var order = significant(signal.order)
        var dims: [[Atom]] = []
        for size in wanted {
            var dim: [Atom] = []
            var missing = size
            while missing != .known(1) {
                guard let atom = left.popLast() else { return nil }
                let rest = missing.divided(by: atoms.symbol(atom))
                if rest * atoms.symbol(atom) == missing {
                    dim.append(atom)
                    missing = rest
                    continue
                }
                guard !isOuter(atom), let whole = atoms.size(atom), let first = missing.known, first > 1,
                    whole % first == 0, let index = order.firstIndex(of: atom)
                else { return nil }
                let parts = [atoms.inner(first), atoms.inner(whole / first)]
                order.replaceSubrange(index...index, with: parts)
                dim.append(parts[0])
                left.append(parts[1])
                missing = .known(1)
            }
            dims.append(dim)
        }
        return left.isEmpty ? GraphSignal(source: signal.source, dims: dims, order: order) : nil
    }
}

/// How many atoms, one after another, make up each of some sizes.
///
/// Sizes of 1 leave a choice: batch, time, one feature and an axis that was only put in all have that size. The best
/// choice gives most atoms an axis of their own.
private struct AtomMatching {
    struct Fit {
        var counts: [Int] = []
        var single = 0
    }

    let sizes: [GraphSize]
    let atoms: [GraphSize]
    private var known: [[Int]: Fit?] = [:]

    init(sizes: [GraphSize], atoms: [GraphSize]) {
        (self.sizes, self.atoms) = (sizes, atoms)
    }

    /// Of the atoms from `first` on, for the sizes from `place` on.
    mutating func best(_ first: Int, _ place: Int) -> Fit? {
        if let fit = known[[first, place]] { return fit }
        var best: Fit?
        if place == sizes.count {
            // What is left over of size 1 stays with the last axis.
            best = atoms[first...].isEmpty ? Fit() : nil
        } else {
            var product = GraphSize.known(1)
            for count in 0...(atoms.count - first) {
                if count > 0 { product = product * atoms[first + count - 1] }
                guard product == sizes[place], let rest = self.best(first + count, place + 1) else { continue }
                let single = rest.single + (count == 1 ? 1 : 0)
                if single > best?.single ?? -1 { best = Fit(counts: [count] + rest.counts, single: single) }
            }
        }
        known[[first, place]] = .some(best)
        return best
    }
}
