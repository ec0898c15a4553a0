// SPDX-License-Identifier: Apache-2.0

/// A piece of an axis that nothing divides: batch, time, or a factor of what a step holds.
struct Atom: Hashable, Comparable {
    let id: Int

    static func < (a: Atom, b: Atom) -> Bool { a.id < b.id }
}

/// Everything that is known of atoms. Batch and time only get their roles from the recurrent nodes that they arrive at.
struct AtomTable {
    enum Role: String { case batch, time }

    private struct Entry {
        var parent: Int
        var isOuter: Bool
        var size: Int?
        var role: Role?
        /// An axis of size 1 that a node repeated so often, and nothing else.
        var isRepeated = false
        /// The graph input and its axis that it began as.
        var origin: (input: Int, axis: Int)?
    }

    private var entries: [Entry] = []

    mutating func outer(_ size: Int?, role: Role? = nil, origin: (input: Int, axis: Int)? = nil) -> Atom {
        append(Entry(parent: entries.count, isOuter: true, size: size, role: role, origin: origin))
    }

    /// An axis of size 1 repeated.
    mutating func repeated(_ count: Int) -> Atom {
        append(Entry(parent: entries.count, isOuter: true, size: count, role: nil, isRepeated: true, origin: nil))
    }

    mutating func inner(_ size: Int?, origin: (input: Int, axis: Int)? = nil) -> Atom {
        append(Entry(parent: entries.count, isOuter: false, size: size, role: nil, origin: origin))
    }

    private mutating func append(_ entry: Entry) -> Atom {
        entries.append(entry)
        return Atom(id: entries.count - 1)
    }

    /// The atom that stands for all that were found to be the same.
    func root(_ atom: Atom) -> Atom {
        var id = atom.id
        while entries[id].parent != id { id = entries[id].parent }
        return Atom(id: id)
    }

    func isOuter(_ atom: Atom) -> Bool { entries[atom.id].isOuter }
    func size(_ atom: Atom) -> Int? { entries[root(atom).id].size }
    func role(_ atom: Atom) -> Role? { entries[root(atom).id].role }
    func isRepeated(_ atom: Atom) -> Bool { entries[root(atom).id].isRepeated }
    func origin(_ atom: Atom) -> (input: Int, axis: Int)? { entries[atom.id].origin }
    func symbol(_ atom: Atom) -> GraphSize { size(atom).map(GraphSize.known) ?? .axis(root(atom)) }

    /// Says that two outer axes are one; false where they cannot be.
    mutating func unify(_ a: Atom, _ b: Atom) -> Bool {
        let (a, b) = (root(a), root(b))
        if a == b { return true }
        let (first, second) = (entries[a.id], entries[b.id])
        guard first.isOuter, second.isOuter, first.role == nil || second.role == nil || first.role == second.role,
            first.size == nil || second.size == nil || first.size == second.size
        else { return false }
        let (low, high) = (min(a.id, b.id), max(a.id, b.id))
        entries[high].parent = low
        entries[low].size = first.size ?? second.size
        entries[low].role = first.role ?? second.role
        entries[low].isRepeated = first.isRepeated && second.isRepeated
        return true
    }

    /// Gives an outer axis its role; false where it has the other one.
    mutating func bind(_ atom: Atom, _ role: Role) -> Bool {
        let root = root(atom)
        guard entries[root.id].isOuter, entries[root.id].role ?? role == role else { return false }
        entries[root.id].role = role
        return true
    }

    /// Fixes the size of an atom that had none; false where it has another.
    mutating func fix(_ atom: Atom, _ size: Int) -> Bool {
        let root = root(atom)
        if let known = entries[root.id].size { return known == size }
        entries[root.id].size = size
        return true
    }
}
