// SPDX-License-Identifier: Apache-2.0

/// A learned first state among a listing's tensors.
struct FirstState {
    var h: StateListing.Entry?
    var c: StateListing.Entry?

    private static let names: (h: Set<String>, c: Set<String>) = (
        ["h0", "h_0", "hx", "initial_h", "initial_hidden", "init_h", "init_hidden", "hidden0"],
        ["c0", "c_0", "cx", "initial_c", "initial_cell", "init_c", "init_cell", "cell0"]
    )

    /// Takes the first state out of the listing, by its tensors' names.
    init(takingFrom listing: inout StateListing) {
        var rest: [StateListing.Entry] = []
        for entry in listing.entries {
            let key = entry.name.split(separator: ".").last.map { $0.drop { $0 == "_" } } ?? ""
            if h == nil, Self.names.h.contains(String(key)) {
                h = entry
            } else if c == nil, Self.names.c.contains(String(key)) {
                c = entry
            } else {
                rest.append(entry)
            }
        }
        listing.entries = rest
    }

    var names: [String] { [h?.name, c?.name].compactMap(\.self) }

    /// True where both are there with the shapes that the LSTM's states have, (n, size) or (n, 1, size).
    func fits(_ lstm: ImportedLayer.LSTM) -> Bool {
        guard let h, let c else { return false }
        let states = lstm.numLayers * (lstm.bidirectional ? 2 : 1)
        func isState(_ shape: [Int], _ size: Int) -> Bool { shape == [states, size] || shape == [states, 1, size] }
        return isState(h.shape, lstm.projSize > 0 ? lstm.projSize : lstm.hiddenSize)
            && isState(c.shape, lstm.hiddenSize)
    }
}
