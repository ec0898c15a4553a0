// SPDX-License-Identifier: Apache-2.0

extension ElementWriter {
    /// Last states side by side: a `last`, all of a layer's, or parts of them.
    mutating func stateName(_ rows: [StateRow]) -> String {
        if let group = group(of: rows[0]), let directions = graph[group.last].recurrent?.directions {
            let last = (0..<directions).map { StateRow(kind: .h, element: group.last, direction: $0) }
            if rows == last {
                return append("last", .last, "last", [names[.element(group.last)] ?? ""])
            }
        }
        var parts: [String] = []
        var rest = rows[...]
        while let first = rest.first, let group = group(of: first) {
            let all = self.rows(of: group, first.kind)
            guard let start = all.firstIndex(of: first) else { break }
            let run = zip(rest, all[start...]).prefix { $0 == $1 }.count
            let size = graph[group.first].recurrent?.hiddenSize ?? 0
            let whole = "\(names[.element(group.first)] ?? "").\(first.kind == .h ? "h_n" : "c_n")"
            if run == all.count {
                parts.append(whole)
            } else {
                let settings =
                    (start == 0 ? [] : [SpecEntry.Setting("start", .integer(start * size))])
                    + (start + run == all.count ? [] : [SpecEntry.Setting("stop", .integer((start + run) * size))])
                let part = GraphSource.states(Array(all[start..<(start + run)]))
                let slice = SpecEntry("slice", settings, usualName: "state")
                let name = names[part] ?? append("state", .entry(slice), "state", [whole])
                names[part] = name
                parts.append(name)
            }
            rest = rest.dropFirst(run)
        }
        if parts.count == 1 { return parts[0] }
        return append("states", .entry(SpecEntry("concat")), "states", parts)
    }

    private func group(of row: StateRow) -> RecurrentGroup? { groups.first { $0.members.contains(row.element) } }

    /// All of a layer's states of a kind, in PyTorch's order.
    func rows(of group: RecurrentGroup, _ kind: StateRow.Kind) -> [StateRow] {
        group.members.flatMap { id in
            (0..<(graph[id].recurrent?.directions ?? 1)).map { StateRow(kind: kind, element: id, direction: $0) }
        }
    }
}
