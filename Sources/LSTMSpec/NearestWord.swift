// SPDX-License-Identifier: Apache-2.0

/// The candidate that `word` is most likely a slip of; nil where none is near.
///
/// Near is one slip in every three characters: a letter more, less, other, or swapped with the next. Case and the
/// difference between `-`, space and `_` do not count. Of several that are equally near, the first one wins.
///
/// - Complexity: O(n · m · k) for n candidates, and nothing for those whose length alone is too far off.
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let letters = normalised(word)
    guard !letters.isEmpty, letters.count <= 256 else { return nil }
    var best: (word: String, distance: Int)?
    for candidate in candidates {
        let other = normalised(candidate)
        let allowed = max(1, max(letters.count, other.count) / 3)
        let limit = min(allowed, best.map { $0.distance - 1 } ?? allowed)
        // One slip turns any one-letter word into any other: that says nothing.
        guard other.count > 1 || letters == other, limit >= 0 else { continue }
        guard abs(letters.count - other.count) <= limit else { continue }
        let distance = editDistance(letters, other)
        if distance <= limit { best = (candidate, distance) }
    }
    return best?.word
}

private func normalised(_ word: String) -> [Unicode.Scalar] {
    String(word.unicodeScalars.prefix(300)).lowercased().unicodeScalars.map { $0 == "-" || $0 == " " ? "_" : $0 }
}

/// The least number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
        var current = [i + 1]
        for j in b.indices {
            let replaced = previous[j] + (a[i] == b[j] ? 0 : 1)
            var distance = min(replaced, previous[j + 1] + 1, current[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforePrevious[j - 1] + 1) }
            current.append(distance)
        }
        (beforePrevious, previous) = (previous, current)
    }
    return previous.last ?? 0
}
