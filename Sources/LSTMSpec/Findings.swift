// SPDX-License-Identifier: Apache-2.0

/// The mistakes found so far in one file: every reader adds to the same list.
final class Findings {
    /// The kinds of layers that the file may use.
    let kinds: LayerKinds
    private struct Said: Hashable {
        var location: SourceLocation
        var message: String
    }

    private var diagnostics: [Diagnostic] = []
    private var said: Set<Said> = []
    private var firstLeftOut: SourceLocation?

    init(_ kinds: LayerKinds) {
        self.kinds = kinds
    }

    /// Whether what is reported from now on is left out.
    var isFull: Bool { firstLeftOut != nil }

    /// Adds a mistake, unless it is already there: what stands behind two aliases is read twice.
    func report(_ mistake: SpecMistake, at location: SourceLocation, notes: [Diagnostic.Note] = []) {
        guard diagnostics.count < Limits.mistakes else {
            firstLeftOut = firstLeftOut ?? location
            return
        }
        guard said.insert(Said(location: location, message: mistake.message)).inserted else { return }
        diagnostics.append(Diagnostic(mistake, at: location, notes: notes))
    }

    /// Everything that was reported, by place; where that was too much, it ends by saying so.
    var orderedByPlace: [Diagnostic] {
        let end = firstLeftOut.map { [Diagnostic(SpecMistake.tooManyMistakes(limit: Limits.mistakes), at: $0)] }
        return diagnostics.orderedByPlace + (end ?? [])
    }
}
