// SPDX-License-Identifier: Apache-2.0

/// The candidate that takes the fewest changed, added or missing bytes to become `name`; nil where none is close.
func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
    let name = Array(name.utf8.prefix(200))
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
        let limit = best?.distance ?? max(2, name.count / 2) + 1
        let other = Array(candidate.utf8.prefix(200))
        guard abs(other.count - name.count) < limit else { continue }
        let distance = editDistance(name, other)
        if distance < limit { best = (candidate, distance) }
    }
    return best?.candidate
}

private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, right) in b.enumerated() {
            let substituted = diagonal + (left == right ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
        }
    }
    return row[b.count]
}
