// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// Numbers that a torch.nn.Sequential must have and the file lacks: modules without weights stand there.
struct NumberingGap {
    /// The container's path in the file; empty for the file itself.
    let parent: String
    let missing: ClosedRange<Int>
    /// The module with the nearest number before the gap, by path; nil where the numbers begin with the gap.
    let after: String?
    /// The same behind the gap, and its index in the chain; nil where --ignore left out all that follow.
    let before: (path: String, index: Int)?

    /// `'head.1' and 'head.2'`.
    var names: String {
        let paths = missing.prefix(3).map { quoted(child($0)) }
        guard missing.count > 3 else { return inWords(paths) }
        return "\(quoted(child(missing.lowerBound))) to \(quoted(child(missing.upperBound)))"
    }

    private func child(_ number: Int) -> String { parent.isEmpty ? "\(number)" : "\(parent).\(number)" }

    /// `between 'head.0' and 'head.3'`.
    var place: String {
        switch (after, before?.path) {
        case (let after?, let before?): "between \(quoted(after)) and \(quoted(before))"
        case (nil, let before?): "in front of \(quoted(before))"
        case (let after?, nil): "after \(quoted(after))"
        case (nil, nil): "in \(quoted(parent))"
        }
    }

    /// What the gap proves, for the list of assumptions.
    var sentence: String {
        let modules =
            missing.count == 1 ? "a module without weights stands" : "\(missing.count) modules without weights stand"
        return "\(names) \(missing.count == 1 ? "is" : "are") not in the file, so that \(modules) \(place), such as an "
            + "activation, dropout, pooling or a flatten: NAME \(missing.count == 1 ? "IT" : "THEM") IN THE SPEC, "
            + "or results differ"
    }
}

/// The gaps in the numbers of a chain's modules, at every depth of their paths.
///
/// - Parameter leftOut: paths of modules that the user left out, which close gaps.
/// Throws where the chain runs numbered modules in another order, or puts others inside a gap.
func numberingGaps(
    in chain: [RecognisedModule], leftOut: [String]
) throws(ImportMistake) -> [NumberingGap] {
    var groups: [String: NumberedGroup] = [:]
    var parents: [String] = []
    for (index, module) in chain.enumerated() {
        for place in numberedPlaces(of: module.path) {
            if groups[place.parent] == nil { parents.append(place.parent) }
            groups[place.parent, default: NumberedGroup()].add(place.number, index: index)
        }
    }
    for path in leftOut {
        for place in numberedPlaces(of: path) { groups[place.parent]?.present.insert(place.number) }
    }
    var gaps: [NumberingGap] = []
    for parent in parents {
        guard let group = groups[parent] else { continue }
        gaps += try group.gaps(parent: parent, chain: chain)
    }
    return gaps.sorted { ($0.before?.index ?? .max) < ($1.before?.index ?? .max) }
}

/// The modules that one container numbers.
private struct NumberedGroup {
    /// Each chain member's number, in the chain's order.
    private var members: [(number: Int, index: Int)] = []
    var present: Set<Int> = []

    mutating func add(_ number: Int, index: Int) {
        members.append((number, index))
        present.insert(number)
    }

    func gaps(parent: String, chain: [RecognisedModule]) throws(ImportMistake) -> [NumberingGap] {
        for (first, second) in zip(members, members.dropFirst()) where second.number < first.number {
            throw .contradiction(
                [chain[first.index].path, chain[second.index].path], .numbersAgainstSizes)
        }
        var gaps: [NumberingGap] = []
        var expected = 0
        for number in present.sorted() {
            if number > expected {
                let last = members.last { $0.number < expected }
                let next = members.first { $0.number >= number }
                if let last, let next, next.index > last.index + 1 {
                    throw .contradiction(
                        [chain[last.index].path, chain[last.index + 1].path, chain[next.index].path],
                        .strangerInGap)
                }
                gaps.append(
                    NumberingGap(
                        parent: parent, missing: expected...(number - 1), after: last.map { chain[$0.index].path },
                        before: next.map { (chain[$0.index].path, $0.index) }))
            }
            expected = number + 1
        }
        return gaps
    }
}

/// Every number that is a whole part of a path, with the path before it.
private func numberedPlaces(of path: String) -> [(parent: String, number: Int)] {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false).prefix(32)
    return parts.indices.compactMap { index in
        // As Sequential writes them: no leading zeros, and no year or identifier.
        guard let number = Int(parts[index]), 0..<100_000 ~= number, String(number) == parts[index] else { return nil }
        return (parts[..<index].joined(separator: "."), number)
    }
}
