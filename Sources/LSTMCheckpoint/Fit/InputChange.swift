// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// Another size for an input.
struct InputChange {
    let key: String
    /// Nil for the only input without a name.
    let name: String?
    let found: String
    let fitting: String
    let location: SourceLocation
    let apply: (inout Document) -> Void
}

extension FitDiagnosis {
    private static let inputLimit = 16

    /// Sizes of inputs that could make `needed` of `given` where they end up: the same, as many more, as many times.
    func inputChanges(needed: Int, given: Int) -> [InputChange] {
        var changes: [InputChange] = []
        if let entry = document.input.value {
            changes += sizes(of: entry, needed, given) { change, document in
                guard case .present(var input) = document.input else { return }
                change(&input.value)
                document.input = .present(input)
            }
        }
        for index in (document.inputs.value ?? []).indices.prefix(Self.inputLimit) {
            guard let entry = document.inputs.value?[index] else { continue }
            changes += sizes(of: entry, needed, given) { change, document in
                guard case .present(var inputs) = document.inputs else { return }
                change(&inputs.value[index])
                document.inputs = .present(inputs)
            }
        }
        return changes
    }

    private typealias Change = (inout InputEntry) -> Void

    private func sizes(
        of entry: InputEntry, _ needed: Int, _ given: Int,
        put: @escaping (_ change: Change, _ document: inout Document) -> Void
    ) -> [InputChange] {
        func candidates(for size: Int) -> [Int] {
            var sizes = [needed]
            let (sum, overflow) = size.addingReportingOverflow(needed - given)
            if !overflow { sizes.append(sum) }
            let (product, isTooLarge) = size.multipliedReportingOverflow(by: needed)
            if !isTooLarge, given > 0, product % given == 0 { sizes.append(product / given) }
            var seen: Set<Int> = [size]
            return sizes.filter { $0 > 0 && seen.insert($0).inserted }
        }
        func change(
            _ key: String, _ found: String, _ fitting: String, at place: SourceLocation, _ body: @escaping Change
        )
            -> InputChange
        {
            InputChange(key: key, name: entry.name?.value, found: found, fitting: fitting, location: place) {
                document in
                put(
                    {
                        // A padding is of the old size.
                        $0.padding = .absent
                        body(&$0)
                    }, &document)
            }
        }
        if let features = entry.features.located {
            return candidates(for: features.value).map { size in
                change("features", "\(features.value)", "\(size)", at: features.location) {
                    $0.features = .present(Located(size, at: features.location))
                }
            }
        }
        if let tokens = entry.tokens.located {
            return candidates(for: tokens.value).map { size in
                change("tokens", "\(tokens.value)", "\(size)", at: tokens.location) {
                    $0.tokens = .present(Located(size, at: tokens.location))
                }
            }
        }
        guard let shape = entry.shape.located else { return [] }
        let sizes = shape.value.map(\.value)
        return sizes.indices.flatMap { axis in
            candidates(for: sizes[axis]).map { size in
                var fitting = sizes
                fitting[axis] = size
                return change("shape", "\(sizes)", "\(fitting)", at: shape.location) {
                    var changed = shape
                    changed.value[axis].value = size
                    $0.shape = .present(changed)
                }
            }
        }
    }
}
